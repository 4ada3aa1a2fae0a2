import pytest

from alignment import db
from alignment.accounts import setup
from alignment.accounts.people import queries

TYPED = {
    "company": "Acme",
    "zone": "Europe/Berlin",
    "name": "Olga",
    "email": "olga@acme.test",
    "password": "correct horse battery",
}


@pytest.fixture
def link(app, engine):
    with db.read_only_session(engine) as session:
        return setup.set_up_path(session, secret="s" * 32)


def test_the_first_person_sets_the_workspace_up_and_is_signed_in(app, link):
    visitor = app.test_client()

    assert visitor.get(link).status_code == 200
    assert visitor.post(link, data=TYPED).location == "/"
    assert "Olga" in visitor.get("/people").text
    assert "09:00-17:00" in visitor.get("/teams").text


def test_the_link_is_void_once_somebody_is_here(app, link):
    app.test_client().post(link, data=TYPED)

    visitor = app.test_client()
    assert visitor.get(link).status_code == 410
    assert visitor.post(link, data=TYPED | {"email": "eve@acme.test"}).status_code == 422


def test_nobody_sets_up_without_the_link(app, engine):
    visitor = app.test_client()

    assert visitor.get("/set-up/guessed").status_code == 410
    assert visitor.post("/set-up/guessed", data=TYPED).status_code == 422
    with db.read_only_session(engine) as session:
        assert not queries.is_anybody_here(session)


def test_what_is_wrong_is_said_beside_its_field_and_the_rest_is_kept(app, link, engine):
    answer = app.test_client().post(link, data=TYPED | {"zone": "europe/berlin"})

    assert answer.status_code == 422
    assert "Did you mean Europe/Berlin?" in answer.text
    assert 'value="olga@acme.test"' in answer.text
    assert TYPED["password"] not in answer.text
    with db.read_only_session(engine) as session:
        assert not queries.is_anybody_here(session)
