"""Putting off reminders: until a morning, seen by others, the third time with a reason."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlmodel import Session

from alignment.errors import Refused
from alignment.notifications.models import Preference
from alignment.notifications.preferences.queries import running_snoozes, snoozes_of
from alignment.notifications.preferences.snoozing import (
    SnoozeLength,
    SnoozeRequest,
    end_snooze,
    needs_reason,
    snooze_thread,
)
from tests.factories import MONDAY_NINE, Cast, make_user, save

A_DAY = timedelta(days=1)


def until(session: Session, acme: Cast, wish: SnoozeRequest, *, now: datetime = MONDAY_NINE) -> str:
    found = snooze_thread(session, acme.sam, "task-7", wish, now=now)
    return found.until_at.astimezone(UTC).isoformat()


@pytest.mark.parametrize(
    ("wish", "end"),
    [
        (SnoozeRequest(), "2027-03-02T07:30:00+00:00"),
        (SnoozeRequest(length=SnoozeLength.MONDAY), "2027-03-08T07:30:00+00:00"),
        (
            SnoozeRequest(length=SnoozeLength.DATE, until_on=date(2027, 3, 29)),
            "2027-03-29T06:30:00+00:00",
        ),
    ],
)
def test_it_ends_in_the_morning_with_the_digest(
    session: Session, acme: Cast, wish: SnoozeRequest, end: str
):
    assert until(session, acme, wish) == end


def test_on_sunday_until_monday_is_the_next_morning(session: Session, acme: Cast):
    sunday = datetime(2027, 3, 7, 12, tzinfo=UTC)

    assert until(session, acme, SnoozeRequest(length=SnoozeLength.MONDAY), now=sunday).startswith(
        "2027-03-08"
    )


def test_the_morning_is_the_persons_own(session: Session, acme: Cast):
    row = Preference(
        workspace_id=acme.id, user_id=acme.sam.id, digest_at=time(6), updated_at=MONDAY_NINE
    )
    save(session, row)
    acme.sam.zone = "Asia/Kathmandu"

    assert until(session, acme, SnoozeRequest()) == "2027-03-02T00:15:00+00:00"


@pytest.mark.parametrize("on", [None, date(2027, 3, 1), date(2027, 2, 1), date(2027, 5, 1)])
def test_a_date_lies_ahead_and_not_too_far(session: Session, acme: Cast, on: date | None):
    with pytest.raises(Refused, match="at most 60 days ahead"):
        snooze_thread(
            session,
            acme.sam,
            "task-7",
            SnoozeRequest(length=SnoozeLength.DATE, until_on=on),
            now=MONDAY_NINE,
        )


def test_the_third_time_asks_why(session: Session, acme: Cast):
    for day in range(2):
        snooze_thread(session, acme.sam, "task-7", SnoozeRequest(), now=MONDAY_NINE + day * A_DAY)
    third = MONDAY_NINE + 2 * A_DAY

    assert needs_reason(session, acme.sam, "task-7")
    with pytest.raises(Refused, match="Say in a few words why"):
        snooze_thread(session, acme.sam, "task-7", SnoozeRequest(), now=third)
    snooze_thread(
        session, acme.sam, "task-7", SnoozeRequest(reason="Waiting for the budget"), now=third
    )
    assert not needs_reason(session, acme.sam, "task-8")
    assert not needs_reason(session, acme.mona, "task-7")


def test_pressing_twice_is_pressing_once(session: Session, acme: Cast):
    snooze_thread(session, acme.sam, "task-7", SnoozeRequest(), now=MONDAY_NINE)
    snooze_thread(session, acme.sam, "task-7", SnoozeRequest(), now=MONDAY_NINE)

    assert len(snoozes_of(session, acme.sam, now=MONDAY_NINE)) == 1
    assert not needs_reason(session, acme.sam, "task-7")


def test_another_date_takes_the_place_of_the_one_before(session: Session, acme: Cast):
    snooze_thread(
        session, acme.sam, "task-7", SnoozeRequest(length=SnoozeLength.MONDAY), now=MONDAY_NINE
    )
    snooze_thread(session, acme.sam, "task-7", SnoozeRequest(), now=MONDAY_NINE)

    [running] = snoozes_of(session, acme.sam, now=MONDAY_NINE)
    assert running.until_at == datetime(2027, 3, 2, 7, 30, tzinfo=UTC)


def test_who_wakes_it_is_told_again_and_others_are_left_as_they_are(session: Session, acme: Cast):
    kim = make_user(session, acme.workspace, "Kim", team=acme.sales)
    for person in (acme.sam, kim):
        snooze_thread(session, person, "lead-7", SnoozeRequest(), now=MONDAY_NINE)

    end_snooze(session, acme.sam, "lead-7", now=MONDAY_NINE)

    running = running_snoozes(session, acme.id, now=MONDAY_NINE)
    assert [who.name for _, who in running] == ["Kim"]
