"""A process that empties the outbox and is killed at a named point: `python dying_worker.py …`.

It dies the hard way, by SIGKILL, inside a channel or a check, so the code under test knows nothing.
"""

import os
import signal
import sys
from datetime import datetime
from typing import Any

from alignment import db
from alignment.notifications.channels.base import OutgoingMessage, Sent
from alignment.notifications.channels.email import Connection, Email
from alignment.notifications.sending.dispatch import dispatch
from tests.postbox import mail_to, office_for

WHILE_CLAIMING = "while claiming"
AFTER_CLAIM = "after claim"
AFTER_SEND = "after send, before mark"
AFTER_MARK = "after mark"
WHENEVER = "whenever somebody kills it"
POINTS = (WHILE_CLAIMING, AFTER_CLAIM, AFTER_SEND, AFTER_MARK)


class DyingBatch:
    """A real connection to the mail server in hands that die."""

    def __init__(self, batch: Connection, point: str) -> None:
        self._batch = batch
        self._point = point
        self._sent = 0

    def send(self, message: OutgoingMessage) -> Sent:
        if self._point == AFTER_CLAIM or (self._point == AFTER_MARK and self._sent):
            die()
        sent = self._batch.send(message)
        self._sent += 1
        if self._point == AFTER_SEND:
            die()
        return sent

    def close(self) -> None:
        self._batch.close()


class DyingChannel:
    """Opens a real connection."""

    def __init__(self, channel: Email, point: str) -> None:
        self._channel = channel
        self._point = point

    def open(self) -> DyingBatch:
        return DyingBatch(self._channel.open(), self._point)


def die(*_given: Any, **_named: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(url: str, port: str, at: str, point: str) -> None:
    checks = {"plain": die} if point == WHILE_CLAIMING else {}
    office = office_for(DyingChannel(mail_to(int(port)), point), still_matters=checks)
    engine = db.connect(url)
    while dispatch(engine, office, clock=lambda: datetime.fromisoformat(at)):
        if point != WHENEVER:
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
