"""One digest a person and working day: at the person's hour, if there is something to say."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from alignment import db
from alignment.accounts.models import Absence, User
from alignment.notifications.digests import daily as digests_daily
from alignment.notifications.digests import sections as digests_sections
from alignment.notifications.digests.daily import DAILY_DIGEST, make_due
from alignment.notifications.digests.schedule import DigestDay
from alignment.notifications.digests.sections import DigestLine, DigestSection, DigestSource
from alignment.notifications.models import Delivery, Mute, Preference, Snooze
from alignment.notifications.outbox.templates import Reader, render_notice
from tests.factories import MONDAY_NINE, Cast, make_cast, make_stella, make_user, save

MONDAY = date(2027, 3, 1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def line(
    title: str = "Send one-pager", section: DigestSection = DigestSection.TODAY, thread: str = ""
) -> DigestLine:
    threads = (thread,) if thread else ()
    return DigestLine(
        section=section, title=title, words="Spring launch", link="/plans/1", threads=threads
    )


def always(*lines: DigestLine) -> tuple[DigestSource, ...]:
    """Everybody has this to do, every day."""
    return (DigestSource(lines=lambda *_: lines),)


def told(engine: Engine) -> list[tuple[str, str]]:
    """Who has a digest of which date, in the order in which they were made."""
    with db.read_only_session(engine) as session:
        rows = session.exec(
            select(User.name, Delivery)
            .join(User, col(User.id) == Delivery.recipient_id)
            .where(Delivery.kind == DAILY_DIGEST)
            .order_by(col(Delivery.id))
        )
        return [(name, delivery.words["on"]) for name, delivery in rows]


@pytest.fixture
def here(engine: Engine) -> Cast:
    """Acme, where only Sam is left to be told."""
    with db.transaction(engine) as session:
        cast = make_cast(session)
        for person in (cast.mona, cast.olga):
            person.is_active = False
        return cast


def change(engine: Engine, row: object) -> None:
    with db.transaction(engine) as session:
        session.add(row)


def add_person(engine: Engine, here: Cast, name: str, **columns: Any) -> User:
    with db.transaction(engine) as session:
        return make_user(session, here.workspace, name, team=here.sales, **columns)


def preference(here: Cast, **columns: Any) -> Preference:
    return Preference(workspace_id=here.id, user_id=here.sam.id, updated_at=MONDAY_NINE, **columns)


def test_it_comes_at_half_past_eight_and_once(engine: Engine, here: Cast):
    minutes = ["08:00", "08:29", "08:30", "08:31", "09:30", "11:59", "23:59"]

    made = [make_due(engine, always(line()), now=at(f"2027-03-01T{x}+01:00")) for x in minutes]

    assert made == [0, 0, 1, 0, 0, 0, 0]
    assert told(engine) == [("Sam", "2027-03-01")]


def move(engine: Engine, here: Cast, zone: str) -> None:
    here.sam.zone = zone
    change(engine, here.sam)


def made_at(engine: Engine, *instants: str) -> list[int]:
    return [make_due(engine, always(line()), now=at(instant)) for instant in instants]


def test_who_lives_in_new_york_is_told_at_half_past_eight_there(engine: Engine, here: Cast):
    move(engine, here, "America/New_York")

    made = made_at(engine, "2027-03-01T08:30+01:00", "2027-03-01T08:29-05:00")

    assert made == [0, 0]
    assert made_at(engine, "2027-03-01T08:30-05:00") == [1]


def test_a_move_to_the_west_makes_no_second_digest_of_the_date(engine: Engine, here: Cast):
    assert made_at(engine, "2027-03-01T08:30+01:00") == [1]
    move(engine, here, "America/New_York")

    made = made_at(engine, "2027-03-01T08:30-05:00", "2027-03-02T08:30-05:00")

    assert made == [0, 1]


def test_a_move_to_the_east_makes_no_second_digest_on_a_day(engine: Engine, here: Cast):
    """Half past eight on Monday in Honolulu is on Tuesday in Auckland."""
    move(engine, here, "Pacific/Honolulu")
    assert made_at(engine, "2027-03-01T08:30-10:00") == [1]
    move(engine, here, "Pacific/Auckland")

    made = made_at(engine, "2027-03-02T09:30+13:00", "2027-03-03T08:30+13:00")

    assert made == [0, 1]


def test_it_comes_at_the_hour_that_its_reader_chose(engine: Engine, here: Cast):
    change(engine, preference(here, digest_at=time(6, 15)))

    assert make_due(engine, always(line()), now=at("2027-03-01T06:14+01:00")) == 0
    assert make_due(engine, always(line()), now=at("2027-03-01T06:15+01:00")) == 1


LATE_SLEEPER = {"quiet_from": time(22), "quiet_until": time(10)}


def test_a_default_hour_within_quiet_hours_waits_for_their_end(engine: Engine, here: Cast):
    change(engine, preference(here, **LATE_SLEEPER))
    minutes = ["08:30", "09:59", "10:00", "10:01"]

    made = [make_due(engine, always(line()), now=at(f"2027-03-01T{x}+01:00")) for x in minutes]

    assert made == [0, 0, 1, 0]


def test_an_hour_chosen_within_ones_quiet_hours_is_kept(engine: Engine, here: Cast):
    change(engine, preference(here, digest_at=time(8, 30), **LATE_SLEEPER))

    assert make_due(engine, always(line()), now=at("2027-03-01T08:30+01:00")) == 1


def test_quiet_hours_of_ones_own_win_over_the_hour_of_the_workspace(engine: Engine, here: Cast):
    change(engine, preference(here, **LATE_SLEEPER))
    of_all = Preference(workspace_id=here.id, digest_at=time(9), updated_at=MONDAY_NINE)
    change(engine, of_all)

    made = [
        make_due(engine, always(line()), now=at(f"2027-03-01T{x}+01:00"))
        for x in ("09:00", "10:00")
    ]

    assert made == [0, 1]


def test_quiet_hours_that_end_before_half_past_eight_but_cover_it_bring_it_forward(
    engine: Engine, here: Cast
):
    change(engine, preference(here, quiet_from=time(8), quiet_until=time(7)))

    assert make_due(engine, always(line()), now=at("2027-03-01T06:59+01:00")) == 0
    assert make_due(engine, always(line()), now=at("2027-03-01T07:00+01:00")) == 1


def test_a_digest_that_is_late_is_not_made_in_quiet_hours(engine: Engine, here: Cast):
    change(engine, preference(here, quiet_from=time(18), quiet_until=time(7)))
    overdue = always(line(section=DigestSection.OVERDUE))

    assert make_due(engine, overdue, now=at("2027-03-01T18:30+01:00")) == 0
    assert make_due(engine, overdue, now=at("2027-03-02T08:30+01:00")) == 1


def test_each_wall_has_its_own_half_past_eight(engine: Engine, here: Cast):
    add_person(engine, here, "Maya", zone="Asia/Kathmandu")
    add_person(engine, here, "Kim", zone="America/Los_Angeles")

    for hour in range(24):
        for minute in (0, 15, 30, 45):
            now = datetime(2027, 3, 1, hour, minute, tzinfo=UTC)
            make_due(engine, always(line()), now=now)

    assert told(engine) == [("Maya", "2027-03-01"), ("Sam", "2027-03-01"), ("Kim", "2027-03-01")]


@pytest.mark.parametrize("day", ["2027-03-28", "2027-10-31"])
def test_the_days_on_which_clocks_change_have_one_digest(engine: Engine, here: Cast, day: str):
    with db.transaction(engine) as session:
        for hours in (here.sales_hours, here.marketing_hours):
            session.delete(hours)
    change(engine, preference(here, digest_at=time(2, 30)))

    start = at(f"{day}T00:00+00:00").replace(hour=0)
    made = [
        make_due(engine, always(line()), now=start.replace(hour=hour, minute=minute))
        for hour in range(5)
        for minute in (0, 20, 40)
    ]

    assert sum(made) == 1
    assert told(engine) == [("Sam", day)]


def test_nothing_due_means_no_message_not_even_later_that_day(engine: Engine, here: Cast):
    assert make_due(engine, always(), now=at("2027-03-01T08:30+01:00")) == 0

    assert make_due(engine, always(line()), now=at("2027-03-01T08:31+01:00")) == 0
    assert make_due(engine, always(line()), now=at("2027-03-02T08:30+01:00")) == 1


@pytest.mark.parametrize("day", ["2027-03-06", "2027-03-07"])
def test_nobody_is_told_on_a_weekend(engine: Engine, here: Cast, day: str):
    assert make_due(engine, always(line()), now=at(f"{day}T08:30+01:00")) == 0


def test_nobody_is_told_on_leave(engine: Engine, here: Cast):
    absence = Absence(
        workspace_id=here.id,
        user_id=here.sam.id,
        first_on=MONDAY,
        last_on=MONDAY,
        created_at=MONDAY_NINE,
    )
    change(engine, absence)

    made = [make_due(engine, always(line()), now=at(f"2027-03-0{x}T09:00+01:00")) for x in (1, 2)]

    assert made == [0, 1]


def test_after_noon_only_what_is_overdue_is_still_told(engine: Engine, here: Cast):
    overdue = always(line(section=DigestSection.OVERDUE))

    assert make_due(engine, always(line()), now=at("2027-03-01T12:00+01:00")) == 0
    assert make_due(engine, overdue, now=at("2027-03-02T12:00+01:00")) == 1


def test_after_three_days_without_a_scheduler_there_is_one_digest_of_today(
    engine: Engine, here: Cast
):
    make_due(engine, always(line()), now=at("2027-03-01T08:30+01:00"))

    make_due(engine, always(line()), now=at("2027-03-04T09:10+01:00"))

    assert told(engine) == [("Sam", "2027-03-01"), ("Sam", "2027-03-04")]


def test_two_schedulers_at_once_make_one_digest(engine: Engine, here: Cast):
    at_once = threading.Barrier(2)
    made: list[int] = []

    def look() -> None:
        at_once.wait()
        made.append(make_due(engine, always(line()), now=at("2027-03-01T08:30+01:00")))

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(made) == [0, 1]
    assert told(engine) == [("Sam", "2027-03-01")]


def test_what_breaks_for_one_person_stops_nobody_else(engine: Engine, here: Cast):
    add_person(engine, here, "Kim")

    def breaks_for_sam(
        _session: Session, person: User, _day: DigestDay, _now: datetime
    ) -> Iterator[DigestLine]:
        if person.name == "Sam":
            raise ValueError("broken")
        yield line()

    broken = (DigestSource(lines=breaks_for_sam),)

    assert make_due(engine, broken, now=at("2027-03-01T08:30+01:00")) == 1
    assert make_due(engine, always(line()), now=at("2027-03-01T08:31+01:00")) == 1
    assert told(engine) == [("Kim", "2027-03-01"), ("Sam", "2027-03-01")]


def test_people_of_every_workspace_are_told(engine: Engine, here: Cast):
    with db.transaction(engine) as session:
        make_stella(session)

    assert make_due(engine, always(line()), now=at("2027-03-01T08:30+01:00")) == 2


def test_what_is_muted_or_put_off_is_left_out(engine: Engine, here: Cast):
    same: dict[str, Any] = {
        "workspace_id": here.id,
        "user_id": here.sam.id,
        "created_at": MONDAY_NINE,
    }
    change(engine, Mute(thread="lead-7", **same))
    change(engine, Snooze(thread="task-3", until_at=at("2027-03-02T08:30+01:00"), **same))
    sources = always(line("Globex", thread="lead-7"), line("One-pager", thread="task-3"))

    made = [make_due(engine, sources, now=at(f"2027-03-0{x}T08:30+01:00")) for x in (1, 2)]

    assert made == [0, 1]
    with db.read_only_session(engine) as session:
        [digest] = session.exec(select(Delivery))
    assert [each["title"] for each in digest.words["sections"][0]["lines"]] == ["One-pager"]


def test_a_section_has_fifteen_lines_and_says_how_many_more():
    lines = [line(f"Call lead {number}") for number in range(1, 28)]

    words = digests_sections.digest_words(MONDAY, lines)

    [section] = words["sections"]
    assert (section["count"], len(section["lines"]), section["more"]) == (27, 15, 12)
    reader = Reader(name="Sam", address="sam@acme.test", zone="Europe/Berlin", workspace="Acme")
    written = render_notice(DAILY_DIGEST, words, reader=reader, base_url="https://acme.test")
    assert "and 12 more: https://acme.test/" in written.text
    assert written.subject.startswith("27 due today: Call lead 1 (")


@pytest.fixture
def pending(session: Session, acme: Cast) -> Delivery:
    """Sam's digest of Monday 1 March, not sent yet."""
    words = digests_sections.digest_words(MONDAY, [line()])
    row = Delivery(
        workspace_id=acme.id,
        key=f"digest:{acme.sam.id}:2027-03-01",
        kind=DAILY_DIGEST,
        recipient_id=acme.sam.id,
        address=acme.sam.email,
        subject_id=acme.sam.id,
        words=words,
        created_at=MONDAY_NINE,
        due_at=MONDAY_NINE,
        message_id="digest",
    )
    return save(session, row)


