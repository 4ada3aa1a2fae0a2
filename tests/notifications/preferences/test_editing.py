"""What a person chooses holds over the workspace's choice, and only where it differs from it."""

from datetime import time

import pytest
from pydantic import ValidationError
from sqlmodel import Session

from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.preferences.editing import (
    PreferenceChoice,
    WorkspacePreferenceChoice,
    save_preferences,
    save_workspace_preferences,
)
from alignment.notifications.preferences.effective import effective_preferences_of, routes_for
from alignment.notifications.preferences.queries import preferences_of
from tests.factories import MONDAY_NINE, Cast
from tests.sla.light_agreement import journal

EMAIL = frozenset({ChannelKind.EMAIL})


def by_mail(session: Session, acme: Cast, kind: str) -> bool:
    [way] = routes_for(session, acme.id, kind, [acme.sam.id])[acme.sam.id]
    return way.channel is ChannelKind.EMAIL


def test_a_kind_without_a_tick_stands_in_the_inbox_alone(session: Session, acme: Cast):
    choice = PreferenceChoice(channels={"timer_warned": frozenset(), "timer_breached": EMAIL})

    save_preferences(session, acme.sam, choice, now=MONDAY_NINE)

    assert not by_mail(session, acme, "timer_warned")
    assert by_mail(session, acme, "timer_breached")


def test_what_is_as_usual_goes_on_following_the_workspace(session: Session, acme: Cast):
    save_preferences(
        session, acme.sam, PreferenceChoice(channels={"timer_warned": EMAIL}), now=MONDAY_NINE
    )

    everybody = WorkspacePreferenceChoice(channels={"timer_warned": frozenset()})
    save_workspace_preferences(session, acme.workspace, everybody, by=acme.olga, now=MONDAY_NINE)

    assert not by_mail(session, acme, "timer_warned")


def test_choosing_again_replaces_what_was_chosen(session: Session, acme: Cast):
    save_preferences(session, acme.sam, PreferenceChoice(digest_at=time(7)), now=MONDAY_NINE)
    save_preferences(session, acme.sam, PreferenceChoice(wants_weekly=False), now=MONDAY_NINE)

    wishes = effective_preferences_of(session, [acme.sam], now=MONDAY_NINE)[acme.sam.id]

    assert (wishes.digest_at, wishes.wants_weekly) == (time(8, 30), False)
    assert len(preferences_of(session, acme.id, [acme.sam.id])) == 1


def test_the_workspace_has_one_row_however_often_it_chooses(session: Session, acme: Cast):
    for limit in (10, 30):
        choice = WorkspacePreferenceChoice(max_per_person_hour=limit, allows_codes=False)
        save_workspace_preferences(session, acme.workspace, choice, by=acme.olga, now=MONDAY_NINE)

    row = preferences_of(session, acme.id, [])[None]
    assert (row.max_per_person_hour, row.allows_codes) == (30, False)


def test_every_change_is_written_down(session: Session, acme: Cast):
    save_preferences(session, acme.sam, PreferenceChoice(), now=MONDAY_NINE)

    [entry] = journal(session, "preferences_changed")
    assert entry.facts == {"user_id": acme.sam.id, "by_id": acme.sam.id}


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_from": "22:00"},
        {"quiet_until": "07:00"},
        {"digest_at": "25:00"},
        {"channels": {"nonsense": ["email"]}},
        {"channels": {"timer_warned": ["pigeon"]}},
        {"wants_weekly": "perhaps"},
        {"max_per_person_hour": "20"},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, object]):
    with pytest.raises(ValidationError):
        PreferenceChoice.model_validate(wrong)


@pytest.mark.parametrize("limit", [4, 0, -1, 10_001])
def test_a_limit_is_neither_a_mute_nor_a_flood(limit: int):
    with pytest.raises(ValidationError):
        WorkspacePreferenceChoice(max_per_person_hour=limit)
