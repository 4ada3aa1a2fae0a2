"""Agreements: the list, one agreement with its versions, and the form that writes one."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from alignment.accounts.people import queries as accounts
from alignment.accounts.roles import Right
from alignment.edge import allowed, needs, session, user
from alignment.errors import NotFound, Refused
from alignment.sla.agreements.new_agreement import NewVersion
from alignment.sla.models import Agreement
from alignment.sla.promises.agreement_templates import TEMPLATES, AgreementTemplate, template_by_key
from alignment.sla.promises.segments import Segment
from alignment.sla.versions import queries
from alignment.web.agreements import lifecycle
from alignment.web.agreements.drafts import (
    amend_if_changed,
    draft_unless_exists,
    input_of_version,
    newest_version_of,
    preview_context,
)
from alignment.web.agreements.form.nested_fields import FormData, flatten, parse_fields
from alignment.web.agreements.form.promise_fields import (
    OPTIONAL_PROMISES,
    with_optional_promises,
)
from alignment.web.agreements.form.row_buttons import apply_row_button
from alignment.web.agreements.form.segment_fields import SegmentFields
from alignment.web.agreements.form.select_options import (
    SELECT_OPTIONS,
    hours_options,
    people_options,
)
from alignment.web.agreements.form.submission import (
    form_data_of,
    problems_of,
    read_new_agreement,
    read_version,
    row_id,
)
from alignment.web.agreements.version_page import SIDES, list_row_of, page_context, segment_text_of
from alignment.web.responses import WHOLE_FORM

pages = Blueprint("agreements", __name__, url_prefix="/agreements")
pages.register_blueprint(lifecycle.pages)

ROW_BUTTON = "change"
"""The name of buttons that add or take away rows."""


@pages.get("")
@needs(Right.READ)
def index() -> ResponseReturnValue:
    return render_template(
        "agreements/index.html",
        lines=[list_row_of(agreement) for agreement in queries.agreements_of(session(), user())],
        may_promise=allowed(Right.PROMISE),
    )


@pages.get("/new")
@needs(Right.PROMISE)
def new() -> ResponseReturnValue:
    chosen = template_by_key(request.args.get("template", TEMPLATES[0].key))
    first = {
        side: accounts.first_team_on_side(session(), user().workspace_id, side) for side in SIDES
    }
    teams = {f"{side}_team_id": str(team.id) for side, team in first.items() if team}
    return form_page(_data_of_template(chosen) | teams, chosen=chosen.key)


@pages.post("")
@needs(Right.PROMISE)
def draft() -> ResponseReturnValue:
    sheet = submitted_form_data()
    if ROW_BUTTON in sheet:
        return form_with_changed_rows(sheet)
    try:
        agreement = draft_unless_exists(*read_new_agreement(sheet))
    except NotFound:
        raise
    except (ValidationError, Refused) as bad:
        return form_page(sheet, errors=field_errors_of(bad, sheet)), 422
    return redirect(url_for("agreements.show", agreement_id=agreement.id), 303)


@pages.post("/preview")
@needs(Right.PROMISE)
def preview() -> ResponseReturnValue:
    """The two columns for what is typed so far, beside the form."""
    asked = request.args.get("agreement_id", type=row_id)
    agreement = queries.agreement_for(session(), user(), asked) if asked else None
    words = preview_context(submitted_form_data(), agreement)
    return render_template("agreements/_preview.html", agreement=agreement, **words)


@pages.get("/<int:agreement_id>")
@needs(Right.READ)
def show(agreement_id: int) -> ResponseReturnValue:
    agreement = queries.agreement_for(session(), user(), agreement_id)
    number = request.args.get("version", type=int)
    return render_template("agreements/show.html", **page_context(agreement, number))


@pages.get("/<int:agreement_id>/edit")
@needs(Right.PROMISE)
def edit(agreement_id: int) -> ResponseReturnValue:
    agreement = queries.agreement_for(session(), user(), agreement_id)
    version = input_of_version(newest_version_of(agreement))
    return form_page(form_data_of(version), agreement=agreement)


@pages.post("/<int:agreement_id>")
@needs(Right.PROMISE)
def amend(agreement_id: int) -> ResponseReturnValue:
    agreement = queries.agreement_for(session(), user(), agreement_id)
    sheet = submitted_form_data()
    if ROW_BUTTON in sheet:
        return form_with_changed_rows(sheet, agreement=agreement)
    try:
        is_written = amend_if_changed(agreement, read_version(sheet))
    except (ValidationError, Refused) as bad:
        return form_page(sheet, errors=field_errors_of(bad, sheet), agreement=agreement), 422
    if is_written:
        flash("The draft is written. It holds when both teams have signed.")
    return redirect(url_for("agreements.show", agreement_id=agreement_id), 303)


def submitted_form_data() -> FormData:
    """What the form holds; names and numbers of rows that nobody could have typed are refused."""
    return parse_fields(request.form.items(multi=True))


def form_with_changed_rows(
    sheet: FormData, *, agreement: Agreement | None = None
) -> ResponseReturnValue:
    """The form again with a row more or less; nothing is saved."""
    wish = str(sheet.pop(ROW_BUTTON))
    return form_page(
        apply_row_button(sheet, wish), agreement=agreement, touched=wish.partition(" ")[2]
    )


def field_errors_of(bad: ValidationError | Refused, sheet: FormData) -> Mapping[str, str]:
    return {WHOLE_FORM: str(bad)} if isinstance(bad, Refused) else problems_of(bad, sheet)


def form_page(
    sheet: FormData,
    *,
    errors: Mapping[str, str] | None = None,
    agreement: Agreement | None = None,
    chosen: str = "",
    touched: str = "",
) -> str:
    """``touched`` is where a row came or went: that part of the form stays open."""
    teams = accounts.open_teams_of(session(), user().workspace_id)
    shown = sheet | {"targets": with_optional_promises(sheet.get("targets"))}
    return render_template(
        "agreements/form.html",
        agreement=agreement,
        leads=segment_text_of(agreement) if agreement else "",
        templates=TEMPLATES,
        chosen=chosen,
        sheet=shown,
        values=flatten(shown),
        errors=errors or {},
        opened={_section_of(name) for name in (touched, *(errors or {}))},
        teams={
            side: [(item.id, item.name) for item in teams if item.side is side] for side in SIDES
        },
        people=people_options(),
        whose_hours=hours_options(),
        owed_by_offer={key: item.owed_by for key, item in OPTIONAL_PROMISES.items()},
        **SELECT_OPTIONS,
        **preview_context(sheet, agreement),
    )


def _data_of_template(chosen: AgreementTemplate) -> FormData:
    scope = SegmentFields.write(chosen.segment or Segment())
    return form_data_of(NewVersion(targets=chosen.targets, quotas=chosen.quotas)) | {
        "name": "Handoff of new leads" if chosen.segment is None else chosen.name,
        "rank": "100" if chosen.segment is None else "50",
        "scope": {"conditions": scope["conditions"]},
    }


def _section_of(name: str) -> str:
    """The card of a field: ``targets.0`` of ``targets.0.steps.1.to``."""
    return ".".join(name.split(".")[: 1 + name.startswith(("targets.", "quotas."))])
