"""People as files call them."""

import pytest

from alignment.accounts.models import User
from alignment.accounts.roles import Role
from alignment.integrations.imports.people_lookup import PeopleLookup
from tests.factories import MONDAY_NINE


def person(number: int, name: str, address: str) -> User:
    return User(
        id=number,
        workspace_id=1,
        name=name,
        email=address,
        email_key=address.casefold(),
        role=Role.MEMBER,
        zone="UTC",
        security_stamp="stamp",
        created_at=MONDAY_NINE,
    )


SAM = person(1, "Sam", "sam@acme.example")
MONA = person(2, "Mona", "mona@acme.example")
OTHER_MONA = person(3, "Mona", "mona.b@acme.example")


@pytest.mark.parametrize(
    ("called", "number"),
    [
        ("sam@acme.example", 1),
        (" SAM@acme.example ", 1),
        ("sam", 1),
        ("Mona", None),
        ("mona.b@acme.example", 3),
        ("Stella", None),
    ],
)
def test_an_address_names_one_person_and_a_name_only_where_it_is_the_only_one(called, number):
    assert PeopleLookup([SAM, MONA, OTHER_MONA]).id_of(called) == number


def test_somebody_unknown_is_missed_once():
    colleagues = PeopleLookup([SAM])

    assert [colleagues.is_first_miss(x) for x in ("Stella", "stella", "Sam")] == [
        True,
        False,
        False,
    ]
