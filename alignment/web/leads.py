"""Leads: the list, one lead, and the form that writes one down."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from alignment.accounts import absences
from alignment.accounts.roles import Right
from alignment.edge import needs, now, session, user
from alignment.errors import NotFound, Refused
from alignment.leads import correction, handoff, intake, queries, routing
from alignment.leads.fates import Fate
from alignment.leads.handoff import Answer
from alignment.leads.intake import NewLead
from alignment.leads.models import Lead, Stage
from alignment.leads.money import DECIMALS
from alignment.leads.queries import Page
from alignment.web import lead_acts, lead_merging
from alignment.web.forms import typed
from alignment.web.lead_forms import amount_of
from alignment.web.lead_list import NO_SOURCE, Wanted, rows, zone_of_workspace
from alignment.web.lead_page import (
    WITH_SALES,
    names,
    owners_to_choose,
    page_words,
    source_names,
)
from alignment.web.lead_words import stage_choices
from alignment.web.paging import asked_page, pager
from alignment.web.responses import form_errors

pages = Blueprint("leads", __name__, url_prefix="/leads")
pages.register_blueprint(lead_acts.pages)
pages.register_blueprint(lead_merging.pages)

AND_THEN = "then"
"""The field that says what the pressed button does beside saving."""
TICKS = ("do_not_mail", "do_not_call")


@pages.get("")
@needs(Right.READ)
def index() -> ResponseReturnValue:
    try:
        wanted = Wanted.model_validate(request.args.to_dict())
    except ValidationError as error:
        nothing = Page(leads=[], total=0, number=1)
        return list_page(nothing, errors=form_errors(error)), 422
    found = queries.leads_page(
        session(), user(), wanted.as_filter(zone_of_workspace()), number=asked_page()
    )
    return list_page(found, errors={})


@pages.get("/new")
@needs(Right.HAND_OFF)
def new() -> ResponseReturnValue:
    return form_page(None, values={}, errors={})


@pages.post("")
@needs(Right.HAND_OFF)
def create() -> ResponseReturnValue:
    try:
        lead = intake.take_in(session(), told_of({}), by=user(), now=now())
    except (ValidationError, Refused) as error:
        return form_page(None, values=request.form, errors=problems(error)), 422
    if request.form.get(AND_THEN) == "hand_off":
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
    ready = [lead for lead in ticked if lead.stage in handoff.WITH_MARKETING]
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
    owner = lead_acts.chosen_owner(int(wish) if wish.isascii() and wish.isdigit() else 0)
    ready = [x for x in ticked if x.stage in WITH_SALES and x.owner_id != owner.id]
    for lead in ready:
        routing.assign(session(), lead, to=owner, by=user(), now=now())
    flash(f"{owner.name} has {len(ready)} more. {len(ticked) - len(ready)} stayed as they were.")
    if absences.is_away(session(), owner, absences.today(owner, now=now())):
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
    return render_template("leads/show.html", **page_words(lead))


@pages.get("/<int:lead_id>/edit")
@needs(Right.HAND_OFF)
def edit(lead_id: int) -> ResponseReturnValue:
    lead = queries.lead_for(session(), user(), lead_id)
    return form_page(lead, values=known_of(lead) | {"amount_minor": amount_text(lead)}, errors={})


@pages.post("/<int:lead_id>")
@needs(Right.HAND_OFF)
def change(lead_id: int) -> ResponseReturnValue:
    lead = queries.lead_to_change(session(), user(), lead_id)
    try:
        correction.correct(session(), lead, told_of(known_of(lead)), by=user(), now=now())
    except ValidationError as error:
        return form_page(lead, values=request.form, errors=problems(error)), 422
    if request.form.get(AND_THEN) == Answer.FIXED:
        handoff.answer_return(session(), lead, answer=Answer.FIXED, by=user(), now=now())
    flash(f"{lead.name} is saved.")
    return redirect(url_for("leads.show", lead_id=lead.id), 303)


def list_page(found: Page, *, errors: Mapping[str, str]) -> str:
    return render_template(
        "leads/index.html",
        rows=rows(found.leads),
        owners=owners_to_choose(),
        pager=pager(found.total, page=found.number, size=queries.PAGE, **filters()),
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
        may_fix=lead is not None and lead.stage is Stage.RETURNED,
    )


def filters() -> dict[str, Any]:
    """The filters of the address as they were written."""
    return {name: text for name in Wanted.model_fields if (text := request.args.get(name))}


def filter_choices() -> dict[str, Sequence[tuple[Any, str]]]:
    return {
        "stage": stage_choices(),
        "source": [*source_names().items(), (NO_SOURCE, "No source given")],
        "owner": list(names().items()),
        "fate": [(fate.value, fate.replace("_", " ").capitalize()) for fate in Fate],
    }


def told_of(known: Mapping[str, Any]) -> NewLead:
    """What the form says, over what is known already and not asked there."""
    said: dict[str, Any] = {k: text for k, text in typed(request.form).items() if k != AND_THEN}
    said |= {name: name in request.form for name in TICKS}
    said["score"] = said.get("score") or None
    currency = (said.get("currency") or known.get("currency") or "EUR").upper()
    if "amount_minor" in said:
        said |= {"amount_minor": typed_amount(said["amount_minor"], currency)}
    return NewLead.model_validate({**known, **said, "currency": currency})


def typed_amount(text: str, currency: str) -> int | str | None:
    """The amount in minor units; what is none stays as it was typed, for the form to say so."""
    try:
        return amount_of(text, currency)
    except ValueError:
        return text


def known_of(lead: Lead) -> dict[str, Any]:
    """A lead as the form takes it."""
    known = {name: getattr(lead, name) for name in NewLead.model_fields if name != "source"}
    return known | {"source": source_names().get(lead.source_id or 0, "")}


def amount_text(lead: Lead) -> str:
    """The amount as a person would type it."""
    if lead.amount_minor is None:
        return ""
    decimals = DECIMALS.get(lead.currency, 2)
    return f"{Decimal(lead.amount_minor).scaleb(-decimals):.{decimals}f}"


def problems(error: ValidationError | Refused) -> dict[str, str]:
    """One sentence a field; what intake says of a value is told as "This …"."""
    if isinstance(error, Refused):
        return {"form": str(error)}
    return {
        name: f"This {words}." if words[:1].islower() else words
        for name, words in form_errors(error).items()
    }


def ticked_ids() -> list[int]:
    """The ticked leads of the list; what is no number of a lead is nobody's lead.

    In one order for everybody, so that two who change several at once do not wait for each other.
    """
    given = request.form.getlist("lead")[: queries.PAGE]
    if not all(x.isascii() and x.isdigit() and len(x) < 10 for x in given):
        raise NotFound("There is no such lead here.")
    return sorted({int(lead_id) for lead_id in given})
