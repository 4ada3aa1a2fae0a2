"""Excuses: the list of open requests, and excusing a whole period, proposed by one team and granted
by the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from htmx_flask import request
from pydantic import BaseModel, ConfigDict, Field, NaiveDatetime, ValidationError

from alignment.accounts.models import LARGEST_ID
from alignment.accounts.roles import Right, Side
from alignment.edge import allowed, needs, now, session, user
from alignment.errors import NotFound, Refused
from alignment.leads.intake import CleanText
from alignment.sla.breaches.excuses import approval
from alignment.sla.breaches.excuses import queries as excuses_queries
from alignment.sla.breaches.excuses.periods import Period, count_excused_by, propose_period
from alignment.sla.models import Agreement, Excuse, ExcuseState
from alignment.sla.versions import queries as versions_queries
from alignment.web.breaches.detail_page import ExcuseAnswerForm
from alignment.web.forms import submitted_fields
from alignment.web.local_time import instant_of
from alignment.web.name_lookup import people_names
from alignment.web.responses import WHOLE_FORM, form_errors

pages = Blueprint("excuses", __name__, url_prefix="/excuses")


class ExcusedPeriodForm(BaseModel):
    """Times are on the person's own clock."""

    model_config = ConfigDict(extra="forbid")

    agreement_id: int = Field(ge=1, le=LARGEST_ID)
    owed_by: Literal[Side.MARKETING, Side.SALES]
    from_local: NaiveDatetime
    until_local: NaiveDatetime
    reason: CleanText = Field(min_length=1, max_length=500)


class ExcusedPeriodPreviewForm(ExcusedPeriodForm):
    """Enough to count by; why is asked later."""

    reason: CleanText = ""


@dataclass(frozen=True, kw_only=True)
class ExcuseRow:
    """One excuse in a list."""

    excuse: Excuse
    agreement: Agreement
    asked_by: str
    answered_by: str
    breach_id: int | None
    may_answer: bool
    may_take_back: bool


@pages.get("")
@needs(Right.READ)
def index() -> ResponseReturnValue:
    asked = excuses_queries.excuses_asked(session(), user().workspace_id)
    return render_template(
        "breaches/excuses.html",
        asked=excuse_rows(asked),
        periods=excuse_rows(excuses_queries.excuses_of_periods(session(), user())),
        may_propose=allowed(Right.PROMISE),
    )


@pages.get("/new")
@needs(Right.PROMISE)
def new() -> ResponseReturnValue:
    return form_page({"owed_by": Side.SALES}, errors={})


@pages.post("")
@needs(Right.PROMISE)
def create() -> ResponseReturnValue:
    """Propose it, or only count what it would excuse."""
    given = submitted_fields(request.form)
    is_preview = given.pop("then", "") == "preview"
    try:
        wish = (ExcusedPeriodPreviewForm if is_preview else ExcusedPeriodForm).model_validate(given)
        period = period_of(wish)
    except NotFound:
        raise
    except (ValidationError, Refused) as error:
        return redisplay_form(error, is_preview=is_preview)
    if is_preview:
        return preview(period)
    asked = propose_period(session(), period, reason=wish.reason, by=user(), now=now())
    flash("Proposed. It holds once the other team consents.")
    return redirect(url_for("excuses.show", excuse_id=asked.id), 303)


@pages.get("/<int:excuse_id>")
@needs(Right.READ)
def show(excuse_id: int) -> ResponseReturnValue:
    return show_page(period_at(excuse_id), errors={})


@pages.post("/<int:excuse_id>/answer")
@needs(Right.PROMISE)
def answer(excuse_id: int) -> ResponseReturnValue:
    asked = period_at(excuse_id)
    try:
        wish = ExcuseAnswerForm.model_validate(submitted_fields(request.form))
    except ValidationError as error:
        return show_page(asked, errors=form_errors(error)), 422
    is_granted = wish.is_granted == "yes"
    approval.answer_excuse(
        session(), asked, is_granted=is_granted, words=wish.words, by=user(), now=now()
    )
    flash("Both numbers stay in the reports." if is_granted else "Refused. Who asked is told.")
    return redirect(url_for("excuses.show", excuse_id=excuse_id), 303)


