"""Replay: run a version against past months before anybody signs it, as a page and as CSV."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field, ValidationError

from alignment.accounts.roles import Right
from alignment.edge import needs, now, session, user, workspace
from alignment.files.csv_export import csv_lines
from alignment.sla.models import Agreement, AgreementVersion
from alignment.sla.quotas.attainment import attainments
from alignment.sla.replay.drafts import DraftReport, replay_draft
from alignment.sla.versions import queries
from alignment.sla.versions.stored_promises import quotas_of_version, targets_of_version
from alignment.web.agreements.replay.result_text import (
    COLUMNS,
    csv_rows,
    promise_results,
    team_results,
)
from alignment.web.agreements.replay.weekly_chart import chart_of
from alignment.web.agreements.version_page import SIDES, state_of, version_numbered
from alignment.web.forms import Blank
from alignment.web.quota_attainment import quota_summaries
from alignment.web.responses import form_errors

pages = Blueprint("replays", __name__, url_prefix="/agreements/<int:agreement_id>")

WEEKS = 13
"""How far back it looks unless told otherwise: a quarter."""
EARLIEST_DATE = date(2000, 1, 1)


class ReplayQuery(BaseModel):
    """Which version over which past, and the rate that each promise should reach."""

    version: Annotated[int | None, Blank] = None
    since: Annotated[date | None, Blank, Field(ge=EARLIEST_DATE)] = None
    kept: Annotated[int, Field(ge=1, le=100)] = 95


@dataclass(frozen=True, kw_only=True)
class ReplayRun:
    """One version over the past, and what it was played for."""

    agreement: Agreement
    versions: Sequence[AgreementVersion]
    version: AgreementVersion
    since: date
    kept: int
    result: DraftReport


@pages.get("/replay")
@needs(Right.PROMISE)
def show(agreement_id: int) -> ResponseReturnValue:
    try:
        asked = ReplayQuery.model_validate(request.args.to_dict())
    except ValidationError as error:
        played = run_replay(agreement_id, ReplayQuery())
        return replay_page(played, request.args, form_errors(error)), 422
    return replay_page(run_replay(agreement_id, asked), {}, {})


@pages.get("/replay.csv")
@needs(Right.PROMISE)
def file(agreement_id: int) -> ResponseReturnValue:
    """The same numbers; a spreadsheet shows them and executes nothing."""
    try:
        asked = ReplayQuery.model_validate(request.args.to_dict())
    except ValidationError:
        asked = ReplayQuery()
    played = run_replay(agreement_id, asked)
    name = f"replay-{agreement_id}-version-{played.version.number}.csv"
    return Response(
        csv_lines(COLUMNS, csv_rows(played.result, _names(played.versions))),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


def run_replay(agreement_id: int, asked: ReplayQuery) -> ReplayRun:
    """Without a number the newest version is played, without a date the last quarter."""
    agreement = queries.agreement_for(session(), user(), agreement_id)
    versions = queries.versions_of(session(), agreement)
    version = version_numbered(versions, asked.version)
    since = min(asked.since or _weeks_ago(WEEKS), _today())
    result = replay_draft(
        session(),
        agreement,
        targets_of_version(version),
        since=datetime.combine(since, time(), _zone()).astimezone(UTC),
        now=now(),
        wanted=Fraction(asked.kept, 100),
    )
    return ReplayRun(
        agreement=agreement,
        versions=versions,
        version=version,
        since=since,
        kept=asked.kept,
        result=result,
    )


def replay_page(played: ReplayRun, typed: Any, errors: dict[str, str]) -> str:
    names = _names(played.versions)
    quotas = quotas_of_version(played.version)
    came = attainments(session(), played.agreement, played.version, now=now())
    asked = {"version": played.version.number, "since": played.since, "kept": played.kept}
    return render_template(
        "agreements/replay.html",
        agreement=played.agreement,
        version=played.version,
        choices=[
            (version.number, f"Version {version.number}, {state_of(version)}")
            for version in played.versions
        ],
        spans=[(f"{weeks} weeks", _weeks_ago(weeks)) for weeks in (4, WEEKS, 26, 52)],
        asked=asked,
        values=asked | dict(typed),
        errors=errors,
        teams=team_results(played.result),
        promises=promise_results(played.result, names),
        periods={side.value: quota_summaries(quotas, came, side) for side in SIDES},
        picture=chart_of(played.result, names),
    )


def _names(versions: Sequence[AgreementVersion]) -> dict[str, str]:
    """What each promise is called, by its key; the newest version has the last word."""
    return {
        target.key: target.name
        for version in reversed(versions)
        for target in targets_of_version(version)
    }


def _weeks_ago(weeks: int) -> date:
    """The Monday so many weeks back, this week being the first."""
    today = _today()
    return today - timedelta(days=today.weekday(), weeks=weeks - 1)


def _today() -> date:
    return now().astimezone(_zone()).date()


def _zone() -> ZoneInfo:
    return ZoneInfo(workspace().zone)
