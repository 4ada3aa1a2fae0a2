"""Both teams hear of what concerns both, each person once."""

from alignment.notifications.outbox.audience import audience_of
from tests.factories import make_user


def names(session, acme, people=()):
    teams = [acme.marketing, acme.sales]
    ids = [person.id if person else None for person in people]
    return [person.name for person in audience_of(session, acme.id, people=ids, teams=teams)]


def test_the_owner_and_the_leads_of_both_teams_are_told(session, acme):
    make_user(session, acme.workspace, "Lara", team=acme.sales, is_team_lead=True)

    assert names(session, acme, [acme.sam]) == ["Sam", "Mona", "Lara"]


def test_a_team_without_a_lead_hears_whole(session, acme):
    make_user(session, acme.workspace, "Nils", team=acme.sales)

    assert names(session, acme) == ["Mona", "Nils", "Sam"]


def test_who_is_owner_and_lead_is_told_once(session, acme):
    assert names(session, acme, [acme.mona]) == ["Mona", "Sam"]


def test_who_left_is_not_told_and_nobody_is_nobody(session, acme):
    acme.mona.is_active = False
    session.flush()

    assert names(session, acme, [acme.mona, None]) == ["Sam"]


def test_nobody_of_another_workspace_is_told(session, acme, stella):
    assert names(session, acme, [stella]) == ["Mona", "Sam"]
