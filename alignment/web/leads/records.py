"""Leads: the list with bulk actions, one lead’s page, and the form to create or correct one."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from alignment.accounts.absences import days_off
from alignment.accounts.roles import Right
from alignment.edge import needs, now, session, user
from alignment.errors import NotFound, Refused
from alignment.leads import correction, handoff, intake, permissions, queries, routing
from alignment.leads.handoff import ReturnAnswer
from alignment.leads.handoff_outcomes import HandoffOutcome
from alignment.leads.models import Lead, Stage
from alignment.leads.queries import LeadsPage
from alignment.leads.rules import Verb
from alignment.web.leads import actions, merging
from alignment.web.leads.detail_page import page_context
from alignment.web.leads.labels import stage_choices
from alignment.web.leads.lead_form import (
    CHECKBOXES,
    NEXT_STEP_FIELD,
    TYPED_FIELDS,
    amount_text,
    field_errors,
    form_values_of,
    submitted_lead,
)
from alignment.web.leads.listing import (
    NO_SOURCE,
    NOBODYS,
    LeadListQuery,
    list_rows,
    zone_of_workspace,
)
from alignment.web.leads.owners import owner_options
from alignment.web.name_lookup import people_names, source_names
from alignment.web.paging import pager, requested_page
from alignment.web.responses import form_errors

pages = Blueprint("leads", __name__, url_prefix="/leads")
pages.register_blueprint(actions.pages)
pages.register_blueprint(merging.pages)


@pages.get("")
@needs(Right.READ)
def index() -> ResponseReturnValue:
    try:
        wanted = LeadListQuery.model_validate(request.args.to_dict())
    except ValidationError as error:
        nothing = LeadsPage(leads=[], total=0, number=1)
        return list_page(nothing, errors=form_errors(error)), 422
    page = queries.leads_page(
        session(), user(), wanted.as_filter(zone_of_workspace()), number=requested_page()
    )
    return list_page(page, errors={})


@pages.get("/new")
@needs(Right.HAND_OFF)
def new() -> ResponseReturnValue:
    return form_page(None, values={}, errors={})


@pages.post("")
@needs(Right.HAND_OFF)
def create() -> ResponseReturnValue:
    try:
        lead = intake.add_lead(session(), submitted_lead({}), by=user(), now=now())
    except (ValidationError, Refused) as error:
        return form_page(None, values=request.form, errors=field_errors(error)), 422
    if request.form.get(NEXT_STEP_FIELD) == "hand_off":
        handoff.hand_off(session(), lead, by=user(), now=now())
    flash(f"{lead.name} is in the list.")
    return redirect(url_for("leads.show", lead_id=lead.id), 303)


@pages.post("/handoffs")
@needs(Right.HAND_OFF)
def hand_off() -> ResponseReturnValue:
    """Hand off what is ticked; what is with sales already stays as it is."""
    ticked = [queries.lead_to_change(session(), user(), lead_id) for lead_id in ticked_ids()]
    if not ticked:
        raise Refused("Tick the leads to hand off first.")
    ready = [lead for lead in ticked if _may(Verb.HAND_OFF, lead)]
    for lead in ready:
        handoff.hand_off(session(), lead, by=user(), now=now())
    flash(f"{len(ready)} handed off, {len(ticked) - len(ready)} already with sales.")
    return redirect(url_for("leads.index", **filters()), 303)


@pages.post("/owners")
@needs(Right.WORK)
def assign() -> ResponseReturnValue:
    """Give what is ticked to one person; what is not with sales stays as it is."""
    ticked = [queries.lead_to_change(session(), user(), lead_id) for lead_id in ticked_ids()]
    if not ticked:
        raise Refused("Tick the leads to give first.")
    wish = request.form.get("owner_id", "")
    owner = actions.chosen_owner(int(wish) if wish.isascii() and wish.isdigit() else 0)
    giving = routing.giving_verb(owner=owner, by=user())
    ready = [lead for lead in ticked if lead.owner_id != owner.id and _may(giving, lead)]
    for lead in ready:
        routing.give(session(), lead, owner=owner, by=user(), now=now())
    flash(f"{owner.name} has {len(ready)} more. {len(ticked) - len(ready)} stayed as they were.")
    if days_off.is_away(session(), owner, days_off.today_for(owner, now=now())):
        flash(f"{owner.name} is away today.", "warning")
    return redirect(url_for("leads.index", **filters()), 303)


@pages.get("/<int:lead_id>")
@needs(Right.READ)
def show(lead_id: int) -> ResponseReturnValue:
    lead = queries.lead_for(session(), user(), lead_id)
    if lead.merged_into_id is not None:
        survivor = queries.survivor_of(session(), lead)
        flash(f"{lead.name} is the same as {survivor.name} and lives on here.")
        return redirect(url_for("leads.show", lead_id=survivor.id), 303)
    return render_template("leads/show.html", **page_context(lead))


@pages.get("/<int:lead_id>/edit")
@needs(Right.HAND_OFF)
def edit(lead_id: int) -> ResponseReturnValue:
    lead = queries.lead_for(session(), user(), lead_id)
    return form_page(
        lead, values=form_values_of(lead) | {"amount_minor": amount_text(lead)}, errors={}
    )


@pages.post("/<int:lead_id>")
@needs(Right.HAND_OFF)
def change(lead_id: int) -> ResponseReturnValue:
    lead = queries.lead_to_change(session(), user(), lead_id)
    try:
        correction.correct(
            session(), lead, submitted_lead(form_values_of(lead)), by=user(), now=now()
        )
    except ValidationError as error:
        return form_page(lead, values=request.form, errors=field_errors(error)), 422
    if request.form.get(NEXT_STEP_FIELD) == ReturnAnswer.FIXED:
        handoff.answer_return(session(), lead, answer=ReturnAnswer.FIXED, by=user(), now=now())
    flash(f"{lead.name} is saved.")
    return redirect(url_for("leads.show", lead_id=lead.id), 303)


def _may(verb: Verb, lead: Lead) -> bool:
    return not permissions.refusal(session(), lead, verb, by=user())


def list_page(page: LeadsPage, *, errors: Mapping[str, str]) -> str:
    return render_template(
        "leads/index.html",
        rows=list_rows(page.leads),
        owners=owner_options(),
        pager=pager(page.total, page=page.number, size=queries.LEADS_PER_PAGE, **filters()),
        values=filters(),
        errors=errors,
        choices=filter_choices(),
        zone_of_dates=zone_of_workspace(),
    )


def form_page(lead: Lead | None, *, values: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    return render_template(
        "leads/form.html",
        lead=lead,
        values=values,
        errors=errors,
        sources=source_names().values(),
        typed_fields=TYPED_FIELDS,
        checkboxes=CHECKBOXES,
        may_fix=lead is not None and lead.stage is Stage.RETURNED,
    )


def filters() -> dict[str, Any]:
    """The filters of the address as they were written."""
    return {name: text for name in LeadListQuery.model_fields if (text := request.args.get(name))}


def filter_choices() -> dict[str, Sequence[tuple[Any, str]]]:
    return {
        "stage": stage_choices(),
        "source": [*source_names().items(), (NO_SOURCE, "No source given")],
        "owner": [(NOBODYS, "Nobody: in a team’s queue"), *people_names().items()],
        "fate": [(fate.value, fate.replace("_", " ").capitalize()) for fate in HandoffOutcome],
    }


def ticked_ids() -> list[int]:
    """The ticked leads of the list; what is no number of a lead is nobody's lead.

    In one order for everybody, so that two who change several at once do not wait for each other.
    """
    given = request.form.getlist("lead")[: queries.LEADS_PER_PAGE]
    if not all(text.isascii() and text.isdigit() and len(text) < 10 for text in given):
        raise NotFound("There is no such lead here.")
    return sorted({int(lead_id) for lead_id in given})
