"""What happened is written down before anything happens because of it."""

import pytest

from alignment import events, wiring
from alignment.events import Event
from alignment.journal.recorder import record_events
from alignment.leads.events import LeadHandedOff
from alignment.sla.notices import new_owners
from alignment.sla.timers import refresh


@pytest.fixture(autouse=True)
def connected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_subscriptions", [])
    wiring.connect()


def test_the_journal_hears_every_kind_of_event_first():
    kinds = every_kind(Event)

    first = {kind.__name__: events.listeners_of(kind)[0] for kind in kinds}

    assert first
    assert {name for name, listener in first.items() if listener is not record_events} == set()


def test_a_handoff_is_written_down_then_its_clocks_are_read_then_its_owner_is_told():
    assert events.listeners_of(LeadHandedOff) == [
        record_events,
        refresh.refresh_changed_leads,
        new_owners.notify_new_owners,
    ]


def test_every_event_is_heard_by_more_than_the_journal_or_said_to_be_unheard() -> None:
    quiet = {
        kind.__name__
        for kind in every_kind(Event)
        if len(events.listeners_of(kind)) <= 1 and not kind.__subclasses__()
    }

    assert quiet <= wiring.JOURNAL_ONLY_EVENTS, (
        f"Nobody listens to {sorted(quiet - wiring.JOURNAL_ONLY_EVENTS)}"
    )


def every_kind(base: type[Event]) -> set[type[Event]]:
    """The kinds of event derived from this one, at any depth."""
    derived = [kind for kind in base.__subclasses__() if kind.__module__.startswith("alignment.")]
    return {kind for sub in derived for kind in {sub, *every_kind(sub)}}
