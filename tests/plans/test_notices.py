from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import Session

from alignment.notifications.letters import Reader, Written, write
from alignment.notifications.wording import storable
from alignment.plans import notices, queries
from alignment.plans.ladder import Section
from alignment.plans.models import Plan, Task
from tests.factories import MONDAY_NINE, Cast

GiveTask = Callable[..., Task]

MONDAY, THURSDAY = date(2027, 3, 1), date(2027, 3, 4)
SAM = Reader(name="Sam", address="sam@acme.test", zone="Europe/Berlin", workspace="Acme")
TRICKY = "{{ 7*7 }} <script>alert(1)</script> & %s"


def read(kind: str, words: object) -> Written:
    return write(kind, storable(words), reader=SAM, base_url="https://acme.test")


def test_the_reminder_is_written_word_for_word(
    session: Session, acme: Cast, plan: Plan, give: GiveTask
):
    give(acme.sam, "Send one-pager", MONDAY)
    give(acme.sam, "Call Ada", THURSDAY)
    overdue, due = queries.task_lines(session, plan)
    told = [(Section.TODAY, due), (Section.OVERDUE, overdue)]

    letter = notices.reminder(acme.sam, THURSDAY, told)

    assert (letter.key, letter.thread) == (f"task-reminder:{acme.sam.id}:2027-03-04", "")
    content, _, foot = read(letter.kind, letter.words).text.partition("\n--")
    assert content == (
        "Sam, this waits for you\n"
        "\n"
        "Overdue\n"
        "- Send one-pager (Spring launch), was due Mon 1 Mar 2027\n"
        f"  https://acme.test/plans/{plan.id}#task-{overdue.task.id}\n"
        "\n"
        "Due today, Thu 4 Mar 2027\n"
        "- Call Ada (Spring launch), due Thu 4 Mar 2027\n"
        f"  https://acme.test/plans/{plan.id}#task-{due.task.id}\n"
    )
    assert "You get this because these tasks are yours." in foot


@pytest.mark.parametrize("kind", ["task_reminder", "plan_mailed"])
def test_what_people_typed_is_shown_as_it_is_and_never_run(
    session: Session, acme: Cast, plan: Plan, give: GiveTask, kind: str
):
    give(acme.sam, TRICKY, THURSDAY)
    lines = queries.task_lines(session, plan)
    letters = {
        "task_reminder": notices.reminder(acme.sam, THURSDAY, [(Section.TODAY, lines[0])]),
        "plan_mailed": notices.plan_mailed(
            plan, acme.sam, lines, number=1, by=acme.mona, now=MONDAY_NINE
        ),
    }

    written = read(kind, letters[kind].words)

    assert TRICKY in written.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; %s" in written.html
    assert "<script>" not in written.html
    assert "49" not in written.text


def test_two_people_of_one_name_are_kept_apart(
    session: Session, acme: Cast, plan: Plan, give: GiveTask
):
    acme.olga.name = "Sam"
    give(acme.sam, "Send one-pager", THURSDAY)
    give(acme.olga, "Find a budget", THURSDAY, team_id=acme.sales.id)

    letter = notices.plan_mailed(
        plan,
        acme.mona,
        queries.task_lines(session, plan),
        number=1,
        by=acme.mona,
        now=MONDAY_NINE,
    )

    people = letter.words["others"]
    assert [person["name"] for person in people] == ["Sam", "Sam"]
    assert [len(person["lines"]) for person in people] == [1, 1]
