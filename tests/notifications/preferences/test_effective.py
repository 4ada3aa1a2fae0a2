"""Which ways lead to a person, and when a message may go to him or her."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from alignment.accounts.models import Absence, User
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.models import Delivery, Endpoint, Mute, Preference, Snooze
from alignment.notifications.preferences.effective import (
    effective_preferences_of,
    routes_for,
)
from alignment.notifications.preferences.quiet_hours import Deferral
from alignment.notifications.sending.recipient_queue import RecipientQueue
from tests.factories import MONDAY_NINE, Cast, make_user, save

MONDAY_NIGHT = datetime(2027, 3, 1, 22, 30, tzinfo=UTC)
SATURDAY = datetime(2027, 3, 6, 9, 0, tzinfo=UTC)
EMAIL, INBOX, CHAT = ChannelKind.EMAIL, ChannelKind.INBOX, ChannelKind.CHAT


def prefer(session: Session, acme: Cast, person: User | None, **columns: Any) -> Preference:
    return save(
        session,
        Preference(
            workspace_id=acme.id,
            user_id=person.id if person else None,
            updated_at=MONDAY_NINE,
            **columns,
        ),
    )


def chat_of(session: Session, person: User, **columns: Any) -> Endpoint:
    endpoint = Endpoint(
        workspace_id=person.workspace_id,
        channel=CHAT,
        user_id=person.id,
        label="Slack",
        encrypted="sealed",
        added_by_id=person.id,
        created_at=MONDAY_NINE,
        **columns,
    )
    return save(session, endpoint)


def mute(session: Session, person: User, kind: str) -> None:
    row = Mute(
        workspace_id=person.workspace_id, user_id=person.id, kind=kind, created_at=MONDAY_NINE
    )
    save(session, row)


def ways(session: Session, person: User, kind: str = "timer_breached") -> list[ChannelKind]:
    found = routes_for(session, person.workspace_id, kind, [person.id])
    return [way.channel for way in found[person.id]]


def message(acme: Cast, kind: str = "plan_mailed", thread: str = "", **columns: Any) -> Delivery:
    return Delivery(workspace_id=acme.id, kind=kind, thread=thread, **columns)


def held_until(
    session: Session, acme: Cast, now: datetime, kind: str = "plan_mailed", **columns: Any
) -> datetime | None:
    deferral = deferral_for_sam(session, acme, now, kind, **columns)
    return deferral.until if deferral else None


def deferral_for_sam(
    session: Session, acme: Cast, now: datetime, kind: str, **columns: Any
) -> Deferral | None:
    preferences = effective_preferences_of(session, [acme.sam], now=now)[acme.sam.id]
    queue = RecipientQueue(recipient=acme.sam, rows=[], preferences=preferences)
    return queue.deferral(message(acme, kind, **columns), now=now)


def test_who_chose_nothing_is_told_as_the_kind_suggests(session: Session, acme: Cast):
    assert ways(session, acme.sam) == [EMAIL]


def test_the_workspace_chooses_for_who_did_not(session: Session, acme: Cast):
    prefer(session, acme, None, channels={"timer_breached": ["inbox"]})
    prefer(session, acme, acme.mona, channels={"timer_breached": ["email"]})

    assert ways(session, acme.sam) == [INBOX]
    assert ways(session, acme.mona) == [EMAIL]
    assert ways(session, acme.sam, "plan_mailed") == [EMAIL]


def test_a_chat_is_a_way_while_it_works(session: Session, acme: Cast):
    prefer(session, acme, acme.sam, channels={"timer_breached": ["email", "chat"]})
    chat = chat_of(session, acme.sam)
    chat_of(session, acme.sam, disabled_at=MONDAY_NINE)
    chat_of(session, acme.mona)

    found = routes_for(session, acme.id, "timer_breached", [acme.sam.id])[acme.sam.id]

    assert [(way.channel, way.endpoint_id) for way in found] == [(EMAIL, None), (CHAT, chat.id)]


def test_where_no_way_is_left_the_inbox_is(session: Session, acme: Cast):
    prefer(session, acme, acme.sam, channels={"timer_breached": ["chat"]})
    chat_of(session, acme.sam, disabled_at=MONDAY_NINE)

    assert ways(session, acme.sam) == [INBOX]


@pytest.mark.parametrize("name", ["timer_breached", "list:alerts", "everything"])
def test_what_is_muted_is_told_in_the_inbox_alone(session: Session, acme: Cast, name: str):
    mute(session, acme.sam, name)

    assert ways(session, acme.sam) == [INBOX]
    assert ways(session, acme.mona) == [EMAIL]


def test_the_ways_of_many_take_as_many_questions_as_those_of_one(session: Session, acme: Cast):
    crowd = [make_user(session, acme.workspace, f"Kim{n}", team=acme.sales) for n in range(20)]
    asked = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *_: asked.append(1))

    routes_for(session, acme.id, "timer_breached", [acme.sam.id])
    for_one = len(asked)
    routes_for(session, acme.id, "timer_breached", [person.id for person in crowd])

    assert len(asked) - for_one == for_one == 3


def test_quiet_hours_are_a_persons_own_or_else_the_workspaces(session: Session, acme: Cast):
    prefer(session, acme, None, quiet_from=time(22), quiet_until=time(7))
    assert held_until(session, acme, MONDAY_NIGHT) == datetime(2027, 3, 2, 6, 0, tzinfo=UTC)

    prefer(session, acme, acme.sam, quiet_from=time(0), quiet_until=time(0))

    assert held_until(session, acme, MONDAY_NIGHT) is None


def test_only_who_allows_it_is_told_of_a_missed_promise_in_the_quiet(session: Session, acme: Cast):
    row = prefer(session, acme, acme.sam, quiet_from=time(22), quiet_until=time(7))
    assert held_until(session, acme, MONDAY_NIGHT, "timer_breached") is not None

    row.breaks_quiet = True
    session.flush()

    assert held_until(session, acme, MONDAY_NIGHT, "timer_breached") is None
    assert held_until(session, acme, MONDAY_NIGHT, "plan_mailed") is not None


def test_a_plan_waits_for_monday_and_a_missed_promise_does_not(session: Session, acme: Cast):
    assert held_until(session, acme, SATURDAY) == datetime(2027, 3, 8, 7, 30, tzinfo=UTC)
    assert held_until(session, acme, SATURDAY, "timer_breached") is None


def test_nothing_disturbs_who_is_on_leave(session: Session, acme: Cast):
    absence = Absence(
        workspace_id=acme.id,
        user_id=acme.sam.id,
        first_on=date(2027, 3, 1),
        last_on=date(2027, 3, 5),
        created_at=MONDAY_NINE,
    )
    save(session, absence)

    held = deferral_for_sam(session, acme, MONDAY_NINE, "timer_breached")

    assert held is not None
    assert held.reason == "Day off: waits until Sat 6 Mar 2027, 08:30 CET."


def test_a_list_that_is_read_at_will_never_waits(session: Session, acme: Cast):
    assert held_until(session, acme, SATURDAY, channel=INBOX) is None


def test_what_was_put_off_waits_until_then(session: Session, acme: Cast):
    until = datetime(2027, 3, 2, 7, 30, tzinfo=UTC)
    snooze = Snooze(
        workspace_id=acme.id,
        user_id=acme.sam.id,
        thread="lead-7",
        until_at=until,
        created_at=MONDAY_NINE,
    )
    save(session, snooze)

    assert held_until(session, acme, MONDAY_NINE, "timer_breached", thread="lead-7") == until
    assert held_until(session, acme, MONDAY_NINE, "timer_breached", thread="lead-8") is None


def test_who_has_no_team_works_when_any_team_does(session: Session, acme: Cast):
    wishes = effective_preferences_of(session, [acme.olga], now=MONDAY_NINE)[acme.olga.id]

    assert wishes.works_on(date(2027, 3, 5))
    assert not wishes.works_on(date(2027, 3, 6))
