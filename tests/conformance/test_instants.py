"""Instants come back as they went in, aware and in UTC, whatever the database."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError
from sqlmodel import Session

from tests.factories import Cast, make_lead


def test_an_instant_of_another_zone_comes_back_in_utc(session: Session, acme: Cast) -> None:
    in_kathmandu = datetime(2027, 3, 1, 13, 45, tzinfo=timezone(timedelta(hours=5, minutes=45)))

    lead = make_lead(session, acme, arrived_at=in_kathmandu)
    session.expire(lead)

    assert lead.arrived_at == datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
    assert lead.arrived_at.utcoffset() == timedelta(0)


def test_an_instant_without_a_zone_is_refused(session: Session, acme: Cast) -> None:
    with pytest.raises((StatementError, ValueError)):
        make_lead(session, acme, arrived_at=datetime(2027, 3, 1, 9, 0))  # noqa: DTZ001
