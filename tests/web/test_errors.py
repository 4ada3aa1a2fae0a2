import re
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from flask import Flask

from alignment import db


@pytest.mark.parametrize(
    ("method", "path", "status", "sentence"),
    [
        ("get", "/people/999", 404, "not here"),
        ("get", "/nowhere", 404, "not here"),
        ("put", "/people", 405, "cannot be used in that way"),
    ],
)
def test_what_cannot_be_answered_gets_a_page_of_ours(browser, here, method, path, status, sentence):
    answer = getattr(browser(here.olga), method)(path)

    assert answer.status_code == status
    assert sentence in answer.text
    assert "Alignment" in answer.text


def test_a_fault_is_shown_by_number_and_tells_nothing(app: Flask, caplog):
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)

    @app.after_request
    def break_down(response):
        if response.status_code == 200:
            raise RuntimeError("the password is in here")
        return response

    answer = app.test_client().get("/healthz")

    number = re.search(r"number <strong>([0-9a-f]{8})</strong>", answer.text)
    assert answer.status_code == 500
    assert number is not None
    assert number[1] in caplog.text
    assert "password" not in answer.text


def test_a_host_that_is_not_ours_is_told_the_setting(app):
    answer = app.test_client().get("/sign-in", headers={"Host": "evil.test"})

    assert answer.status_code == 400
    assert "ALIGNMENT_BASE_URL" in answer.text
    assert answer.mimetype == "text/plain"


def test_a_wrong_method_names_the_right_ones(browser, here):
    assert "GET" in browser(here.olga).delete("/people").headers["Allow"]


@pytest.fixture
def as_served(app):
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)


@pytest.fixture
def backup(tmp_path, monkeypatch):
    """Another program that keeps everybody from writing for longer than anybody waits."""
    monkeypatch.setattr(db, "SQLITE_PRAGMAS", (*db.SQLITE_PRAGMAS, "busy_timeout=50"))

    def begin():
        other = sqlite3.connect(tmp_path / "alignment.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        return closing(other)

    return begin


@pytest.mark.usefixtures("as_served")
def test_a_busy_database_asks_to_try_again(browser, here, backup):
    olga = browser(here.olga)

    with backup():
        answer = olga.post("/account/sessions/others/end")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "try it again" in answer.text
    assert olga.post("/account/sessions/others/end").status_code == 303


@pytest.mark.usefixtures("as_served")
def test_a_page_is_read_while_nobody_can_write(browser, here, backup, clock):
    olga = browser(here.olga)
    clock.now += timedelta(minutes=11)

    with backup():
        assert olga.get("/account").status_code == 200
