"""Agreements: the list, one contract with its versions, and the guided form that writes it."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alignment.accounts import queries as accounts
from alignment.accounts.roles import Right
from alignment.edge import allowed, needs, session, user
from alignment.errors import NotFound, Refused
from alignment.sla import queries
from alignment.sla.models import Agreement
from alignment.sla.segments import Segment
from alignment.sla.templates import TEMPLATES, Template, template
from alignment.web import agreement_acts
from alignment.web.agreement_drafts import (
    amend_by,
    draft_once,
    newest_of,
    preview_words,
    written_in,
)
from alignment.web.agreement_forms import (
    BadForm,
    chosen_number,
    new_agreement,
    with_offers,
    wording_sheet,
    written,
)
from alignment.web.agreement_page import SIDES, leads_of, line_of, words_of
from alignment.web.agreement_rows import changed
from alignment.web.form_choices import CHOICES, people_to_choose, whose_hours
from alignment.web.nested import Sheet, flat, nested
from alignment.web.promise_sheets import OFFERED
from alignment.web.responses import FORM
from alignment.web.segment_sheets import segment_sheet

pages = Blueprint("agreements", __name__, url_prefix="/agreements")
pages.register_blueprint(agreement_acts.pages)

CHANGE = "change"
"""The name of buttons that add or take away rows."""


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
    chosen = template(request.args.get("template", TEMPLATES[0].key))
    first = {side: accounts.team_on(session(), user().workspace_id, side) for side in SIDES}
    teams = {f"{side}_team_id": str(team.id) for side, team in first.items() if team}
    return form_page(_begun(chosen) | teams, chosen=chosen.key)


@pages.post("")
@needs(Right.PROMISE)
def draft() -> ResponseReturnValue:
    sheet = typed_sheet()
    if CHANGE in sheet:
        return with_change(sheet)
    try:
        agreement = draft_once(new_agreement(sheet))
    except NotFound:
        raise
    except (BadForm, Refused) as bad:
        return form_page(sheet, errors=problems_of(bad)), 422
    return redirect(url_for("agreements.show", agreement_id=agreement.id), 303)


@pages.post("/preview")
@needs(Right.PROMISE)
def preview() -> ResponseReturnValue:
    """The two columns for what is typed so far, beside the form."""
    asked = request.args.get("agreement_id", type=chosen_number)
    agreement = queries.agreement_for(session(), user(), asked) if asked else None
    words = preview_words(typed_sheet(), agreement)
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
    found = written_in(newest_of(agreement))
    about = {"note": found.note, "takes_effect_on": str(found.takes_effect_on or "")}
    return form_page(wording_sheet(found.targets, found.quotas) | about, agreement=agreement)


@pages.post("/<int:agreement_id>")
@needs(Right.PROMISE)
def amend(agreement_id: int) -> ResponseReturnValue:
    agreement = queries.agreement_for(session(), user(), agreement_id)
    sheet = typed_sheet()
    if CHANGE in sheet:
        return with_change(sheet, agreement=agreement)
    try:
        is_written = amend_by(agreement, written(sheet))
    except (BadForm, Refused) as bad:
        return form_page(sheet, errors=problems_of(bad), agreement=agreement), 422
    if is_written:
        flash("The draft is written. It holds when both teams have signed.")
    return redirect(url_for("agreements.show", agreement_id=agreement_id), 303)


def typed_sheet() -> Sheet:
    """What the form holds; names and numbers of rows that nobody could have typed are refused."""
    return nested(request.form.items(multi=True))


def with_change(sheet: Sheet, *, agreement: Agreement | None = None) -> ResponseReturnValue:
    """The form again with a row more or less; nothing is saved."""
    wish = str(sheet.pop(CHANGE))
    return form_page(changed(sheet, wish), agreement=agreement, touched=wish.partition(" ")[2])


def problems_of(bad: BadForm | Refused) -> Mapping[str, str]:
    return bad.problems if isinstance(bad, BadForm) else {FORM: str(bad)}


def form_page(
    sheet: Sheet,
    *,
    errors: Mapping[str, str] | None = None,
    agreement: Agreement | None = None,
    chosen: str = "",
    touched: str = "",
) -> str:
    """``touched`` is where a row came or went: that part of the form stays open."""
    teams = accounts.teams_of(session(), user().workspace_id)
    shown = with_offers(sheet)
    return render_template(
        "agreements/form.html",
        agreement=agreement,
        leads=leads_of(agreement) if agreement else "",
        templates=TEMPLATES,
        chosen=chosen,
        sheet=shown,
        values=flat(shown),
        errors=errors or {},
        opened={_part(name) for name in (touched, *(errors or {}))},
        teams={side: [(one.id, one.name) for one in teams if one.side is side] for side in SIDES},
        people=people_to_choose(),
        whose_hours=whose_hours(),
        owed_by_offer={key: one.owed_by for key, one in OFFERED.items()},
        **CHOICES,
        **preview_words(sheet, agreement),
    )


def _begun(chosen: Template) -> Sheet:
    scope = segment_sheet(chosen.segment or Segment())
    return wording_sheet(chosen.targets, chosen.quotas) | {
        "name": "Handoff of new leads" if chosen.segment is None else chosen.name,
        "rank": "100" if chosen.segment is None else "50",
        "scope": {"conditions": scope["conditions"]},
    }


def _part(name: str) -> str:
    """The card of a field: ``targets.0`` of ``targets.0.steps.1.to``."""
    return ".".join(name.split(".")[: 1 + name.startswith(("targets.", "quotas."))])
