"""The actions on one lead: each a POST below its address that answers with the changed partial."""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from htmx_flask import request
from pydantic import ValidationError

from alignment.accounts.models import User
from alignment.accounts.roles import Right
from alignment.edge import needs, now, referring_path, session, user
from alignment.errors import Forbidden, Refused
from alignment.leads import disposition, handoff, pausing, permissions, reopening, routing, touches
from alignment.leads import queries as leads_queries
from alignment.leads.history import queries as history_queries
from alignment.leads.history import recording
from alignment.leads.models import Lead
from alignment.sla.timers import pause_offers
from alignment.sla.timers.backdating import backdating_limit
from alignment.sla.timers.inspection import inspect_lead
from alignment.web.forms import submitted_fields
from alignment.web.leads.action_inputs import (
    DecisionForm,
    OwnerForm,
    PauseForm,
    ReopenForm,
    ReturnAnswerForm,
    ReturnForm,
    TouchForm,
)
from alignment.web.leads.desk_cards import card_context, desk_counts
from alignment.web.leads.detail_page import page_context
from alignment.web.leads.offered_verbs import is_on_either_team
from alignment.web.leads.owners import people_of_sales
from alignment.web.local_time import instant_of
from alignment.web.responses import form_errors, fragments

pages = Blueprint("acts", __name__)


@pages.post("/<int:lead_id>/handoff")
@needs(Right.HAND_OFF)
def hand_off(lead_id: int) -> ResponseReturnValue:
    lead = lead_to_change(lead_id)
    handoff.hand_off(session(), lead, by=user(), now=now())
    return lead_response(lead, trigger="lead-handed-off")


@pages.post("/<int:lead_id>/acceptance")
@needs(Right.WORK)
def accept(lead_id: int) -> ResponseReturnValue:
    lead = lead_to_change(lead_id)
    handoff.accept(session(), lead, by=user(), now=now())
    return lead_response(lead, trigger="lead-accepted")


@pages.post("/<int:lead_id>/return")
@needs(Right.WORK)
def give_back(lead_id: int) -> ResponseReturnValue:
    lead = lead_to_change(lead_id)
    wish = ReturnForm.model_validate(submitted_fields(request.form))
    handoff.return_to_marketing(
        session(), lead, reason=wish.reason, by=user(), now=now(), note=wish.note
    )
    return lead_response(lead, trigger="lead-returned")


@pages.post("/<int:lead_id>/touches")
@needs(Right.TOUCH)
def touch(lead_id: int) -> ResponseReturnValue:
    lead = lead_to_change(lead_id)
    wish = TouchForm.model_validate(submitted_fields(request.form))
    at = instant_of(wish.at, user().zone) if wish.at else None
    days = backdating_limit(inspect_lead(session(), lead, now=now()))
    touches.record_touch(
        session(), lead, wish.how, by=user(), now=now(), at=at, note=wish.note, days_back=days
    )
    return lead_response(lead, trigger="lead-touched")


@pages.post("/<int:lead_id>/answer")
@needs(Right.HAND_OFF)
def answer(lead_id: int) -> ResponseReturnValue:
    lead = lead_to_change(lead_id)
    wish = ReturnAnswerForm.model_validate(submitted_fields(request.form))
    handoff.answer_return(session(), lead, answer=wish.answer, by=user(), now=now(), note=wish.note)
    return lead_response(lead, trigger="return-answered")


@pages.post("/<int:lead_id>/decision")
@needs(Right.WORK)
def decide(lead_id: int) -> ResponseReturnValue:
    lead = lead_to_change(lead_id)
    wish = DecisionForm.model_validate(submitted_fields(request.form))
    disposition.decide(session(), lead, outcome=wish.outcome, by=user(), now=now(), note=wish.note)
    return lead_response(lead, trigger="lead-decided")


@pages.post("/<int:lead_id>/owner")
@needs(Right.WORK)
def assign(lead_id: int) -> ResponseReturnValue:
    lead = lead_to_change(lead_id)
    wish = OwnerForm.model_validate(submitted_fields(request.form))
    owner = chosen_owner(wish.owner_id)
    routing.give(session(), lead, owner=owner, by=user(), now=now(), note=wish.note)
    return lead_response(lead, trigger="lead-assigned")


