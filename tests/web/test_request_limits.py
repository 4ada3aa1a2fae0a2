"""A request is asked for its size before anything is read out of it."""

from io import BytesIO

import pytest
from flask import request

from alignment.edge import public
from alignment.web.request_limits import MAX_BODY_BYTES, MAX_TEXT_CHARACTERS, takes_files

QUARTER_OF_A_MILLION_MARKS = "\u0301\u0316" * 122_500
"""As one mail address it held the interpreter for minutes, and with it everybody else."""


def test_a_body_over_ten_megabytes_is_refused(app):
    body = {"email": "x" * MAX_BODY_BYTES, "password": "y"}

    assert app.test_client().post("/sign-in", data=body).status_code == 413


def test_a_form_of_a_thousand_and_one_parts_is_refused(app):
    parts = {f"part-{number}": "x" for number in range(1001)}
    sent = app.test_client().post("/sign-in", data=parts, content_type="multipart/form-data")

    assert sent.status_code == 413


def test_a_route_that_takes_files_takes_larger_bodies(app):
    def upload() -> str:
        return f"{len(request.files['file'].read())} bytes"

    app.config["MAX_CONTENT_LENGTH"] = 1_000
    app.add_url_rule("/upload", view_func=public(takes_files(3_000)(upload)), methods=["POST"])
    client = app.test_client()

    taken = client.post("/upload", data={"file": (BytesIO(b"x" * 2_000), "leads.csv")})
    refused = client.post("/upload", data={"file": (BytesIO(b"x" * 4_000), "leads.csv")})

    assert taken.text == "2000 bytes"
    assert refused.status_code == 413


@pytest.mark.large
def test_no_page_takes_a_text_of_a_quarter_of_a_million_marks(app, browser, here):
    olga, taken = browser(here.olga), []
    for rule in app.url_map.iter_rules():
        if "POST" in rule.methods and not getattr(
            app.view_functions[rule.endpoint], "reads_bytes", False
        ):
            path = rule.build(dict.fromkeys(rule.arguments, 1), append_unknown=False)[1]
            answer = olga.post(path, data={"email": QUARTER_OF_A_MILLION_MARKS})
            taken += [path] if answer.status_code != 400 else []

    assert taken == []


def test_who_types_too_much_is_told_how_much_is_taken(browser, here):
    answer = browser(here.olga).post("/leads", data={"name": "x" * (MAX_TEXT_CHARACTERS + 1)})

    assert answer.status_code == 400
    assert "Use at most 20,000 characters in one field." in answer.text


@pytest.mark.parametrize(
    ("method", "path", "form"),
    [
        ("POST", "/sign-in", {"email": "sam\0@acme.test", "password": "x"}),
        ("POST", "/sign-in", {"em\0ail": "sam@acme.test"}),
        ("GET", "/join/%00", None),
    ],
)
def test_a_character_that_no_database_stores_gets_a_sentence(app, method, path, form):
    answer = app.test_client().open(path, method=method, data=form)

    assert answer.status_code == 400
    assert "The text holds a character that cannot be stored. Type it again." in answer.text


@pytest.mark.parametrize("number", ["0", "9" * 19, "9" * 5_000])
def test_a_number_that_no_row_can_have_leads_nowhere(browser, here, number):
    assert browser(here.olga).get(f"/leads/{number}").status_code == 404
