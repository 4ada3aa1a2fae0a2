"""An act answers htmx with fragments and everybody else with a page; forms answer in sentences."""

from datetime import date, datetime
from enum import StrEnum

import pytest
from flask import Flask
from flask.testing import FlaskClient
from htmx_flask import Htmx
from jinja2 import DictLoader
from pydantic import AwareDatetime, BaseModel, EmailStr, Field, ValidationError, field_validator
from werkzeug.wrappers import Response

from alignment.web.responses import form_errors, fragments


@pytest.fixture
def client() -> FlaskClient:
    app = Flask(__name__)
    Htmx(app)
    app.jinja_loader = DictLoader(
        {"_row.html": "<li id='row'>{{ lead }}</li>", "_count.html": "<b id='count'>1</b>"}
    )

    @app.post("/acceptance")
    def accept() -> Response:
        return fragments(
            "_row.html", "_count.html", back_to="/leads/7", trigger="lead-accepted", lead="<Globex>"
        )

    return app.test_client()


def test_htmx_gets_every_fragment_and_the_event(client: FlaskClient) -> None:
    answer = client.post("/acceptance", headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert answer.text == "<li id='row'>&lt;Globex&gt;</li><b id='count'>1</b>"
    assert answer.headers["HX-Trigger"] == "lead-accepted"


def test_a_plain_form_is_sent_to_the_page(client: FlaskClient) -> None:
    answer = client.post("/acceptance")

    assert answer.status_code == 303
    assert answer.location == "/leads/7"
    assert "HX-Trigger" not in answer.headers


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_cache_keeps_the_two_answers_apart(client: FlaskClient, headers: dict[str, str]) -> None:
    assert "HX-Request" in client.post("/acceptance", headers=headers).headers["Vary"]


class Team(StrEnum):
    MARKETING = "marketing"


class NewTask(BaseModel):
    title: str = Field(min_length=1, max_length=5)
    owner: EmailStr = "mona@example.com"
    team: Team = Team.MARKETING
    hours: int = Field(default=1, ge=1)
    due_on: date = date(2027, 3, 30)
    told_at: AwareDatetime | None = None
    why: str = Field(default="because", min_length=3)

    @field_validator("title")
    @classmethod
    def is_not_shouted(cls, title: str) -> str:
        if title.isupper():
            raise ValueError("Say it in small letters.")
        return title


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({}, {"title": "Fill this in."}),
        ({"title": ""}, {"title": "Fill this in."}),
        ({"title": "Call Globex"}, {"title": "Use at most 5 characters."}),
        ({"title": "CALL"}, {"title": "Say it in small letters."}),
        ({"title": "Call", "hours": "two"}, {"hours": "Enter a whole number."}),
        ({"title": "Call", "hours": "0"}, {"hours": "Enter 1 or more."}),
        ({"title": "Call", "team": "legal"}, {"team": "Choose one from the list."}),
        ({"title": "Call", "due_on": "soon"}, {"due_on": "Enter a date, like 2027-03-30."}),
        ({"title": "Call", "why": "no"}, {"why": "Use at least 3 characters."}),
        (
            {"title": "Call", "owner": "mona"},
            {"owner": "An email address must have an @-sign."},
        ),
        (
            {"title": "", "hours": "0"},
            {"title": "Fill this in.", "hours": "Enter 1 or more."},
        ),
    ],
)
def test_each_field_hears_one_sentence(typed: dict[str, str], errors: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        NewTask.model_validate(typed)

    assert form_errors(refused.value) == errors


def test_an_instant_without_a_zone_is_told_so() -> None:
    with pytest.raises(ValidationError) as refused:
        NewTask.model_validate({"title": "Call", "told_at": datetime(2027, 3, 30, 9)})  # noqa: DTZ001

    assert form_errors(refused.value) == {"told_at": "Name the time zone."}


def test_what_concerns_the_whole_form_is_under_form() -> None:
    with pytest.raises(ValidationError) as refused:
        NewTask.model_validate("not a form")

    assert list(form_errors(refused.value)) == ["form"]
