from collections.abc import Callable
from datetime import date

from sqlmodel import Session

from alignment.notifications.formatting import to_json_values
from alignment.notifications.outbox.templates import Reader, Rendered, render_notice
from alignment.plans import notices, queries
from alignment.plans.models import Plan, Task
from tests.factories import MONDAY_NINE, Cast

GiveTask = Callable[..., Task]

THURSDAY = date(2027, 3, 4)
SAM = Reader(name="Sam", address="sam@acme.test", zone="Europe/Berlin", workspace="Acme")
TRICKY = "{{ 7*7 }} <script>alert(1)</script> & %s"


def read(kind: str, words: object) -> Rendered:
    return render_notice(kind, to_json_values(words), reader=SAM, base_url="https://acme.test")


def test_what_people_typed_is_shown_as_it_is_and_never_run(
    session: Session, acme: Cast, plan: Plan, give: GiveTask
):
    give(acme.sam, TRICKY, THURSDAY)
    letter = notices.plan_mailed(
        plan,
        acme.sam,
        queries.task_lines(session, plan),
        number=1,
        by=acme.mona,
        now=MONDAY_NINE,
    )

    written = read(letter.kind, letter.words)

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
