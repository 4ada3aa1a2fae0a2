import re
from pathlib import Path

import pytest
from flask import request

from alignment import db
from alignment.accounts.authentication import tokens
from alignment.app import create_app
from alignment.config import Settings
from alignment.web.security import POLICY

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture
def guarded(app):
    """The application as it is served: tokens are asked for."""
    app.config["WTF_CSRF_ENABLED"] = True
    return app


@pytest.fixture
def olga(guarded, browser, here):
    return browser(here.olga)


def token_on(client, path="/account"):
    return TOKEN.findall(client.get(path).text)[0]


def sign_out(client, **sent):
    return client.post("/sign-out", **sent)


@pytest.mark.parametrize("path", ["/sign-in", "/people", "/nowhere", "/healthz"])
def test_every_answer_tells_the_browser_what_it_may_do(browser, here, path):
    headers = browser(here.olga).get(path).headers

    rules = headers["Content-Security-Policy"].split("; ")
    assert dict(rule.split(" ", 1) for rule in rules) == POLICY
    assert "unsafe" not in str(rules)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_no_other_site_may_read_answers(browser, here):
    answer = browser(here.olga).get("/people", headers={"Origin": "https://evil.test"})

    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_change_needs_the_token_of_the_page(olga):
    answer = sign_out(olga)

    assert answer.status_code == 403
    assert "Reload it and try again" in answer.text
    assert olga.get("/account").status_code == 200


def test_a_change_with_the_token_is_taken_from_form_and_header(olga, browser, here):
    by_form, by_header = olga, browser(here.sam)

    assert sign_out(by_form, data={"csrf_token": token_on(by_form)}).status_code == 303
    given = {"X-CSRFToken": token_on(by_header)}
    assert sign_out(by_header, headers=given).status_code == 303


def test_the_token_of_another_person_is_refused(olga, browser, here):
    stolen = token_on(browser(here.sam))
    token_on(olga)

    assert sign_out(olga, data={"csrf_token": stolen}).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Sec-Fetch-Site": "same-origin"}, 303, id="our page"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 403, id="another site"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, 403, id="a neighbour"),
        pytest.param({"Origin": "http://localhost"}, 303, id="our origin"),
        pytest.param({"Origin": "http://evil.test"}, 403, id="another origin"),
        pytest.param({"Origin": "http://localhost.evil.test"}, 403, id="an origin like ours"),
        pytest.param({"Origin": "null"}, 303, id="a page without referrer"),
    ],
)
def test_a_change_from_another_site_is_refused_even_with_the_token(olga, headers, status):
    given = {"data": {"csrf_token": token_on(olga)}, "headers": headers}

    assert sign_out(olga, **given).status_code == status


def test_every_page_that_changes_something_carries_its_token(olga, guarded, engine, here, clock):
    with db.transaction(engine) as session:
        link = tokens.sign_in_link(session, here.mona, now=clock.now)
    pages = ["/account", "/people", f"/people/{here.sam.id}", f"/teams/{here.sales.id}/hours"]

    for client, path in [*((olga, page) for page in pages), (guarded.test_client(), link)]:
        text = client.get(path).text
        assert text.count("<form") - text.count('method="dialog"') == len(TOKEN.findall(text)) > 0


@pytest.mark.parametrize("host", ["evil.test", "localhost.evil.test", "10.0.0.1"])
def test_a_host_that_is_not_ours_gets_nothing(app, host):
    assert app.test_client().get("/sign-in", headers={"Host": host}).status_code == 400


def test_over_https_cookies_and_headers_are_strict(engine, tmp_path: Path, clock):
    settings = Settings(
        data_dir=tmp_path,
        database_url=str(engine.url),
        secret_key="s" * 32,
        base_url="https://align.test",
    )
    client = create_app(settings, clock=clock).test_client()

    answer = client.get("/sign-in", base_url="https://align.test")

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-notes=")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1"), (1, "203.0.113.7")])
def test_a_forwarded_address_is_believed_from_trusted_proxies_only(
    engine, tmp_path: Path, clock, proxies, seen
):
    settings = Settings(
        data_dir=tmp_path,
        database_url=str(engine.url),
        secret_key="s" * 32,
        trusted_proxies=proxies,
    )
    app = create_app(settings, clock=clock)
    addresses = []
    app.before_request(lambda: addresses.append(request.remote_addr))

    app.test_client().get("/healthz", headers={"X-Forwarded-For": "203.0.113.7"})

    assert addresses == [seen]
