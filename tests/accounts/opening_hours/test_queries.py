"""Every SELECT about opening_hours. Workspace or person is the scope."""

from datetime import timedelta

from alignment.accounts.opening_hours import queries as opening_hours_queries
from tests.accounts.people.test_queries import NINE
from tests.factories import make_hours


def test_the_newest_hours_are_the_ones_in_use(session, acme):
    newest = make_hours(session, acme.sales, version=2, created_at=NINE + timedelta(days=1))

    assert opening_hours_queries.newest_hours_of(session, acme.sales) is newest
    assert opening_hours_queries.newest_hours_of(session, acme.marketing) is acme.marketing_hours
