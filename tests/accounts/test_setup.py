from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine
from sqlmodel import Session, select

from alignment import db
from alignment.accounts import setup
from alignment.accounts.models import Workspace
from alignment.accounts.opening_hours import queries as opening_hours_queries
from alignment.accounts.people import queries as people_queries
from alignment.accounts.roles import Role, Side
from alignment.accounts.setup import NewWorkspace
from alignment.errors import Refused
from tests.factories import MONDAY_NINE

NINE = MONDAY_NINE
SECRET = "s" * 32
TYPED = {
    "company": "Acme",
    "zone": "Europe/Berlin",
    "name": "Olga",
    "email": "olga@acme.test",
    "password": "correct horse battery",
}


def link(session):
    path = setup.set_up_path(session, secret=SECRET)
    assert path is not None
    return path.removeprefix("/set-up/")


def test_the_first_person_gets_a_workspace_with_two_teams_at_office_hours(session):
    olga = setup.found_workspace(session, NewWorkspace(**TYPED), now=NINE)

    marketing, sales = people_queries.teams_of(session, olga.workspace_id)
    hours = opening_hours_queries.newest_hours_of(session, sales)
    assert hours is not None
    assert (olga.role, olga.zone) == (Role.OWNER, "Europe/Berlin")
    assert (marketing.side, sales.side) == (Side.MARKETING, Side.SALES)
    assert hours.week["fri"] == [["09:00", "17:00"]]
    assert hours.week["sat"] == []
    assert hours.zone == "Europe/Berlin"


def test_the_link_is_given_while_nobody_is_here(session):
    setup.check_token(session, link(session), secret=SECRET)


def test_the_link_is_void_once_somebody_is_here(session):
    token = link(session)
    setup.found_workspace(session, NewWorkspace(**TYPED), now=NINE)

    assert setup.set_up_path(session, secret=SECRET) is None
    with pytest.raises(Refused, match="set up already"):
        setup.check_token(session, token, secret=SECRET)


def test_of_two_who_set_up_at_one_instant_one_founds_a_workspace(engine: Engine):
    at_once = Barrier(2)

    def try_to_found(company: str) -> bool:
        wish = NewWorkspace(**(TYPED | {"company": company, "email": f"olga@{company}.test"}))
        at_once.wait()
        try:
            with db.transaction(engine) as session:
                setup.found_workspace(session, wish, now=NINE)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(max_workers=2) as pool:
        founded = list(pool.map(try_to_found, ["acme", "globex"]))

    assert sorted(founded) == [False, True]
    with Session(engine) as session:
        assert len(session.exec(select(Workspace)).all()) == 1


@pytest.mark.parametrize("token", ["", "x", "e30.guessed"])
def test_a_made_up_link_is_refused(session, token):
    with pytest.raises(Refused, match="not right"):
        setup.check_token(session, token, secret=SECRET)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"company": " "}, "company"),
        ({"zone": "Mars/Phobos"}, "zone"),
        ({"email": "olga"}, "email"),
        ({"password": "short"}, "password"),
        ({"company": "Hooligan", "password": "hooligan"}, "password"),
        ({"is_admin": "yes"}, "is_admin"),
    ],
)
def test_what_makes_no_sense_is_named(changes, field):
    with pytest.raises(ValidationError) as refused:
        NewWorkspace(**(TYPED | changes))

    assert [error["loc"] for error in refused.value.errors()] == [(field,)]
