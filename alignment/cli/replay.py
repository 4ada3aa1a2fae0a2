"""alignment replay: what a draft would have come to over the last weeks, before anybody signs."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlmodel import Session

from alignment import db, edge
from alignment.accounts.models import Workspace
from alignment.cli.schema import needs_schema
from alignment.errors import Refused
from alignment.sla.models import Agreement
from alignment.sla.promises.dates_and_durations import date_and_time
from alignment.sla.promises.target_documents import target_from_document
from alignment.sla.promises.targets import Target
from alignment.sla.replay.columns.comparison import TallyComparison
from alignment.sla.replay.columns.tallies import Tally
from alignment.sla.replay.drafts import DraftReport, ReplayedPromise, replay_draft
from alignment.sla.replay.report_document import monday_of, report_document
from alignment.sla.replay.sufficient_time import sufficient_time_sentence
from alignment.sla.versions import queries
from alignment.sla.versions.stored_promises import targets_of_version


@click.command("replay")
@click.option("--agreement", "agreement_id", type=int, required=True, help="Its number.")
@click.option(
    "--draft",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A JSON file with a list of promises; without one, the newest wording.",
)
@click.option(
    "--weeks",
    type=click.IntRange(1, 520),
    default=13,
    show_default=True,
    help="The present week and those before it.",
)
@click.option(
    "--kept",
    type=click.IntRange(1, 100),
    default=95,
    show_default=True,
    help="The percentage that each promise should be kept.",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@needs_schema
def replay(*, agreement_id: int, file: Path | None, weeks: int, kept: int, as_json: bool) -> None:
    """Tell what a draft would have come to in the last weeks."""
    now = edge.clock()()
    try:
        with db.read_only_session(edge.engine()) as session:
            agreement = _agreement(session, agreement_id)
            result = replay_draft(
                session,
                agreement,
                _draft(file) if file else _newest_wording(session, agreement),
                since=_first_monday(session, agreement, now=now, weeks=weeks),
                now=now,
                wanted=Fraction(kept, 100),
            )
    except Refused as reason:
        raise click.ClickException(str(reason)) from reason
    if as_json:
        click.echo(json.dumps(report_document(agreement, result), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(as_words(agreement, result)))


def as_words(agreement: Agreement, result: DraftReport) -> Iterator[str]:
    """For each team and each promise, the draft beside what was promised then."""
    since, until = (date_and_time(at, ZoneInfo(result.zone)) for at in (result.since, result.until))
    yield f"{agreement.name}, from {since} to {until} ({result.zone})"
    for side, beside in result.sides.items():
        yield f"{side.capitalize()}: {_beside(beside)}"
    for promise in result.promises:
        yield f"\n{promise.key}, owed by {promise.owed_by}: {_beside(promise.compared.total)}"
        yield from _times(promise, result)
        yield from _groups(promise, result)


def _times(promise: ReplayedPromise, result: DraftReport) -> Iterator[str]:
    for target in promise.targets:
        yield f"  {sufficient_time_sentence(target, result.wanted)}"


def _groups(promise: ReplayedPromise, result: DraftReport) -> Iterator[str]:
    for line in promise.compared.by_week:
        yield f"  week of {monday_of(line)}: {_beside(line)}"
    for line in promise.compared.by_source:
        yield f"  {result.sources.get(line.group, 'no source')}: {_beside(line)}"
    for line in promise.compared.by_owner:
        yield f"  {result.people.get(line.group, 'nobody')}: {_beside(line)}"


def _agreement(session: Session, agreement_id: int) -> Agreement:
    agreement = session.get(Agreement, agreement_id)
    if agreement is None:
        raise Refused(f"There is no agreement {agreement_id}.")
    return agreement


def _newest_wording(session: Session, agreement: Agreement) -> list[Target]:
    version = queries.latest_version(session, agreement)
    return list(targets_of_version(version)) if version else []


def _draft(file: Path) -> list[Target]:
    try:
        documents = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Refused(f"{file.name} is not JSON: {error}.") from error
    if not isinstance(documents, list) or not documents:
        raise Refused(f"{file.name} must be a list of promises.")
    return [target_from_document(each) for each in documents]


def _first_monday(session: Session, agreement: Agreement, *, now: datetime, weeks: int) -> datetime:
    """The first midnight of so many weeks, where the workspace is."""
    zone = ZoneInfo(session.get_one(Workspace, agreement.workspace_id).zone)
    today = now.astimezone(zone).date()
    first = today - timedelta(days=today.weekday(), weeks=weeks - 1)
    return datetime.combine(first, time(), zone).astimezone(UTC)


def _beside(beside: TallyComparison) -> str:
    return f"{_tally(beside.draft)} by the draft, {_tally(beside.actual)} then"


def _tally(tally: Tally) -> str:
    if not tally.settled:
        return "nothing settled"
    return f"{tally.met:,} of {tally.settled:,} kept ({tally.kept_rate:.0%})"