@pages.post("/<int:lead_id>/taking")
@needs(Right.WORK)
def take(lead_id: int) -> ResponseReturnValue:
    lead = lead_to_change(lead_id)
    routing.take_from_queue(session(), lead, by=user(), now=now())
    return lead_response(lead, trigger="lead-assigned")


@pages.post("/<int:lead_id>/pause")
@needs(Right.READ)
def pause(lead_id: int) -> ResponseReturnValue:
    """Either side may, as far as the promises that run name nobody else."""
    lead = lead_for_either_team(lead_id)
    wish = PauseForm.model_validate(submitted_fields(request.form))
    pause_offers.pause_lead(
        session(), lead, reason=wish.reason, by=user(), now=now(), note=wish.note
    )
    return lead_response(lead, trigger="lead-paused")


@pages.post("/<int:lead_id>/resumption")
@needs(Right.READ)
def resume(lead_id: int) -> ResponseReturnValue:
    lead = lead_for_either_team(lead_id)
    pausing.resume(session(), lead, by=user(), now=now())
    return lead_response(lead, trigger="lead-resumed")


@pages.post("/<int:lead_id>/reopening")
@needs(Right.READ)
def reopen(lead_id: int) -> ResponseReturnValue:
    lead = lead_for_either_team(lead_id)
    wish = ReopenForm.model_validate(submitted_fields(request.form))
    owner = chosen_owner(wish.owner_id)
    reopening.reopen(
        session(), lead, reason=wish.reason, owner=owner, by=user(), now=now(), note=wish.note
    )
    return lead_response(lead, trigger="lead-reopened")


@pages.post("/<int:lead_id>/history/<int:line_id>/undoing")
@needs(Right.READ)
def undo(lead_id: int, line_id: int) -> ResponseReturnValue:
    """Either side may take back its own line; the slice says whose it is and for how long."""
    lead = lead_for_either_team(lead_id)
    line = history_queries.event_of(session(), lead, line_id)
    recording.undo_event(session(), lead, line, by=user(), now=now())
    return lead_response(lead, trigger="lead-undone")


def lead_to_change(lead_id: int) -> Lead:
    """The lead, held until we are done; nothing more is done about one that was merged."""
    lead = leads_queries.lead_to_change(session(), user(), lead_id)
    if reason := permissions.merged_refusal(session(), lead):
        raise Refused(reason)
    return lead


def lead_for_either_team(lead_id: int) -> Lead:
    """The locked lead, for actions that people of either team may take."""
    if not is_on_either_team():
        raise Forbidden("Your role does not allow that. Ask the owner of the workspace.")
    return lead_to_change(lead_id)


def chosen_owner(owner_id: int) -> User:
    owner = next((person for person in people_of_sales() if person.id == owner_id), None)
    if owner is None:
        raise Refused("Choose somebody of sales as the owner.")
    return owner


def lead_response(lead: Lead, *, trigger: str) -> ResponseReturnValue:
    """The card or the page that was pressed, as it is now; without htmx the page it stood on."""
    templates, words = partials_for(lead)
    back_to = f"{referring_path()}#lead-{lead.id}-card"
    return fragments(*templates, back_to=back_to, trigger=trigger, **words)


@pages.errorhandler(ValidationError)
def redisplay_form(error: ValidationError) -> ResponseReturnValue:
    """The same form with what was typed and what to do about it; nothing was done yet."""
    lead = lead_to_change((request.view_args or {})["lead_id"])
    templates, words = partials_for(lead)
    words |= {
        "asked": (request.endpoint or "").rpartition(".")[2],
        "values": request.form,
        "errors": form_errors(error),
    }
    return render_template(templates[0] if request.htmx else "leads/show.html", **words), 422


def partials_for(lead: Lead) -> tuple[list[str], dict[str, Any]]:
    """Which partials answer: those of the desk when a card was pressed, else the whole lead."""
    if request.htmx and request.htmx.target == f"lead-{lead.id}-card":
        words = card_context(lead) | {"counts": desk_counts(), "is_beside": True}
        return ["leads/_desk_card.html", "desk/_counts.html"], words
    return ["leads/_lead.html"], page_context(lead)
