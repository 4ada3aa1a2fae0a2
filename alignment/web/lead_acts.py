"""What people do about a lead: each a noun below its address, answering in place."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from htmx_flask import request
from pydantic import ValidationError

from alignment.accounts.models import User
from alignment.accounts.roles import Right
from alignment.edge import came_from, needs, now, session, user
from alignment.errors import Forbidden, Refused
from alignment.leads import (
    disposition,
    handoff,
    history,
    pausing,
    queries,
    reopening,
    routing,
    touches,
)
from alignment.leads.happenings import Happening
from alignment.leads.models import Lead
from alignment.sla import pauses
from alignment.sla.dating_back import days_back
from alignment.sla.inspection import clocks_of
from alignment.web.forms import typed
from alignment.web.lead_cards import card_words, desk_counts
from alignment.web.lead_forms import (
    AnswerForm,
    DecisionForm,
    OwnerForm,
    PauseForm,
    ReopenForm,
    ReturnForm,
    TouchForm,
    instant_of,
)
from alignment.web.lead_more import may_tend
from alignment.web.lead_page import page_words, people_of_sales
from alignment.web.responses import form_errors, fragments

pages = Blueprint("acts", __name__)

TWO_PRESSES = timedelta(seconds=5)
"""The same said again within this time is the same press."""


@pages.post("/<int:lead_id>/handoff")
@needs(Right.HAND_OFF)
def hand_off(lead_id: int) -> ResponseReturnValue:
    lead = lead_at(lead_id)
    handoff.hand_off(session(), lead, by=user(), now=now())
    return answered(lead, trigger="lead-handed-off")


@pages.post("/<int:lead_id>/acceptance")
@needs(Right.WORK)
def accept(lead_id: int) -> ResponseReturnValue:
    lead = lead_at(lead_id)
    handoff.accept(session(), lead, by=user(), now=now())
    return answered(lead, trigger="lead-accepted")


@pages.post("/<int:lead_id>/return")
@needs(Right.WORK)
def give_back(lead_id: int) -> ResponseReturnValue:
    lead = lead_at(lead_id)
    wish = ReturnForm.model_validate(typed(request.form))
    handoff.return_to_marketing(
        session(), lead, why=wish.reason, by=user(), now=now(), note=wish.note
    )
    return answered(lead, trigger="lead-returned")


@pages.post("/<int:lead_id>/touches")
@needs(Right.WORK)
def touch(lead_id: int) -> ResponseReturnValue:
    lead = lead_at(lead_id)
    wish = TouchForm.model_validate(typed(request.form))
    if not is_second_press(lead, wish.how):
        at = instant_of(wish.at, user().zone) if wish.at else None
        days = days_back(clocks_of(session(), lead, now=now()))
        touches.touch(
            session(), lead, wish.how, by=user(), now=now(), at=at, note=wish.note, days_back=days
        )
    return answered(lead, trigger="lead-touched")


@pages.post("/<int:lead_id>/answer")
@needs(Right.HAND_OFF)
def answer(lead_id: int) -> ResponseReturnValue:
    lead = lead_at(lead_id)
    wish = AnswerForm.model_validate(typed(request.form))
    handoff.answer_return(session(), lead, answer=wish.answer, by=user(), now=now(), note=wish.note)
    return answered(lead, trigger="return-answered")


@pages.post("/<int:lead_id>/decision")
@needs(Right.WORK)
def decide(lead_id: int) -> ResponseReturnValue:
    lead = lead_at(lead_id)
    wish = DecisionForm.model_validate(typed(request.form))
    disposition.decide(session(), lead, outcome=wish.outcome, by=user(), now=now(), note=wish.note)
    return answered(lead, trigger="lead-decided")


@pages.post("/<int:lead_id>/owner")
@needs(Right.WORK)
def assign(lead_id: int) -> ResponseReturnValue:
    lead = lead_at(lead_id)
    wish = OwnerForm.model_validate(typed(request.form))
    owner = chosen_owner(wish.owner_id)
    routing.assign(session(), lead, to=owner, by=user(), now=now(), note=wish.note)
    return answered(lead, trigger="lead-assigned")


@pages.post("/<int:lead_id>/pause")
@needs(Right.READ)
def pause(lead_id: int) -> ResponseReturnValue:
    """Either side may, as far as the promises that run name nobody else."""
    lead = tended(lead_id)
    wish = PauseForm.model_validate(typed(request.form))
    pauses.pause(session(), lead, reason=wish.reason, by=user(), now=now(), note=wish.note)
    return answered(lead, trigger="lead-paused")


@pages.post("/<int:lead_id>/resumption")
@needs(Right.READ)
def resume(lead_id: int) -> ResponseReturnValue:
    lead = tended(lead_id)
    pausing.resume(session(), lead, by=user(), now=now())
    return answered(lead, trigger="lead-resumed")


@pages.post("/<int:lead_id>/reopening")
@needs(Right.READ)
def reopen(lead_id: int) -> ResponseReturnValue:
    lead = tended(lead_id)
    wish = ReopenForm.model_validate(typed(request.form))
    owner = chosen_owner(wish.owner_id)
    reopening.reopen(
        session(), lead, why=wish.reason, owner=owner, by=user(), now=now(), note=wish.note
    )
    return answered(lead, trigger="lead-reopened")


@pages.post("/<int:lead_id>/history/<int:line_id>/undoing")
@needs(Right.READ)
def undo(lead_id: int, line_id: int) -> ResponseReturnValue:
    """Either side may take back its own line; the slice says whose it is and for how long."""
    lead = tended(lead_id)
    line = queries.line_of(session(), lead, line_id)
    history.undo(session(), lead, line, by=user(), now=now())
    return answered(lead, trigger="lead-undone")


def lead_at(lead_id: int) -> Lead:
    """The lead, held until we are done; nothing more is done about one that was merged."""
    lead = queries.lead_to_change(session(), user(), lead_id)
    if lead.merged_into_id is not None:
        survivor = queries.survivor_of(session(), lead)
        raise Refused(f"{lead.name} is the same as {survivor.name} and lives on there.")
    return lead


def tended(lead_id: int) -> Lead:
    """As ``lead_at``, for what people of both teams may do."""
    if not may_tend():
        raise Forbidden("Your role does not allow that. Ask the owner of the workspace.")
    return lead_at(lead_id)


def chosen_owner(owner_id: int) -> User:
    owner = next((x for x in people_of_sales() if x.id == owner_id), None)
    if owner is None:
        raise Refused("Choose somebody of sales as the owner.")
    return owner


def answered(lead: Lead, *, trigger: str) -> ResponseReturnValue:
    """The card or the page that was pressed, as it is now; without htmx the page it stood on."""
    templates, words = parts(lead)
    back_to = f"{came_from()}#lead-{lead.id}-card"
    return fragments(*templates, back_to=back_to, trigger=trigger, **words)


@pages.errorhandler(ValidationError)
def ask_again(error: ValidationError) -> ResponseReturnValue:
    """The same form with what was typed and what to do about it; nothing was done yet."""
    lead = lead_at((request.view_args or {})["lead_id"])
    templates, words = parts(lead)
    words |= {
        "asked": (request.endpoint or "").rpartition(".")[2],
        "values": request.form,
        "errors": form_errors(error),
    }
    return render_template(templates[0] if request.htmx else "leads/show.html", **words), 422


def parts(lead: Lead) -> tuple[list[str], dict[str, Any]]:
    """Which partials answer: those of the desk when a card was pressed, else the whole lead."""
    if request.htmx and request.htmx.target == f"lead-{lead.id}-card":
        words = card_words(lead) | {"counts": desk_counts(), "is_beside": True}
        return ["leads/_card.html", "desk/_counts.html"], words
    return ["leads/_lead.html"], page_words(lead)


def is_second_press(lead: Lead, how: Happening) -> bool:
    """A double click is one touch."""
    last = queries.newest_lines(session(), lead.workspace_id, [lead.id]).get(lead.id)
    is_same = last is not None and (last.kind, last.by_id) == (how, user().id)
    return is_same and last is not None and now() - last.recorded_at < TWO_PRESSES
