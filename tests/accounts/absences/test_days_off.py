from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError
from sqlmodel import Session, select

from alignment.accounts.absences import days_off, queries
from alignment.accounts.absences.days_off import DaysOff
from alignment.accounts.models import Absence, User
from alignment.errors import Forbidden, NotFound, Refused
from alignment.journal.models import JournalEntry
from tests.factories import MONDAY_NINE, Cast, make_user

MONDAY, TUESDAY, WEDNESDAY = (date(2027, 3, day) for day in (1, 2, 3))


def off(first_on: date, last_on: date | None = None) -> DaysOff:
    return DaysOff(first_on=first_on, last_on=last_on)


def add(session: Session, person: User, wish: DaysOff, *, by: User | None = None) -> Absence:
    return days_off.add_days_off(session, person, wish, by=by or person, now=MONDAY_NINE)


def test_a_person_is_away_on_the_first_day_and_on_the_last(session: Session, acme: Cast):
    add(session, acme.sam, off(MONDAY, TUESDAY))

    assert days_off.is_away(session, acme.sam, MONDAY)
    assert days_off.is_away(session, acme.sam, TUESDAY)
    assert not days_off.is_away(session, acme.sam, WEDNESDAY)
    assert queries.user_ids_away_on(session, acme.id, TUESDAY) == {acme.sam.id}


def test_without_a_last_day_it_is_one_day(session: Session, acme: Cast):
    kept = add(session, acme.sam, DaysOff.model_validate({"first_on": TUESDAY, "last_on": ""}))

    assert (kept.first_on, kept.last_on) == (TUESDAY, TUESDAY)


def test_whether_a_person_is_away_now_is_asked_of_the_persons_own_date(
    session: Session, acme: Cast
):
    kim = make_user(session, acme.workspace, "Kim", zone="Pacific/Auckland")
    for person in (acme.sam, kim):
        add(session, person, off(TUESDAY))

    monday_noon_utc = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)

    assert days_off.away_now_ids(session, acme.id, now=monday_noon_utc) == {kim.id}
    assert days_off.away_now_ids(session, acme.id, now=monday_noon_utc + timedelta(days=1)) == {
        acme.sam.id
    }


def test_nobody_is_away_for_another_workspace(session: Session, acme: Cast, stella: User):
    add(session, acme.sam, off(MONDAY))

    assert queries.user_ids_away_on(session, stella.workspace_id, MONDAY) == set()
    assert days_off.away_now_ids(session, stella.workspace_id, now=MONDAY_NINE) == set()


def test_the_same_days_told_twice_are_kept_once(session: Session, acme: Cast):
    first = add(session, acme.sam, off(MONDAY, TUESDAY))

    again = add(session, acme.sam, off(MONDAY, TUESDAY))

    assert again.id == first.id


def test_days_that_are_kept_already_are_refused_with_their_dates(session: Session, acme: Cast):
    add(session, acme.sam, off(MONDAY, TUESDAY))

    with pytest.raises(Refused, match="2027-03-01 to 2027-03-02 is kept already"):
        add(session, acme.sam, off(TUESDAY, WEDNESDAY))


def test_days_that_are_over_are_refused(session: Session, acme: Cast):
    with pytest.raises(Refused, match="over"):
        add(session, acme.sam, off(date(2027, 2, 28)))


@pytest.mark.parametrize(
    ("last_on", "sentence"),
    [(date(2027, 2, 28), "before the first"), (date(2029, 3, 2), "two years")],
)
def test_days_that_cannot_be_meant_are_refused(last_on: date, sentence: str):
    with pytest.raises(ValidationError, match=sentence):
        off(MONDAY, last_on)


def test_a_manager_enters_days_off_for_others_a_member_only_own_ones(session: Session, acme: Cast):
    add(session, acme.sam, off(MONDAY), by=acme.mona)

    with pytest.raises(Forbidden, match="Only managers"):
        add(session, acme.mona, off(MONDAY), by=acme.sam)


def test_removed_days_are_worked_and_both_acts_stand_in_the_journal(session: Session, acme: Cast):
    kept = add(session, acme.sam, off(MONDAY, TUESDAY))

    days_off.remove_days_off(session, acme.sam, kept, by=acme.mona, now=MONDAY_NINE)

    assert not days_off.is_away(session, acme.sam, MONDAY)
    told = session.exec(select(JournalEntry).order_by(JournalEntry.id)).all()  # type: ignore[arg-type]
    assert [entry.kind for entry in told] == ["days_off_added", "days_off_removed"]
    assert told[1].facts == {
        "user_id": acme.sam.id,
        "by_id": acme.mona.id,
        "first_on": "2027-03-01",
        "last_on": "2027-03-02",
    }


def test_days_off_are_listed_until_they_are_over(session: Session, acme: Cast):
    later = add(session, acme.sam, off(date(2027, 8, 2), date(2027, 8, 13)))
    add(session, acme.sam, off(MONDAY))

    assert queries.absences_of(session, acme.sam, since=TUESDAY) == [later]


def test_days_off_of_another_person_are_not_found(session: Session, acme: Cast):
    kept = add(session, acme.sam, off(MONDAY))

    with pytest.raises(NotFound):
        queries.absence_for(session, acme.mona, kept.id)


def test_a_substitute_may_be_named_and_must_be_here(session: Session, acme: Cast, stella: User):
    lou = make_user(session, acme.workspace, "Lou", is_active=False)
    for nobody in (lou, acme.sam):
        with pytest.raises(Refused, match="Choose a substitute who is here"):
            add(session, acme.sam, DaysOff(first_on=MONDAY, substitute_id=nobody.id))
    with pytest.raises(NotFound):
        add(session, acme.sam, DaysOff(first_on=MONDAY, substitute_id=stella.id))

    kept = add(session, acme.sam, DaysOff(first_on=MONDAY, substitute_id=acme.mona.id))

    assert kept.substitute_id == acme.mona.id
    with pytest.raises(Refused, match="is kept already"):
        add(session, acme.sam, off(MONDAY))
