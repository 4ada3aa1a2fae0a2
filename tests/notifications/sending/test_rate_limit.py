"""A storm is told together in the next hour: of one person, and of a whole workspace."""

from datetime import timedelta

from alignment import db
from alignment.notifications.causes import WaitCause
from alignment.notifications.channels.kept_mail import KeptMail
from alignment.notifications.health.problems import delivery_health
from alignment.notifications.models import Outcome, Preference
from tests.acceptance.notices import make_notice, make_notices
from tests.factories import MONDAY_NINE, make_stella
from tests.postbox import deliveries, office_for, post, send_due

A_MINUTE = timedelta(minutes=1)
AN_HOUR = timedelta(hours=1)
OFFICE = office_for(KeptMail())


def limit(engine, here, **given):
    with db.transaction(engine) as session:
        session.add(Preference(workspace_id=here.id, updated_at=MONDAY_NINE, **given))


def outcomes(engine):
    return [one.outcome for one in deliveries(engine)]


def test_a_workspace_sets_how_much_a_person_gets_in_an_hour(engine, here):
    limit(engine, here, max_per_person_hour=2)
    for minute in range(4):
        post(
            engine,
            make_notice("lead_assigned", here.sam, minute),
            now=MONDAY_NINE + minute * A_MINUTE,
        )
        send_due(engine, OFFICE, now=MONDAY_NINE + minute * A_MINUTE)

    held = deliveries(engine)[3]
    assert outcomes(engine) == [Outcome.KEPT, Outcome.KEPT, Outcome.PENDING, Outcome.PENDING]
    assert held.wait_cause is WaitCause.RATE_LIMIT
    assert held.reason == (
        "Held by the brake on storms: waits until 10:00 CET to be told together with others."
    )


def test_what_a_brake_held_is_one_message_in_the_next_hour_and_nothing_is_dropped(engine, here):
    limit(engine, here, max_per_person_hour=2)
    post(engine, *make_notices("lead_assigned", here.sam, 2))
    send_due(engine, OFFICE)
    post(engine, *make_notices("lead_assigned", here.sam, 3, first=3), now=MONDAY_NINE + A_MINUTE)
    send_due(engine, OFFICE, now=MONDAY_NINE + A_MINUTE)

    send_due(engine, OFFICE, now=MONDAY_NINE + AN_HOUR)

    *_, carrier, second, third = deliveries(engine)
    assert outcomes(engine) == [*[Outcome.KEPT] * 3, *[Outcome.MERGED] * 2]
    assert carrier.subject.startswith("3 leads were given to you")
    assert {second.merged_into_id, third.merged_into_id} == {carrier.id}
    assert second.reason == "Told in one message with 2 others."
    assert {one.wait_cause for one in deliveries(engine)} == {None}


def test_what_is_urgent_goes_before_its_deadline_in_one_message_with_what_the_brake_held(
    engine, here
):
    limit(engine, here, max_per_person_hour=2)
    warning_at = MONDAY_NINE + 40 * A_MINUTE
    post(engine, *make_notices("lead_assigned", here.sam, 2))
    send_due(engine, OFFICE)
    held = make_notices("lead_assigned", here.sam, 3, first=3, deliver_by_at=warning_at)
    post(engine, *held, now=MONDAY_NINE + A_MINUTE)
    post(engine, make_notice("lead_returned", here.sam, 9), now=MONDAY_NINE + A_MINUTE)

    for minute in range(1, 60):
        send_due(engine, OFFICE, now=MONDAY_NINE + minute * A_MINUTE)

    *_, carrier, second, third, returned = deliveries(engine)
    assert carrier.settled_at == MONDAY_NINE + 35 * A_MINUTE
    assert {row.merged_into_id for row in (second, third, returned)} == {carrier.id}


def test_a_storm_in_a_workspace_holds_people_who_got_nothing_yet(engine, here):
    limit(engine, here, max_per_workspace_hour=3)
    post(engine, *make_notices("lead_assigned", here.sam, 3))
    send_due(engine, OFFICE)
    post(engine, make_notice("lead_assigned", here.mona), now=MONDAY_NINE + A_MINUTE)

    send_due(engine, OFFICE, now=MONDAY_NINE + A_MINUTE)

    assert outcomes(engine)[-1] is Outcome.PENDING
    with db.read_only_session(engine) as session:
        held = delivery_health(session, here.id, now=MONDAY_NINE + A_MINUTE)
        gone = delivery_health(session, here.id, now=MONDAY_NINE + AN_HOUR)
    assert held.rate_limited_since == MONDAY_NINE + A_MINUTE
    assert gone.rate_limited_since is None


def test_the_storm_of_one_workspace_holds_no_other(engine, here):
    limit(engine, here, max_per_workspace_hour=1)
    with db.transaction(engine) as session:
        stella = make_stella(session)
    post(engine, *make_notices("lead_assigned", here.sam, 1))
    send_due(engine, OFFICE)

    post(engine, make_notice("lead_assigned", stella))
    send_due(engine, OFFICE)

    assert outcomes(engine) == [Outcome.KEPT, Outcome.KEPT]
