"""What is done from a message is done with the rights of the page."""

import pytest

from alignment.accounts.roles import Right
from alignment.errors import Forbidden
from alignment.notifications.actions import definitions
from alignment.notifications.actions.definitions import Action
from tests.factories import MONDAY_NINE


def say(_session, by, subject_id, *, choice, now):
    return f"{by.name} {subject_id} {choice} {now:%H:%M}"


WORK = Action(name="accept", label="Accept", right=Right.WORK, do=say)


def test_who_may_do_it_on_the_page_may_do_it_here(session, acme):
    said = definitions.perform(session, WORK, 7, by=acme.sam, choice="no_need", now=MONDAY_NINE)

    assert said == "Sam 7 no_need 08:00"


def test_who_may_not_do_it_on_the_page_may_not_do_it_here(session, acme):
    with pytest.raises(Forbidden, match="role"):
        definitions.perform(session, WORK, 7, by=acme.mona, now=MONDAY_NINE)
