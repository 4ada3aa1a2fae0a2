import pytest

from alignment import db
from alignment.accounts.authentication import queries as authentication_queries
from alignment.accounts.people import invitations
from alignment.accounts.people import queries as people_queries
from alignment.accounts.roles import Side


@pytest.fixture
def mona(browser, here):
    return browser(here.mona)


def invite(client, here, **wish):
    typed = {"email": "rita@acme.test", "name": "Rita", "team_id": here.sales.id, "role": "member"}
    return client.post("/people/invitations", data=typed | wish)


def link(engine, here):
    with db.read_only_session(engine) as session:
        (invitation,) = people_queries.open_invitations(session, here.id)
        return invitations.invitation_path(invitation, secret="s" * 32)


def join(client, path, **typed):
    return client.post(path, data={"name": "Rita", "password": "correct horse battery"} | typed)


def test_an_invited_colleague_joins_and_is_signed_in(app, mona, here, engine):
    assert invite(mona, here).location == "/people"
    visitor, path = app.test_client(), link(engine, here)

    page = visitor.get(path)
    assert "Join Acme" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert visitor.get("/people").status_code == 303

    assert join(visitor, path).location == "/"
    assert "rita@acme.test" in visitor.get("/account").text
    with db.read_only_session(engine) as session:
        rita = authentication_queries.user_by_email(session, "rita@acme.test")
        assert rita is not None
        assert people_queries.sides_of(session, rita) == {Side.SALES}


def test_who_joins_reads_times_in_the_zone_of_the_browser(app, mona, here, engine):
    invite(mona, here)
    visitor, path = app.test_client(), link(engine, here)

    assert "data-browser-zone" in visitor.get(path).text
    join(visitor, path, browser_zone="America/New_York")

    page = visitor.get("/account").text
    assert "We show times in America/New_York. Change that under My account." in page
    assert "Mon 1 Mar 2027, 03:00 EST" in page


def test_a_browser_without_a_zone_that_we_know_leaves_that_of_the_team(app, mona, here, engine):
    invite(mona, here)
    visitor = app.test_client()

    join(visitor, link(engine, here), browser_zone="Mars/Olympus")

    assert "We show times in Europe/Berlin." in visitor.get("/account").text


def test_the_link_works_once(app, mona, here, engine):
    invite(mona, here)
    path = link(engine, here)
    join(app.test_client(), path)

    assert app.test_client().get(path).status_code == 410
    assert join(app.test_client(), path).status_code == 422


def test_the_address_and_role_are_those_of_the_invitation(app, mona, here, engine):
    invite(mona, here)

    answer = join(app.test_client(), link(engine, here), email="eve@acme.test", role="owner")

    assert answer.status_code == 422
    with db.read_only_session(engine) as session:
        assert authentication_queries.user_by_email(session, "eve@acme.test") is None
        assert authentication_queries.user_by_email(session, "rita@acme.test") is None


def test_a_weak_password_keeps_the_invitation_open(app, mona, here, engine):
    invite(mona, here)
    visitor, path = app.test_client(), link(engine, here)

    answer = join(visitor, path, password="Password1")

    assert answer.status_code == 422
    assert "too common" in answer.text
    assert join(visitor, path).status_code == 303


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"email": "rita"}, "cannot be used"),
        ({"email": "sam@acme.test"}, "Sam is here already"),
        ({"name": " "}, "Fill this in"),
        ({"role": "emperor"}, "Choose one from the list"),
    ],
)
def test_a_wish_that_cannot_be_says_why_and_keeps_the_rest(mona, here, engine, wish, sentence):
    answer = invite(mona, here, **wish)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Rita" in answer.text or "name" in wish
    with db.read_only_session(engine) as session:
        assert people_queries.open_invitations(session, here.id) == []


def test_who_may_invite(browser, here, elsewhere):
    assert invite(browser(here.sam), here).status_code == 403
    assert invite(browser(here.mona), here, role="owner").status_code == 403
    assert invite(browser(elsewhere), here).status_code == 404
    assert invite(browser(here.olga), here, role="owner").status_code == 303


def test_inviting_again_ends_the_old_link(app, mona, here, engine):
    invite(mona, here)
    old = link(engine, here)

    assert mona.post("/people/invitations/1/letter").location == "/people"

    assert app.test_client().get(old).status_code == 410
    assert app.test_client().get(link(engine, here)).status_code == 200


def test_a_withdrawn_invitation_is_over(app, mona, here, engine):
    invite(mona, here)
    path = link(engine, here)

    assert mona.post("/people/invitations/1/withdrawal").location == "/people"

    assert app.test_client().get(path).status_code == 410
    mona.get("/people")
    assert "rita@acme.test" not in mona.get("/people").text


@pytest.mark.parametrize("act", ["letter", "withdrawal"])
def test_a_stranger_finds_no_invitation_and_sam_may_not(browser, mona, here, elsewhere, act):
    invite(mona, here)

    assert browser(elsewhere).post(f"/people/invitations/1/{act}").status_code == 404
    assert browser(here.sam).post(f"/people/invitations/1/{act}").status_code == 403


def test_a_team_beyond_every_number_is_asked_again(mona, here):
    assert invite(mona, here, team_id="9" * 30).status_code == 422
