"""The numbers of both teams as the mails of the evening and of Monday tell them."""

from datetime import date
from typing import Any

from sqlmodel import Session

from alignment.accounts.roles import Side
from alignment.leads.models import Handoff
from alignment.metrics.summaries import mail_content, pictures
from alignment.notifications.formatting import to_json_values
from alignment.notifications.outbox.templates import Reader, Rendered, render_notice
from alignment.sla.clock.stopwatch import TimerState
from tests.factories import Cast, make_lead, save
from tests.metrics.stories import berlin, breach, promise

THURSDAY = date(2027, 3, 4)
EVENING = berlin("2027-03-04 18:00")
MONA = Reader(name="Mona", address="mona@acme.test", zone="Europe/Berlin", workspace="Acme")


def handed_off(session: Session, acme: Cast, at: str, **moments: str) -> None:
    lead = make_lead(session, acme)
    then: dict[str, Any] = {name: berlin(text) for name, text in moments.items()}
    save(
        session,
        Handoff(
            workspace_id=acme.id,
            lead_id=lead.id,
            cycle=1,
            handed_off_at=berlin(at),
            **then,
        ),
    )


def owed(session: Session, acme: Cast, side: Side, due: str, state: TimerState) -> Any:
    return promise(session, acme, make_lead(session, acme), side=side, due=due, state=state)


def rows(words: Any, side: str) -> dict[str, list[str]]:
    (found,) = (each for each in words["sides"] if each["side"] == side)
    return {row["name"]: row["values"] for row in found["rows"]}


def read(kind: str, words: Any) -> Rendered:
    return render_notice(kind, to_json_values(words), reader=MONA, base_url="https://acme.test")


def a_day(session: Session, acme: Cast) -> None:
    """Two handed off and one accepted today, one returned on Monday; promises of both teams."""
    handed_off(session, acme, "2027-03-04 09:00", accepted_at="2027-03-04 10:00")
    handed_off(session, acme, "2027-03-04 11:00")
    handed_off(session, acme, "2027-02-26 09:00", returned_at="2027-03-01 10:00")
    owed(session, acme, Side.SALES, "2027-03-04 12:00", TimerState.MET)
    late = owed(session, acme, Side.SALES, "2027-03-04 13:00", TimerState.MET_LATE)
    breach(session, late, is_excused=True)
    owed(session, acme, Side.MARKETING, "2027-03-02 12:00", TimerState.BREACHED)
    owed(session, acme, Side.SALES, "2027-03-05 12:00", TimerState.RUNNING)


def test_the_day_stands_beside_the_week_so_far(session: Session, acme: Cast):
    a_day(session, acme)

    words = mail_content.daily_numbers(session, acme.workspace, THURSDAY, now=EVENING)

    assert words is not None
    assert words["columns"] == ["That day", "Week so far"]
    assert rows(words, "marketing") == {
        "Handed off": ["2", "2"],
        "Entries": ["2", "2"],
        "Answer a returned lead": ["–", "0 of 1"],
        "All promises": ["–", "0 of 1"],
    }
    assert rows(words, "sales") == {
        "First answers “accepted”": ["1", "1"],
        "Answers “returned”": ["0", "1"],
        "First human touch": [
            "1 of 2 (1 of 1 without 1 excused)",
            "1 of 2 (1 of 1 without 1 excused)",
        ],
        "All promises": [
            "1 of 2 (1 of 1 without 1 excused)",
            "1 of 2 (1 of 1 without 1 excused)",
        ],
    }
    assert words["to_come"] == {"marketing": 0, "sales": 1}


def test_on_friday_what_is_to_come_is_due_on_monday(session: Session, acme: Cast):
    a_day(session, acme)
    owed(session, acme, Side.MARKETING, "2027-03-08 12:00", TimerState.RUNNING)
    handed_off(session, acme, "2027-03-05 09:00")

    words = mail_content.daily_numbers(
        session, acme.workspace, date(2027, 3, 5), now=berlin("2027-03-05 18:00")
    )

    assert words is not None
    assert words["next_on"] == date(2027, 3, 8)
    assert words["to_come"] == {"marketing": 1, "sales": 0}


def test_a_day_of_nothing_has_no_words(session: Session, acme: Cast):
    owed(session, acme, Side.SALES, "2027-03-05 12:00", TimerState.RUNNING)

    assert mail_content.daily_numbers(session, acme.workspace, THURSDAY, now=EVENING) is None


def test_the_week_that_ended_stands_beside_the_one_before(session: Session, acme: Cast):
    a_day(session, acme)

    words = mail_content.weekly_numbers(
        session, acme.workspace, date(2027, 3, 8), now=berlin("2027-03-08 08:30")
    )

    assert words is not None
    assert rows(words, "marketing")["Handed off"] == ["2", "1"]
    assert (words["from_on"], words["until_on"]) == (date(2027, 3, 1), date(2027, 3, 7))


def test_the_picture_of_a_week_covers_the_days_of_its_heading(session: Session, acme: Cast):
    a_day(session, acme)
    owed(session, acme, Side.SALES, "2027-02-26 12:00", TimerState.MET)

    words = mail_content.weekly_numbers(
        session, acme.workspace, date(2027, 3, 8), now=berlin("2027-03-08 08:30")
    )

    assert words is not None
    assert {day["on"] for day in words["chart"]} == {date(2027, 3, day) for day in range(1, 8)}
    assert words["picture_words"].startswith(
        "Promises that fell due from Mon 1 Mar 2027 to Sun 7 Mar 2027: marketing kept 0, missed 1;"
    )


def test_the_letter_reads_the_same_for_both_teams_and_names_nobody(session: Session, acme: Cast):
    a_day(session, acme)

    written = read(
        "nightly_numbers",
        mail_content.daily_numbers(session, acme.workspace, THURSDAY, now=EVENING),
    )

    assert written.subject == (
        "Both teams on Thu 4 Mar 2027: 2 handed off, 1 answered “accepted”; "
        "kept by marketing –, by sales 1 of 2 (1 of 1 without 1 excused)"
    )
    assert written.text.index("Marketing (That day | Week so far)") < written.text.index("Sales (")
    assert "Open and due by Fri 5 Mar 2027: marketing 0, sales 1." in written.text
    assert not any(name in written.text for name in ("Mona", "Sam"))


def test_the_picture_is_a_png_that_words_stand_in_for(session: Session, acme: Cast):
    a_day(session, acme)
    words = mail_content.daily_numbers(session, acme.workspace, THURSDAY, now=EVENING)

    [picture] = pictures.outcome_pictures(to_json_values(words))

    assert picture.png.startswith(b"\x89PNG")
    assert picture.alt == (
        "Promises that fell due from Mon 1 Mar 2027 to Thu 4 Mar 2027: "
        "marketing kept 0, missed 1; sales kept 1, missed 1."
    )


def test_without_promises_there_is_no_picture(session: Session, acme: Cast):
    handed_off(session, acme, "2027-03-04 09:00")

    words = mail_content.daily_numbers(session, acme.workspace, THURSDAY, now=EVENING)

    assert words is not None
    assert pictures.outcome_pictures(to_json_values(words)) == ()
    assert "cid:" not in read("nightly_numbers", words).html
