"""Agreements: the list, one contract with its versions, and drafting it."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from alignment.accounts import queries as accounts
from alignment.accounts.roles import Right
from alignment.edge import allowed, needs, now, session, user
from alignment.sla import agreement as agreements
from alignment.sla import queries
from alignment.sla.models import Agreement
from alignment.sla.promises import light_agreement
from alignment.sla.wording import quotas_of, targets_of
from alignment.web import agreement_acts
from alignment.web.agreement_drafts import draft_once, newest_of, preview_words
from alignment.web.agreement_forms import NewAgreement, Numbers, chosen_number, hours_of
from alignment.web.agreement_page import SIDES, line_of, words_of
from alignment.web.forms import typed
from alignment.web.responses import form_errors

pages = Blueprint("agreements", __name__, url_prefix="/agreements")

pages.register_blueprint(agreement_acts.pages)

NAME = "Handoff of new leads"


@pages.get("")
@needs(Right.READ)
def index() -> ResponseReturnValue:
    return render_template(
        "agreements/index.html",
        lines=[line_of(one) for one in queries.agreements(session(), user())],
        may_promise=allowed(Right.PROMISE),
    )


@pages.get("/new")
@needs(Right.PROMISE)
def new() -> ResponseReturnValue:
    first = {side: accounts.team_on(session(), user().workspace_id, side) for side in SIDES}
    teams = {f"{side}_team_id": team.id for side, team in first.items() if team}
    return form_page({"name": NAME} | teams | hours_of(light_agreement()), errors={})


@pages.post("")
@needs(Right.PROMISE)
def draft() -> ResponseReturnValue:
    try:
        wish = NewAgreement.model_validate(typed(request.form))
    except ValidationError as error:
        return form_page(request.form, errors=form_errors(error)), 422
    return redirect(url_for("agreements.show", agreement_id=draft_once(wish).id), 303)


@pages.get("/preview")
@needs(Right.PROMISE)
def preview() -> ResponseReturnValue:
    """The two columns for what is typed so far, beside the form."""
    asked = request.args.get("agreement_id", type=chosen_number)
    agreement = queries.agreement_for(session(), user(), asked) if asked else None
    words = preview_words(request.args, agreement)
    return render_template("agreements/_preview.html", agreement=agreement, **words)


@pages.get("/<int:agreement_id>")
@needs(Right.READ)
def show(agreement_id: int) -> ResponseReturnValue:
    agreement = queries.agreement_for(session(), user(), agreement_id)
    number = request.args.get("version", type=int)
    return render_template("agreements/show.html", **words_of(agreement, number))


@pages.get("/<int:agreement_id>/edit")
@needs(Right.PROMISE)
def edit(agreement_id: int) -> ResponseReturnValue:
    agreement = queries.agreement_for(session(), user(), agreement_id)
    hours = hours_of(targets_of(newest_of(agreement)))
    return form_page(hours, errors={}, agreement=agreement)


@pages.post("/<int:agreement_id>")
@needs(Right.PROMISE)
def amend(agreement_id: int) -> ResponseReturnValue:
    agreement = queries.agreement_for(session(), user(), agreement_id)
    try:
        numbers = Numbers.model_validate(typed(request.form))
    except ValidationError as error:
        return form_page(request.form, errors=form_errors(error), agreement=agreement), 422
    written = targets_of(newest_of(agreement))
    targets = numbers.applied_to(written)
    if targets != written:
        quotas = quotas_of(newest_of(agreement))
        agreements.amend(session(), agreement, targets=targets, quotas=quotas, by=user(), now=now())
        flash("The draft is written. It holds when both teams have signed.")
    return redirect(url_for("agreements.show", agreement_id=agreement_id), 303)


def form_page(
    values: Mapping[str, Any], *, errors: Mapping[str, str], agreement: Agreement | None = None
) -> str:
    teams = accounts.teams_of(session(), user().workspace_id)
    return render_template(
        "agreements/form.html",
        agreement=agreement,
        values=values,
        errors=errors,
        teams={side: [(one.id, one.name) for one in teams if one.side is side] for side in SIDES},
        **preview_words(values, agreement),
    )
