"""Inputs at instants, and the messages wanted in windows: black-box acceptance of the outbox.

``Timeline`` runs the scheduler's jobs by a clock of its own, so that three days take seconds, and
fails on a message that is missing as well as on one that nobody wanted.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from sqlalchemy import Engine, func
from sqlmodel import Session, col, select

from alignment import db
from alignment.notifications.channels.base import OutgoingMessage, Sent
from alignment.notifications.downtime import heartbeat
from alignment.notifications.models import Delivery, Heartbeat, Outcome
from alignment.notifications.outbox.enqueue import enqueue_many
from alignment.notifications.outbox.notice import Notice
from alignment.notifications.sending.dispatch import dispatch
from tests.postbox import office_for

TICK = timedelta(minutes=15)
"""Jobs run at least so often, and at each instant at which something is to happen."""
JUST_THEN = timedelta(seconds=20)
"""A message wanted at an instant may come so much later."""

Input = Callable[[Session, datetime], object]
Job = Callable[[Engine, datetime], object]


@dataclass(frozen=True, kw_only=True)
class ReceivedMessage:
    """A message as it arrived."""

    at: datetime
    who: str
    subject: str
    text: str

    def __str__(self) -> str:
        return f"{self.at:%d %b %H:%M:%S} {self.who}: {self.subject}"


@dataclass(frozen=True, kw_only=True)
class ExpectedMessage:
    """One message to one person in a window; ``subject`` is a pattern."""

    who: str
    subject: str
    from_at: datetime
    until_at: datetime

    def is_met_by(self, got: ReceivedMessage) -> bool:
        return (
            got.who == self.who
            and self.from_at <= got.at <= self.until_at
            and re.search(self.subject, got.subject) is not None
        )

    def __str__(self) -> str:
        return f"{self.from_at:%d %b %H:%M:%S}–{self.until_at:%H:%M:%S} {self.who}: {self.subject}"


@dataclass
class RecordingChannel:
    """A channel and its batch in one, that keeps what it is given, from any number of workers."""

    now: datetime
    got: list[ReceivedMessage] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def open(self) -> "RecordingChannel":
        return self

    def send(self, message: OutgoingMessage) -> Sent:
        with self.lock:
            self.got.append(
                ReceivedMessage(
                    at=self.now, who=message.name, subject=message.subject, text=message.text
                )
            )
        return Sent(outcome=Outcome.ACCEPTED, reason="250 OK")

    def close(self) -> None:
        """Nothing is open."""


class Timeline:
    """A stretch of time in one installation: what happens in it, and who wants to hear what."""

    def __init__(
        self, engine: Engine, *, workers: int = 1, jobs: Sequence[Job] = (), **office: Any
    ) -> None:
        self._engine = engine
        self._workers = workers
        self._jobs = jobs
        self._office: Mapping[str, Any] = office
        self._inputs: list[tuple[datetime, Input]] = []
        self._stops: list[tuple[datetime, datetime]] = []
        self._wanted: list[ExpectedMessage] = []

    def at(self, instant: datetime, *letters: Notice, do: Input | None = None) -> None:
        """These letters are written at this instant, or something else is done."""
        if letters:
            self._inputs.append((instant, lambda x, now: enqueue_many(x, letters, now=now)))
        if do is not None:
            self._inputs.append((instant, do))

    def stopped(self, from_at: datetime, until_at: datetime) -> None:
        """No scheduler runs in between; people go on working."""
        self._stops.append((from_at, until_at))

    def wants(
        self, who: str, subject: str, *, at: datetime, within: timedelta = JUST_THEN, times: int = 1
    ) -> None:
        wanted = ExpectedMessage(who=who, subject=subject, from_at=at, until_at=at + within)
        self._wanted += [wanted] * times

    def run(self, begin: datetime, end: datetime) -> list[ReceivedMessage]:
        """Let the time pass; everything wanted must have come, and nothing else."""
        got = self._pass(begin, end)
        left, missing = list(got), []
        for wanted in self._wanted:
            found = next((one for one in left if wanted.is_met_by(one)), None)
            if found is None:
                missing.append(wanted)
            else:
                left.remove(found)
        assert not missing, f"Missing: {_lines(missing)}\nGot: {_lines(got)}"
        assert not left, f"Nobody wanted: {_lines(left)}"
        return got

    def _pass(self, begin: datetime, end: datetime) -> list[ReceivedMessage]:
        postbox = RecordingChannel(now=begin)
        now, inputs = begin, sorted(self._inputs, key=lambda one: one[0])
        while now <= end:
            while inputs and inputs[0][0] <= now:
                at, do = inputs.pop(0)
                with db.transaction(self._engine) as session:
                    do(session, at)
            if not self._is_stopped(now):
                self._tick(postbox, now)
            upcoming = [inputs[0][0]] if inputs else []
            now = min([now + TICK, *upcoming, *self._next_turn(now)])
        return postbox.got

    def _tick(self, postbox: RecordingChannel, now: datetime) -> None:
        postbox.now = now
        self._has_ticked_until(now)
        heartbeat.beat(self._engine, now=now)
        for job in self._jobs:
            job(self._engine, now)
        office = office_for(postbox, **self._office)
        with ThreadPoolExecutor(self._workers) as workers:
            sent = [
                workers.submit(dispatch, self._engine, office, clock=lambda: now)
                for _ in range(self._workers)
            ]
        for one in sent:
            one.result()

    def _has_ticked_until(self, now: datetime) -> None:
        """Ticks that had nothing to do are left out; of them only the pulse would be left."""
        since = max((until for _, until in self._stops if until <= now), default=None)
        with db.transaction(self._engine) as session:
            pulse = session.get(Heartbeat, 1)
            if pulse is not None and (since is None or pulse.last_beat_at >= since):
                pulse.last_beat_at = max(pulse.last_beat_at, now - timedelta(seconds=30))

    def _is_stopped(self, now: datetime) -> bool:
        return any(from_at < now < until_at for from_at, until_at in self._stops)

    def _next_turn(self, now: datetime) -> list[datetime]:
        ends = [until for from_at, until in self._stops if from_at < now < until]
        if ends:
            return ends
        with db.read_only_session(self._engine) as session:
            turn = session.exec(
                select(func.min(Delivery.next_attempt_at)).where(
                    col(Delivery.next_attempt_at) > now
                )
            ).one()
        return [turn] if turn else []


def _lines(some: Sequence[object]) -> str:
    return "".join(f"\n  {one}" for one in some) or " nothing"
