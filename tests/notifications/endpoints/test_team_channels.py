"""Who sets up the channels of a team."""

import pytest
from sqlmodel import Session

from alignment.accounts.roles import Role
from alignment.errors import Forbidden
from alignment.notifications.endpoints import team_channels
from tests.factories import Cast, make_user


def test_a_manager_of_the_team_or_an_owner_does(session: Session, acme: Cast) -> None:
    lea = make_user(session, acme.workspace, "Lea", role=Role.MANAGER, team=acme.sales)

    for person in (lea, acme.olga):
        assert team_channels.may_set_up(session, person, acme.sales.id or 0)


def test_a_manager_of_another_team_and_a_member_do_not(session: Session, acme: Cast) -> None:
    for person in (acme.mona, acme.sam):
        with pytest.raises(Forbidden, match="Only managers of Sales and owners"):
            team_channels.require_may_set_up(session, person, acme.sales.id)


def test_a_channel_of_ones_own_is_free(session: Session, acme: Cast) -> None:
    team_channels.require_may_set_up(session, acme.sam, None)
