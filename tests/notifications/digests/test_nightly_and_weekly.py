"""Both teams' numbers: each evening to who leads a team, each Monday to who wants them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from alignment import db
from alignment.accounts.models import Absence, User, Workspace
from alignment.accounts.roles import Role, Side
from alignment.notifications.digests import nightly, weekly
from alignment.notifications.models import Delivery, Preference
from alignment.notifications.notice_kinds import kind_of
from tests.factories import MONDAY_NINE, Cast, make_cast, make_team, make_user, save


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def something(
    _session: Session, _workspace: Workspace, on: date, *, now: datetime
) -> Mapping[str, Any] | None:
    return {"on": on, "now": now}


def nothing(
    _session: Session,
    _workspace: Workspace,
    _on: date,
    *,
    now: datetime,
) -> Mapping[str, Any] | None:
    return None


def told(engine: Engine, kind: str) -> list[tuple[str, str]]:
    with db.read_only_session(engine) as session:
        rows = session.exec(
            select(User.name, Delivery)
            .join(User, col(User.id) == Delivery.recipient_id)
            .where(Delivery.kind == kind)
            .order_by(col(Delivery.id))
        )
        return [(name, delivery.words["on"]) for name, delivery in rows]


@pytest.fixture
def here(engine: Engine) -> Cast:
    """Acme, where Mona leads marketing and Lena leads sales."""
    with db.transaction(engine) as session:
        cast = make_cast(session)
        make_user(session, cast.workspace, "Lena", team=cast.sales, is_team_lead=True)
        return cast


def evening(engine: Engine, now: str, numbers: nightly.NumbersSource = something) -> int:
    return nightly.make_due(engine, numbers, now=at(now))


def monday(engine: Engine, now: str, numbers: nightly.NumbersSource = something) -> int:
    return weekly.make_due(engine, numbers, now=at(now))


def test_the_leads_of_both_teams_are_told_at_six_once(engine: Engine, here: Cast):
    made = [evening(engine, f"2027-03-01T{x}+01:00") for x in ("17:59", "18:00", "18:01", "23:59")]

    assert made == [0, 2, 0, 0]
    assert told(engine, "nightly_numbers") == [("Mona", "2027-03-01"), ("Lena", "2027-03-01")]


def test_an_evening_after_a_day_of_nothing_stays_quiet(engine: Engine, here: Cast):
    assert evening(engine, "2027-03-01T18:00+01:00", nothing) == 0

    assert evening(engine, "2027-03-01T18:01+01:00") == 0
    assert evening(engine, "2027-03-02T18:00+01:00") == 2


def test_a_weekend_has_no_evening_mail(engine: Engine, here: Cast):
    assert evening(engine, "2027-03-06T18:00+01:00") == 0


def test_what_breaks_in_one_workspace_stops_no_other(engine: Engine, here: Cast):
    with db.transaction(engine) as session:
        make_cast(session, name="Umbrella")

    def breaks_at_acme(
        session: Session, workspace: Workspace, on: date, *, now: datetime
    ) -> Mapping[str, Any] | None:
        if workspace.name == "Acme":
            raise ValueError("broken")
        return something(session, workspace, on, now=now)

    assert evening(engine, "2027-03-01T18:00+01:00", breaks_at_acme) == 1
    assert evening(engine, "2027-03-01T18:01+01:00") == 2


def test_an_evening_mail_waits_until_the_numbers_of_the_next_evening(engine: Engine, here: Cast):
    evening(engine, "2027-03-01T18:00+01:00")

    with db.read_only_session(engine) as session:
        delivery = session.exec(select(Delivery)).first()
        assert delivery is not None
        next_day = nightly.still_matters(session, delivery, now=at("2027-03-02T17:59+01:00"))
        evening_after = nightly.still_matters(session, delivery, now=at("2027-03-02T18:00+01:00"))

    assert next_day is None
    assert evening_after == "The numbers of a later day are known."


def add_lead(engine: Engine, here: Cast, zone: str) -> User:
    with db.transaction(engine) as session:
        return make_user(
            session, here.workspace, "Rita", team=here.sales, zone=zone, is_team_lead=True
        )


def hour_told(engine: Engine, first: str, hours: int) -> list[tuple[str, str]]:
    """At which hours in UTC Rita was told, and of which date."""
    heard: list[tuple[str, str]] = []
    for count in range(hours):
        now = at(first) + timedelta(hours=count)
        before = len(told(engine, "nightly_numbers"))
        nightly.make_due(engine, something, now=now)
        new = told(engine, "nightly_numbers")[before:]
        heard += [(f"{now:%a %H:%M}", on) for name, on in new if name == "Rita"]
    return heard


def test_in_singapore_the_numbers_come_at_six_there_and_of_a_day_that_has_its_evening(
    engine: Engine, here: Cast
):
    add_lead(engine, here, "Asia/Singapore")

    assert hour_told(engine, "2027-03-04T09:00+00:00", 108) == [
        ("Thu 10:00", "2027-03-03"),
        ("Fri 10:00", "2027-03-04"),
        ("Mon 10:00", "2027-03-05"),
    ]


def test_who_is_off_hears_the_numbers_of_the_first_evening_back(engine: Engine, here: Cast):
    rita = add_lead(engine, here, "Europe/Berlin")
    with db.transaction(engine) as session:
        off = {"first_on": date(2027, 3, 1), "last_on": date(2027, 3, 2)}
        mine = {"workspace_id": here.id, "user_id": rita.id, "created_at": MONDAY_NINE}
        save(session, Absence.model_validate(mine | off))

    assert hour_told(engine, "2027-03-01T12:00+00:00", 60) == [("Wed 17:00", "2027-03-03")]


def test_the_evening_numbers_keep_quiet_hours_and_days_off_like_other_mail():
    assert not kind_of("nightly_numbers").at_chosen_hour


def test_a_week_is_never_summed_up_before_it_is_over_in_the_workspace(engine: Engine, here: Cast):
    """Kiritimati is 13 hours ahead of Berlin: Monday half past eight is Sunday evening there."""
    with db.transaction(engine) as session:
        make_user(session, here.workspace, "Kiri", team=here.sales, zone="Pacific/Kiritimati")

    assert monday(engine, "2027-02-28T18:30+00:00") == 0
    assert monday(engine, "2027-03-01T18:29+00:00") == 4
    assert monday(engine, "2027-03-01T18:30+00:00") == 1
    assert told(engine, "weekly_summary")[-1] == ("Kiri", "2027-03-01")


def test_the_week_is_summed_up_on_monday_at_the_hour_of_the_digest(engine: Engine, here: Cast):
    hours = ["2027-03-01T08:29", "2027-03-01T08:30", "2027-03-01T08:31", "2027-03-02T08:30"]

    made = [monday(engine, f"{hour}+01:00") for hour in hours]

    assert made == [0, 4, 0, 0]
    assert {on for _, on in told(engine, "weekly_summary")} == {"2027-03-01"}


def test_who_does_not_want_it_gets_none(engine: Engine, here: Cast):
    with db.transaction(engine) as session:
        save(
            session,
            Preference(
                workspace_id=here.id,
                user_id=here.sam.id,
                wants_weekly=False,
                updated_at=MONDAY_NINE,
            ),
        )

    monday(engine, "2027-03-01T08:30+01:00")

    assert "Sam" not in {name for name, _ in told(engine, "weekly_summary")}


def test_who_is_off_on_monday_gets_it_on_tuesday(engine: Engine, here: Cast):
    with db.transaction(engine) as session:
        absence = Absence(
            workspace_id=here.id,
            user_id=here.sam.id,
            first_on=date(2027, 3, 1),
            last_on=date(2027, 3, 1),
            created_at=MONDAY_NINE,
        )
        save(session, absence)

    assert monday(engine, "2027-03-01T08:30+01:00") == 3
    assert monday(engine, "2027-03-02T08:30+01:00") == 1
    assert told(engine, "weekly_summary")[-1] == ("Sam", "2027-03-01")


def test_after_a_standstill_over_monday_the_week_is_not_summed_up_late(engine: Engine, here: Cast):
    assert monday(engine, "2027-03-03T08:30+01:00") == 0
    assert monday(engine, "2027-03-08T08:30+01:00") == 4


def test_a_week_of_nothing_is_not_summed_up(engine: Engine, here: Cast):
    assert monday(engine, "2027-03-01T08:30+01:00", nothing) == 0


def test_monday_begins_first_in_kathmandu(engine: Engine, here: Cast):
    with db.transaction(engine) as session:
        make_user(session, here.workspace, "Maya", team=here.sales, zone="Asia/Kathmandu")

    assert monday(engine, "2027-03-01T02:44+00:00") == 0
    assert monday(engine, "2027-03-01T02:45+00:00") == 1
    assert told(engine, "weekly_summary") == [("Maya", "2027-03-01")]


def test_who_leads_another_department_hears_no_numbers(engine: Engine, here: Cast):
    with db.transaction(engine) as session:
        other = make_team(session, here.workspace, side=Side.OTHER, name="Finance")
        make_user(session, here.workspace, "Fay", role=Role.MANAGER, team=other, is_team_lead=True)

    evening(engine, "2027-03-01T18:00+01:00")

    assert "Fay" not in {name for name, _ in told(engine, "nightly_numbers")}
