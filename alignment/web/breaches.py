"""One missed promise: its page, and what the two teams do about it, answering in place."""

from collections.abc import Callable
from typing import Any, Literal

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from htmx_flask import request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from alignment.accounts.roles import Right
from alignment.edge import came_from, needs, now, session, user
from alignment.errors import Refused
from alignment.leads import queries as leads
from alignment.leads.intake import Text
from alignment.leads.models import Lead
from alignment.sla import causes, excuses, queries
from alignment.sla.models import Breach, Cause, Excuse
from alignment.sla.queries import BreachOnBoard
from alignment.web.forms import typed
from alignment.web.lead_page import Said, in_words, names
from alignment.web.missed import missed_lines, part_words
from alignment.web.responses import form_errors, fragments

pages = Blueprint("breaches", __name__, url_prefix="/breaches")


class Form(BaseModel):
    """No field but those of the form."""

    model_config = ConfigDict(extra="forbid")


class CauseForm(Form):
    cause: Cause


class ReasonForm(Form):
    reason: Text = Field(min_length=1, max_length=500)


class AnswerForm(Form):
    is_granted: Literal["yes", "no"]
    words: Text = Field(default="", max_length=500)


@pages.get("/<int:breach_id>")
@needs(Right.READ)
def show(breach_id: int) -> ResponseReturnValue:
    return page(breach_at(breach_id))


@pages.post("/<int:breach_id>/cause")
@needs(Right.EXCUSE)
def say_why(breach_id: int) -> ResponseReturnValue:
    breach = breach_at(breach_id).breach
    wish = CauseForm.model_validate(typed(request.form))
    causes.say_why(session(), breach, wish.cause, by=user(), now=now())
    return answered(breach)


@pages.post("/<int:breach_id>/excuse")
@needs(Right.EXCUSE)
def excuse(breach_id: int) -> ResponseReturnValue:
    return reasoned(breach_id, excuses.excuse)


@pages.post("/<int:breach_id>/question")
@needs(Right.EXCUSE)
def ask(breach_id: int) -> ResponseReturnValue:
    return reasoned(breach_id, excuses.ask)


@pages.post("/<int:breach_id>/answer")
@needs(Right.EXCUSE)
def answer(breach_id: int) -> ResponseReturnValue:
    found = breach_at(breach_id)
    wish = AnswerForm.model_validate(typed(request.form))
    excuses.answer(
        session(),
        excuse_of(found),
        is_granted=wish.is_granted == "yes",
        words=wish.words,
        by=user(),
        now=now(),
    )
    return answered(found.breach)


@pages.post("/<int:breach_id>/taking-back")
@needs(Right.EXCUSE)
def take_back(breach_id: int) -> ResponseReturnValue:
    found = breach_at(breach_id)
    excuses.take_back(session(), excuse_of(found), by=user(), now=now())
    return answered(found.breach)


def reasoned(breach_id: int, act: Callable[..., Excuse]) -> ResponseReturnValue:
    breach = breach_at(breach_id).breach
    wish = ReasonForm.model_validate(typed(request.form))
    act(session(), breach, reason=wish.reason, by=user(), now=now())
    return answered(breach)


def breach_at(breach_id: int) -> BreachOnBoard:
    return queries.breach_for(session(), user(), breach_id)


def excuse_of(found: BreachOnBoard) -> Excuse:
    if found.excuse is None:
        raise Refused("Nobody asked to excuse this.")
    return found.excuse


def answered(breach: Breach) -> ResponseReturnValue:
    """The part that was pressed, as it is now; without htmx the page it stood on."""
    (line,) = missed_lines([breach_at(breach.id)])
    back_to = f"{came_from()}#breach-{breach.id}"
    return fragments(
        "breaches/_breach.html", back_to=back_to, trigger="breach-changed", **part_words(line)
    )


@pages.errorhandler(ValidationError)
def ask_again(error: ValidationError) -> ResponseReturnValue:
    """The same form with what was typed and what to do about it; nothing was done yet."""
    found = breach_at((request.view_args or {})["breach_id"])
    words = {
        "asked": (request.endpoint or "").rpartition(".")[2],
        "values": request.form,
        "errors": form_errors(error),
    }
    if not request.htmx:
        return page(found, **words), 422
    (line,) = missed_lines([found])
    return render_template("breaches/_breach.html", **part_words(line, **words)), 422


def page(found: BreachOnBoard, **typed: Any) -> str:
    (line,) = missed_lines([found])
    return render_template(
        "breaches/show.html",
        lead=found.lead,
        noticed_at=found.breach.noticed_at,
        learned=learned_then(found.lead, found.breach),
        periods=queries.periods_over(session(), found.breach, found.agreement_id),
        **part_words(line, **typed),
    )


def learned_then(lead: Lead, breach: Breach) -> list[Said]:
    """What was told, or taken back, at the moment at which the breach was withdrawn."""
    at = breach.withdrawn_at
    if at is None:
        return []
    people = names()
    return [
        in_words(line, people)
        for line in leads.whole_history_of(session(), lead)
        if at in (line.recorded_at, line.undone_at)
    ]
