"""Quiet hours over the nights in which clocks change, and holidays of a person."""

from datetime import UTC, datetime, time, timedelta

import pytest

from alignment import db
from alignment.notifications.models import Preference
from tests.acceptance.notices import make_notices

AN_HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("evening", "morning"),
    [
        (datetime(2027, 3, 27, 22, 0, tzinfo=UTC), datetime(2027, 3, 28, 5, 0, tzinfo=UTC)),
        (datetime(2027, 10, 30, 21, 0, tzinfo=UTC), datetime(2027, 10, 31, 6, 0, tzinfo=UTC)),
    ],
    ids=["put forward", "put back"],
)
def test_quiet_hours_end_at_seven_by_the_clock_on_the_wall(here, evening, morning):
    with db.transaction(here.engine) as session:
        session.add(
            Preference(
                workspace_id=here.acme.id,
                user_id=here.acme.sam.id,
                quiet_from=time(22),
                quiet_until=time(7),
                updated_at=evening,
            )
        )
    timeline = here.timeline()
    timeline.at(evening, *make_notices("lead_assigned", here.acme.sam, 3))

    timeline.wants("Sam", "^3 leads were given to you", at=morning)

    timeline.run(evening, evening + 12 * AN_HOUR)


@pytest.mark.parametrize(
    "night",
    [datetime(2027, 3, 28, 0, 0, tzinfo=UTC), datetime(2027, 10, 31, 0, 0, tzinfo=UTC)],
    ids=["put forward", "put back"],
)
def test_a_burst_in_the_hour_that_changes_is_counted_in_true_minutes(here, night):
    timeline = here.timeline()
    timeline.at(
        night + AN_HOUR - timedelta(seconds=20), *make_notices("lead_assigned", here.acme.sam, 5)
    )
    timeline.at(night + AN_HOUR, *make_notices("lead_assigned", here.acme.sam, 4, first=6))

    timeline.wants("Sam", "is yours now", at=night + AN_HOUR - timedelta(seconds=20), times=5)
    timeline.wants("Sam", "^4 leads were given to you", at=night + AN_HOUR + timedelta(seconds=40))

    timeline.run(night, night + 6 * AN_HOUR)
