"""Replay: what a version would have come to over past months, before anybody signs it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from alignment.accounts.roles import Right
from alignment.edge import needs, now, session, user, workspace
from alignment.files.export import csv_lines
from alignment.sla import queries
from alignment.sla.attainment import attainments
from alignment.sla.models import Agreement, AgreementVersion
from alignment.sla.replaying import DraftReplayed, replay_draft
from alignment.sla.wording import quotas_of, targets_of
from alignment.web.agreement_page import SIDES, state_of, version_numbered
from alignment.web.agreement_periods import promises_over_periods
from alignment.web.replay_chart import chart_of
from alignment.web.replay_words import COLUMNS, promises_said, rows_of, teams_said
from alignment.web.responses import form_errors

pages = Blueprint("replays", __name__, url_prefix="/agreements/<int:agreement_id>")

WEEKS = 13
"""How far back it looks unless told otherwise: a quarter."""
FIRST = date(2000, 1, 1)
Blank = BeforeValidator(lambda text: text or None)


class Asked(BaseModel):
    """Which version over which past, and the rate that each promise should reach."""

    version: Annotated[int | None, Blank] = None
    since: Annotated[date | None, Blank, Field(ge=FIRST)] = None
    kept: Annotated[int, Field(ge=1, le=100)] = 95


@dataclass(frozen=True, kw_only=True)
class Played:
    """One version over the past, and what it was played for."""

    agreement: Agreement
    versions: Sequence[AgreementVersion]
    version: AgreementVersion
    since: date
    kept: int
    found: DraftReplayed


@pages.get("/replay")
@needs(Right.PROMISE)
def show(agreement_id: int) -> ResponseReturnValue:
    try:
        asked = Asked.model_validate(request.args.to_dict())
    except ValidationError as error:
        played = play(agreement_id, Asked())
        return page_of(played, request.args, form_errors(error)), 422
    return page_of(play(agreement_id, asked), {}, {})


@pages.get("/replay.csv")
@needs(Right.PROMISE)
def file(agreement_id: int) -> ResponseReturnValue:
    """The same numbers; a spreadsheet shows them and executes nothing."""
    try:
        asked = Asked.model_validate(request.args.to_dict())
    except ValidationError:
        asked = Asked()
    played = play(agreement_id, asked)
    name = f"replay-{agreement_id}-version-{played.version.number}.csv"
    return Response(
        csv_lines(COLUMNS, rows_of(played.found, _names(played.versions))),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


def play(agreement_id: int, asked: Asked) -> Played:
    """Without a number the newest version is played, without a date the last quarter."""
    agreement = queries.agreement_for(session(), user(), agreement_id)
    versions = queries.versions_of(session(), agreement)
    version = version_numbered(versions, asked.version)
    since = min(asked.since or _weeks_ago(WEEKS), _today())
    found = replay_draft(
        session(),
        agreement,
        targets_of(version),
        since=datetime.combine(since, time(), _zone()).astimezone(UTC),
        now=now(),
        wanted=Fraction(asked.kept, 100),
    )
    return Played(
        agreement=agreement,
        versions=versions,
        version=version,
        since=since,
        kept=asked.kept,
        found=found,
    )


def page_of(played: Played, typed: Any, errors: dict[str, str]) -> str:
    names = _names(played.versions)
    quotas = quotas_of(played.version)
    came = attainments(session(), played.agreement, played.version, now=now())
    asked = {"version": played.version.number, "since": played.since, "kept": played.kept}
    return render_template(
        "agreements/replay.html",
        agreement=played.agreement,
        version=played.version,
        choices=[(x.number, f"Version {x.number}, {state_of(x)}") for x in played.versions],
        spans=[(f"{weeks} weeks", _weeks_ago(weeks)) for weeks in (4, WEEKS, 26, 52)],
        asked=asked,
        values=asked | dict(typed),
        errors=errors,
        teams=teams_said(played.found),
        promises=promises_said(played.found, names),
        periods={side.value: promises_over_periods(quotas, came, side) for side in SIDES},
        picture=chart_of(played.found, names),
    )


def _names(versions: Sequence[AgreementVersion]) -> dict[str, str]:
    """What each promise is called, by its key; the newest version has the last word."""
    return {each.key: each.name for one in reversed(versions) for each in targets_of(one)}


def _weeks_ago(weeks: int) -> date:
    """The Monday so many weeks back, this week being the first."""
    today = _today()
    return today - timedelta(days=today.weekday(), weeks=weeks - 1)


def _today() -> date:
    return now().astimezone(_zone()).date()


def _zone() -> ZoneInfo:
    return ZoneInfo(workspace().zone)
