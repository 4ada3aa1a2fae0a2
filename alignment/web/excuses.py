"""Excuses: what waits for an answer, and whole periods, proposed by one team for both."""

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
from alignment.leads.intake import Text
from alignment.sla import excuses, queries
from alignment.sla.excused_periods import Period, propose, would_excuse
from alignment.sla.models import Agreement, Excuse, ExcuseState
from alignment.web.breaches import AnswerForm
from alignment.web.forms import typed
from alignment.web.lead_forms import instant_of
from alignment.web.lead_page import names
from alignment.web.responses import FORM, form_errors

pages = Blueprint("excuses", __name__, url_prefix="/excuses")


class PeriodForm(BaseModel):
    """Times are on the person's own clock."""

    model_config = ConfigDict(extra="forbid")

    agreement_id: int = Field(ge=1, le=LARGEST_ID)
    owed_by: Literal[Side.MARKETING, Side.SALES]
    from_local: NaiveDatetime
    until_local: NaiveDatetime
    reason: Text = Field(min_length=1, max_length=500)


class PreviewForm(PeriodForm):
    """Enough to count by; why is asked later."""

    reason: Text = ""


@dataclass(frozen=True, kw_only=True)
class Line:
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
    asked = queries.excuses_asked(session(), user().workspace_id)
    return render_template(
        "excuses/index.html",
        asked=lines(asked),
        periods=lines(queries.excuses_of_periods(session(), user())),
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
    given = typed(request.form)
    is_preview = given.pop("then", "") == "preview"
    try:
        wish = (PreviewForm if is_preview else PeriodForm).model_validate(given)
        period = period_of(wish)
    except NotFound:
        raise
    except (ValidationError, Refused) as error:
        return asked_again(error, is_preview=is_preview)
    if is_preview:
        return preview(period)
    asked = propose(session(), period, reason=wish.reason, by=user(), now=now())
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
        wish = AnswerForm.model_validate(typed(request.form))
    except ValidationError as error:
        return show_page(asked, errors=form_errors(error)), 422
    is_granted = wish.is_granted == "yes"
    excuses.answer(session(), asked, is_granted=is_granted, words=wish.words, by=user(), now=now())
    flash("Both numbers stay in the reports." if is_granted else "Refused. Who asked is told.")
    return redirect(url_for("excuses.show", excuse_id=excuse_id), 303)


@pages.post("/<int:excuse_id>/taking-back")
@needs(Right.PROMISE)
def take_back(excuse_id: int) -> ResponseReturnValue:
    excuses.take_back(session(), period_at(excuse_id), by=user(), now=now())
    flash("Taken back. It excuses nothing any more.")
    return redirect(url_for("excuses.show", excuse_id=excuse_id), 303)


def period_at(excuse_id: int) -> Excuse:
    found = queries.excuse_for(session(), user(), excuse_id)
    if not excuses.is_of_period(found):
        raise NotFound("There is no such period here.")
    return found


def period_of(wish: PeriodForm) -> Period:
    return Period(
        agreement=queries.agreement_for(session(), user(), wish.agreement_id),
        owed_by=wish.owed_by,
        from_at=instant_of(wish.from_local, user().zone),
        until_at=instant_of(wish.until_local, user().zone),
    )


def show_page(asked: Excuse, *, errors: Mapping[str, str]) -> str:
    (line,) = lines([asked])
    return render_template(
        "excuses/show.html",
        line=line,
        other=excuses.answering_side(session(), asked),
        count=queries.count_missed(
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


def lines(found: Sequence[Excuse]) -> list[Line]:
    people = names()
    agreements = queries.agreements_by_id(session(), user().workspace_id)
    return [_line(each, agreements[each.agreement_id], people) for each in found]


def _line(each: Excuse, agreement: Agreement, people: Mapping[int, str]) -> Line:
    is_asked = each.state is ExcuseState.ASKED
    breach = None if excuses.is_of_period(each) else queries.breach_of_excuse(session(), each)
    return Line(
        excuse=each,
        agreement=agreement,
        asked_by=people.get(each.asked_by_id, ""),
        answered_by=people.get(each.answered_by_id or 0, ""),
        breach_id=breach.id if breach else None,
        may_answer=is_asked and excuses.may_answer(session(), each, user()),
        may_take_back=each.state in (ExcuseState.ASKED, ExcuseState.GRANTED)
        and excuses.may_take_back(session(), each, user()),
    )


def preview(period: Period) -> ResponseReturnValue:
    words = {"count": would_excuse(session(), period), "owed_by": period.owed_by}
    if request.htmx:
        return render_template("excuses/_preview.html", **words)
    return form_page(request.form, errors={}, **words)


def asked_again(error: ValidationError | Refused, *, is_preview: bool) -> ResponseReturnValue:
    errors = form_errors(error) if isinstance(error, ValidationError) else {FORM: str(error)}
    if is_preview and request.htmx:
        return render_template("excuses/_preview.html", sentence=errors.get(FORM, ""))
    return form_page(request.form, errors=errors), 422


def form_page(values: Mapping[str, Any], *, errors: Mapping[str, str], **preview: Any) -> str:
    mine = queries.own_team_ids(session(), user().workspace_id, user().id)
    agreements = [
        (one.id, one.name)
        for one in queries.agreements(session(), user())
        if mine & set(one.team_ids.values())
    ]
    return render_template(
        "excuses/form.html",
        agreements=agreements,
        values=values,
        errors=errors,
        **preview,
    )
