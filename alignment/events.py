"""Facts that happened, and who listens.

``publish`` runs the listeners at once, in the order of ``wiring.py``, in the same transaction.
A listener takes the session and a list of events of one kind; one event is a list of one.
"""

from collections import defaultdict
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

_listeners: defaultdict[type[Event], list[Listener]] = defaultdict(list)


def subscribe(kind: type[Event], *listeners: Listener) -> None:
    """Let each listener hear every event of this kind and of the kinds derived from it, once."""
    known = _listeners[kind]
    known.extend(listener for listener in listeners if listener not in known)


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
    """Who hears this kind: listeners of the kind itself first, then of what it is derived from."""
    ancestors = (base for base in kind.__mro__ if issubclass(base, Event))
    return [listener for base in ancestors for listener in _listeners.get(base, ())]