def against(session: Session, pending: Delivery, now: str, *lines: DigestLine) -> str | None:
    return digests_daily.still_matters(session, pending, sources=always(*lines), now=at(now))


def test_when_it_is_sent_it_says_what_is_so_then(session: Session, pending: Delivery):
    assert against(session, pending, "2027-03-01T09:00+01:00", line("Call Ada")) is None

    assert pending.words["sections"][0]["lines"][0]["title"] == "Call Ada"


def test_all_done_a_minute_before_means_not_sent(session: Session, pending: Delivery):
    assert against(session, pending, "2027-03-01T08:31+01:00") == "Nothing in it waits any more."


def test_a_digest_held_up_until_noon_goes_only_with_what_is_overdue(
    session: Session, pending: Delivery
):
    too_late = against(session, pending, "2027-03-01T12:00+01:00", line())
    overdue = line(section=DigestSection.OVERDUE)

    assert too_late == "It is too late in the day for it, and nothing in it is overdue."
    assert against(session, pending, "2027-03-01T15:00+01:00", overdue) is None


def test_a_digest_is_never_sent_on_another_day(session: Session, pending: Delivery):
    overdue = line(section=DigestSection.OVERDUE)

    late = against(session, pending, "2027-03-02T00:01+01:00", overdue)

    assert late == "The day that it was about is over."
