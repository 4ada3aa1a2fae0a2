"""Facts that happened, and who listens.

``publish`` runs the listeners at once, in the same transaction, in the order in which they
subscribed: the order of ``wiring.py``, whether a listener hears one kind of event or all that are
derived from it. The journal subscribes first, so what happened is written down before anything
happens because of it.
A listener takes the session and a list of events of one kind; one event is a list of one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlmodel import Session


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something happened; ``at`` is the instant at which we came to know it (aware UTC)."""

    workspace_id: int
    at: datetime


Listener = Callable[[Session, Sequence[Any]], None]

_subscriptions: list[tuple[type[Event], Listener]] = []
"""Every listener with the kind it hears, in the order in which they run."""


def subscribe(kind: type[Event], listener: Listener) -> None:
    """Let the listener hear every event of this kind and of the kinds derived from it."""
    if (kind, listener) not in _subscriptions:
        _subscriptions.append((kind, listener))


def publish(session: Session, event: Event) -> None:
    """Tell everybody who listens, after a flush, so that every id in the event exists."""
    publish_many(session, [event])


def publish_many(session: Session, events: Iterable[Event]) -> None:
    """As ``publish``, for many: neighbours of one kind reach their listeners as one list."""
    session.flush()
    for kind, group in groupby(events, key=type):
        together = list(group)
        for listener in listeners_of(kind):
            listener(session, together)


def listeners_of(kind: type[Event]) -> list[Listener]:
    """Who hears this kind, each listener once, at the place of its first subscription."""
    return list(
        dict.fromkeys(listener for heard, listener in _subscriptions if issubclass(kind, heard))
    )
