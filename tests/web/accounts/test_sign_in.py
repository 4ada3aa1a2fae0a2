from datetime import timedelta

import pytest

from alignment import db
from alignment.accounts.authentication import tokens
from alignment.accounts.authentication.passwords import hash_password

PASSWORD = "correct horse battery"


@pytest.fixture
def sam(engine, here):
    with db.transaction(engine) as session:
        session.add(here.sam)
        here.sam.password_hash = hash_password(PASSWORD)
    return here.sam


@pytest.fixture
def visitor(app, here):
    return app.test_client()


def sign_in(client, email="sam@acme.test", password=PASSWORD, **more):
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def link_for(engine, user, now):
    with db.transaction(engine) as session:
        return tokens.sign_in_link(session, user, now=now)


def test_sam_signs_in_and_sees_his_account(visitor, sam):
    answer = sign_in(visitor)

    assert (answer.status_code, answer.location) == (303, "/")
    assert "sam@acme.test" in visitor.get("/account").text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor, sam):
    cookie = sign_in(visitor).headers.getlist("Set-Cookie")[0]

    assert cookie.startswith("session=")
    assert "; HttpOnly" in cookie
    assert "; SameSite=Lax" in cookie
    assert "; Path=/" in cookie


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("sam@acme.test", "wrong horse battery"),
        ("nobody@acme.test", PASSWORD),
        ("mona@acme.test", PASSWORD),
    ],
    ids=["wrong password", "unknown", "no password"],
)
def test_whatever_is_wrong_the_page_says_the_same_and_keeps_the_address(
    visitor, sam, email, password
):
    answer = sign_in(visitor, email=email, password=password)

    assert answer.status_code == 422
    assert "do not match an account here" in answer.text
    assert f'value="{email}"' in answer.text
    assert password not in answer.text
    assert "session=" not in str(answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize(
    ("wish", "goes_to"),
    [
        ("/people?page=2", "/people?page=2"),
        ("//evil.test", "/"),
        ("/\\evil.test", "/"),
        ("https:evil.test", "/"),
        ("https://evil.test/", "/"),
        ("/\t/evil.test", "/"),
        ("", "/"),
    ],
)
def test_after_signing_in_people_go_where_they_wanted_if_it_is_here(visitor, sam, wish, goes_to):
    assert sign_in(visitor, next=wish).location == goes_to


def test_a_page_asked_for_too_early_is_shown_after_signing_in(visitor, sam):
    answer = visitor.get("/people?a=1&b=2")

    assert answer.location == "/sign-in?next=%2Fpeople%3Fa%3D1%26b%3D2"
    form = visitor.get(answer.location)
    assert 'value="/people?a=1&amp;b=2"' in form.text


def test_inside_htmx_the_whole_page_goes_to_sign_in(visitor):
    answer = visitor.get("/people", headers={"HX-Request": "true"})

    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in"


def test_ten_wrong_tries_close_the_account_to_further_ones_for_a_while(visitor, sam):
    tries = [sign_in(visitor, password=f"wrong {number}").status_code for number in range(11)]

    assert tries == [422] * 10 + [429]
    assert sign_in(visitor).status_code == 429
    assert sign_in(visitor, email=" SAM@acme.test").status_code == 429
    assert sign_in(visitor, email="mona@acme.test").status_code == 422


def test_fifty_wrong_tries_from_one_place_close_it_for_a_while(visitor, sam):
    tries = [sign_in(visitor, email=f"{number}@acme.test").status_code for number in range(51)]

    assert tries == [422] * 50 + [429]


def test_right_passwords_are_not_counted(visitor, sam):
    assert {sign_in(visitor).status_code for _ in range(12)} == {303}


def test_a_new_sign_in_forgets_what_this_browser_was_before(visitor, sam):
    sign_in(visitor)
    old = visitor.get_cookie("session").value

    sign_in(visitor)

    visitor.set_cookie("session", old)
    assert visitor.get("/account").status_code == 303


def test_signing_out_ends_the_session_on_the_server_too(visitor, sam):
    sign_in(visitor)
    kept = visitor.get_cookie("session").value

    answer = visitor.post("/sign-out")

    assert answer.location == "/sign-in"
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    visitor.set_cookie("session", kept)
    assert visitor.get("/account").status_code == 303


def test_following_a_link_signs_nobody_in_but_its_button_does(visitor, engine, here, clock):
    path = link_for(engine, here.olga, clock.now)

    page = visitor.get(path)
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert visitor.get("/account").status_code == 303

    assert visitor.post(path).location == "/"
    assert "olga@acme.test" in visitor.get("/account").text


def test_a_link_works_once_and_for_half_an_hour(app, engine, here, clock):
    used, late = (link_for(engine, here.olga, clock.now) for _ in range(2))
    app.test_client().post(used)

    assert app.test_client().get(used).status_code == 410
    assert app.test_client().post(used).status_code == 422
    clock.now += timedelta(minutes=30)
    assert app.test_client().post(late).status_code == 422


def test_a_session_ends_after_twelve_quiet_hours_but_not_in_use(visitor, sam, clock):
    sign_in(visitor)

    for _ in range(3):
        clock.now += timedelta(hours=11)
        assert visitor.get("/account").status_code == 200
    clock.now += timedelta(hours=12)

    assert visitor.get("/account").status_code == 303


def test_while_nobody_is_here_the_page_points_to_the_console(app):
    assert "console" in app.test_client().get("/sign-in").text


def test_who_is_signed_in_needs_no_form(visitor, sam):
    sign_in(visitor)

    assert visitor.get("/sign-in").location == "/"
