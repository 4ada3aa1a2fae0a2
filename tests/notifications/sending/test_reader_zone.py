"""Each reader is told times in a zone of his or her own; a team's channel in the team's."""

from sqlmodel import Session

from alignment.notifications.sending.reader_zone import reader_zone
from tests.factories import Cast, make_hours
from tests.notifications.endpoint_factories import make_delivery, make_endpoint

NEW_YORK = "America/New_York"


def test_sam_is_told_in_new_york_and_mona_in_berlin(session: Session, acme: Cast):
    acme.sam.zone = NEW_YORK
    for_sam, for_mona = (make_delivery(session, person) for person in (acme.sam, acme.mona))

    assert reader_zone(session, for_sam, acme.sam) == NEW_YORK
    assert reader_zone(session, for_mona, acme.mona) == "Europe/Berlin"


def test_a_channel_of_a_team_is_told_in_the_zone_of_its_newest_hours(session: Session, acme: Cast):
    make_hours(session, acme.sales, version=2, zone=NEW_YORK)
    channel = make_endpoint(session, acme.olga, team=acme.sales)
    message = make_delivery(session, None, workspace_id=acme.id, endpoint_id=channel.id)

    assert reader_zone(session, message, None) == NEW_YORK


def test_somebody_not_yet_here_is_told_in_the_zone_of_the_workspace(session: Session, acme: Cast):
    make_hours(session, acme.sales, version=2, zone=NEW_YORK)
    message = make_delivery(session, None, workspace_id=acme.id)

    assert reader_zone(session, message, None) == "Europe/Berlin"