@pages.post("/<int:excuse_id>/taking-back")
@needs(Right.PROMISE)
def take_back(excuse_id: int) -> ResponseReturnValue:
    approval.revoke_excuse(session(), period_at(excuse_id), by=user(), now=now())
    flash("Taken back. It excuses nothing any more.")
    return redirect(url_for("excuses.show", excuse_id=excuse_id), 303)


def period_at(excuse_id: int) -> Excuse:
    excuse = excuses_queries.excuse_for(session(), user(), excuse_id)
    if not approval.is_for_period(excuse):
        raise NotFound("There is no such period here.")
    return excuse


def period_of(wish: ExcusedPeriodForm) -> Period:
    return Period(
        agreement=versions_queries.agreement_for(session(), user(), wish.agreement_id),
        owed_by=wish.owed_by,
        from_at=instant_of(wish.from_local, user().zone),
        until_at=instant_of(wish.until_local, user().zone),
    )


def show_page(asked: Excuse, *, errors: Mapping[str, str]) -> str:
    (line,) = excuse_rows([asked])
    return render_template(
        "breaches/excuse.html",
        line=line,
        other=approval.answering_side(session(), asked),
        count=excuses_queries.count_missed(
            session(),
            line.agreement,
            asked.owed_by,
            from_at=asked.from_at,
            until_at=asked.until_at,
            is_excused=asked.state is ExcuseState.GRANTED,
        ),
        errors=errors,
        values=request.form if errors else {},
    )


def excuse_rows(shown_excuses: Sequence[Excuse]) -> list[ExcuseRow]:
    people = people_names()
    agreements = versions_queries.agreements_by_id(session(), user().workspace_id)
    return [
        _excuse_row(excuse, agreements[excuse.agreement_id], people) for excuse in shown_excuses
    ]


def _excuse_row(excuse: Excuse, agreement: Agreement, people: Mapping[int, str]) -> ExcuseRow:
    is_asked = excuse.state is ExcuseState.ASKED
    breach = (
        None
        if approval.is_for_period(excuse)
        else excuses_queries.breach_of_excuse(session(), excuse)
    )
    return ExcuseRow(
        excuse=excuse,
        agreement=agreement,
        asked_by=people.get(excuse.asked_by_id, ""),
        answered_by=people.get(excuse.answered_by_id or 0, ""),
        breach_id=breach.id if breach else None,
        may_answer=is_asked and approval.may_answer(session(), excuse, user()),
        may_take_back=excuse.state in (ExcuseState.ASKED, ExcuseState.GRANTED)
        and approval.may_revoke(session(), excuse, user()),
    )


def preview(period: Period) -> ResponseReturnValue:
    words = {"count": count_excused_by(session(), period), "owed_by": period.owed_by}
    if request.htmx:
        return render_template("breaches/_excuse_preview.html", **words)
    return form_page(request.form, errors={}, **words)


def redisplay_form(error: ValidationError | Refused, *, is_preview: bool) -> ResponseReturnValue:
    errors = form_errors(error) if isinstance(error, ValidationError) else {WHOLE_FORM: str(error)}
    if is_preview and request.htmx:
        return render_template("breaches/_excuse_preview.html", sentence=errors.get(WHOLE_FORM, ""))
    return form_page(request.form, errors=errors), 422


def form_page(values: Mapping[str, Any], *, errors: Mapping[str, str], **preview: Any) -> str:
    mine = versions_queries.own_team_ids(session(), user().workspace_id, user().id)
    agreements = [
        (agreement.id, agreement.name)
        for agreement in versions_queries.agreements_of(session(), user())
        if mine & set(agreement.team_ids.values())
    ]
    return render_template(
        "breaches/excuse_form.html",
        agreements=agreements,
        values=values,
        errors=errors,
        **preview,
    )
