"""One breach: its page, and the forms to name its cause, excuse it, or ask for, answer and withdraw
an excuse.
"""

from collections.abc import Callable
from typing import Any, Literal

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from htmx_flask import request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from alignment.accounts.roles import Right
from alignment.edge import needs, now, referring_path, session, user
from alignment.errors import Refused
from alignment.leads.history import queries as leads
from alignment.leads.intake import CleanText
from alignment.leads.models import Lead
from alignment.sla.breaches import causes
from alignment.sla.breaches import queries as breaches_queries
from alignment.sla.breaches.excuses import approval
from alignment.sla.breaches.excuses import queries as excuses_queries
from alignment.sla.breaches.queries import BreachOnBoard
from alignment.sla.models import Breach, Cause, Excuse
from alignment.sla.promises.descriptions import describe_result
from alignment.sla.quotas import queries as quotas_queries
from alignment.sla.quotas.queries import QuotaBreach
from alignment.sla.quotas.tracking import quota_of
from alignment.web.breach_summary import partial_context, summary_of
from alignment.web.forms import submitted_fields
from alignment.web.leads.history_text import HistoryLine, history_line
from alignment.web.name_lookup import people_names
from alignment.web.responses import form_errors, fragments

pages = Blueprint("breaches", __name__, url_prefix="/breaches")


class BreachForm(BaseModel):
    """No field but those of the form."""

    model_config = ConfigDict(extra="forbid")


class CauseForm(BreachForm):
    cause: Cause


class ReasonForm(BreachForm):
    reason: CleanText = Field(min_length=1, max_length=500)


class ExcuseAnswerForm(BreachForm):
    is_granted: Literal["yes", "no"]
    words: CleanText = Field(default="", max_length=500)


@pages.get("/<int:breach_id>")
@needs(Right.READ)
def show(breach_id: int) -> ResponseReturnValue:
    return breach_page(breach_at(breach_id))


@pages.post("/<int:breach_id>/cause")
@needs(Right.EXCUSE)
def say_why(breach_id: int) -> ResponseReturnValue:
    breach = breach_at(breach_id).breach
    wish = CauseForm.model_validate(submitted_fields(request.form))
    causes.record_cause(session(), breach, wish.cause, by=user(), now=now())
    return breach_response(breach)


@pages.post("/<int:breach_id>/excuse")
@needs(Right.EXCUSE)
def excuse(breach_id: int) -> ResponseReturnValue:
    return act_with_reason(breach_id, approval.excuse_breach)


@pages.post("/<int:breach_id>/question")
@needs(Right.EXCUSE)
def ask(breach_id: int) -> ResponseReturnValue:
    return act_with_reason(breach_id, approval.ask_for_excuse)


@pages.post("/<int:breach_id>/answer")
@needs(Right.EXCUSE)
def answer(breach_id: int) -> ResponseReturnValue:
    row = breach_at(breach_id)
    wish = ExcuseAnswerForm.model_validate(submitted_fields(request.form))
    approval.answer_excuse(
        session(),
        excuse_of(row),
        is_granted=wish.is_granted == "yes",
        words=wish.words,
        by=user(),
        now=now(),
    )
    return breach_response(row.breach)


@pages.post("/<int:breach_id>/taking-back")
@needs(Right.EXCUSE)
def take_back(breach_id: int) -> ResponseReturnValue:
    row = breach_at(breach_id)
    approval.revoke_excuse(session(), excuse_of(row), by=user(), now=now())
    return breach_response(row.breach)


def act_with_reason(breach_id: int, act: Callable[..., Excuse]) -> ResponseReturnValue:
    breach = breach_at(breach_id).breach
    wish = ReasonForm.model_validate(submitted_fields(request.form))
    act(session(), breach, reason=wish.reason, by=user(), now=now())
    return breach_response(breach)


def breach_at(breach_id: int) -> BreachOnBoard | QuotaBreach:
    over_a_period = quotas_queries.quota_breach_for(session(), user(), breach_id)
    return over_a_period or breaches_queries.breach_for(session(), user(), breach_id)


def excuse_of(row: BreachOnBoard | QuotaBreach) -> Excuse:
    if row.excuse is None:
        raise Refused("Nobody asked to excuse this.")
    return row.excuse


def breach_response(breach: Breach) -> ResponseReturnValue:
    """The part that was pressed, as it is now; without htmx the page it stood on."""
    line = summary_of(breach_at(breach.id))
    back_to = f"{referring_path()}#breach-{breach.id}"
    return fragments(
        "breaches/_breach.html", back_to=back_to, trigger="breach-changed", **partial_context(line)
    )


@pages.errorhandler(ValidationError)
def redisplay_form(error: ValidationError) -> ResponseReturnValue:
    """The same form with what was typed and what to do about it; nothing was done yet."""
    row = breach_at((request.view_args or {})["breach_id"])
    words = {
        "asked": (request.endpoint or "").rpartition(".")[2],
        "values": request.form,
        "errors": form_errors(error),
    }
    if not request.htmx:
        return breach_page(row, **words), 422
    line = summary_of(row)
    return render_template("breaches/_breach.html", **partial_context(line, **words)), 422


def breach_page(row: BreachOnBoard | QuotaBreach, **typed: Any) -> str:
    line = summary_of(row)
    lead = None if isinstance(row, QuotaBreach) else row.lead
    return render_template(
        "breaches/detail.html",
        lead=lead,
        result=result_words(row) if isinstance(row, QuotaBreach) else "",
        noticed_at=row.breach.noticed_at,
        learned=history_at_withdrawal(lead, row.breach) if lead else [],
        periods=excuses_queries.excused_periods_of_breach(session(), row.breach, row.agreement_id),
        **partial_context(line, **typed),
    )


def result_words(row: QuotaBreach) -> str:
    """ "9 of 10 leads handed off", as it was counted when the period ended."""
    quota = quota_of(row.period, row.version)
    return describe_result(quota, row.period.actual or 0, row.period.whole)


def history_at_withdrawal(lead: Lead, breach: Breach) -> list[HistoryLine]:
    """What was told, or taken back, at the moment at which the breach was withdrawn."""
    at = breach.withdrawn_at
    if at is None:
        return []
    people = people_names()
    return [
        history_line(line, people)
        for line in leads.full_history_of(session(), lead)
        if at in (line.recorded_at, line.undone_at)
    ]
