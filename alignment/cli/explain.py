"""alignment explain: why each clock of a lead is due when it is, in sentences."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import click
from sqlmodel import Session

from alignment import db, edge
from alignment.accounts.models import Workspace
from alignment.accounts.people import queries as accounts
from alignment.cli.schema import needs_schema
from alignment.cli.workspace_lookup import workspace_called
from alignment.errors import Refused
from alignment.leads import queries
from alignment.leads.models import Lead
from alignment.sla.breaches import queries as sla
from alignment.sla.breaches.queries import BreachOnBoard
from alignment.sla.clock.withdrawal import withdrawal_reason
from alignment.sla.notices.queries import surviving_lead_names
from alignment.sla.notices.timeline import NotificationTimeline, timelines_of
from alignment.sla.promises.dates_and_durations import date_and_time
from alignment.sla.timers.inspection import InspectedTimer, inspect_lead, promise_names


@click.command("explain")
@click.argument("lead")
@click.option("--workspace", "wish", help="Its name or number; needed where there are several.")
@needs_schema
def explain(lead: str, wish: str | None) -> None:
    """Say why each clock of this LEAD is due when it is.

    LEAD is its number in the address of its page, or its id in the file it came from.
    """
    now = edge.clock()()
    try:
        with db.read_only_session(edge.engine()) as session:
            workspace = workspace_called(session, wish)
            subject = _lead(session, workspace, lead)
            click.echo("\n".join(as_words(_story(session, workspace, subject, now=now))))
    except Refused as reason:
        raise click.ClickException(str(reason)) from reason


@dataclass(frozen=True, kw_only=True)
class Story:
    """All that was promised for a lead, what was told of it, and what became of what was missed."""

    lead: Lead
    zone: str
    people: Mapping[int, str]
    clocks: Sequence[InspectedTimer]
    ladders: Mapping[int, NotificationTimeline]
    missed: Mapping[int, Sequence[BreachOnBoard]]
    """By the number of the clock."""
    promises: Mapping[tuple[int, str], str]
    merged_into: str
    """The name of the lead that it turned out to be; empty for one of its own."""


def as_words(story: Story) -> Iterator[str]:
    """The lead, then each clock with its reasons, who heard and what was missed."""
    lead = story.lead
    yield f"{lead.name}, {lead.company} (times in {story.zone})"
    if not story.clocks and not story.missed:
        yield "No promise was in force when it was handed off."
    for clock in story.clocks:
        yield f"\n{clock.target.name}: {clock.state_label.replace('_', ' ')}"
        for sentence in (*clock.explanation(story.zone, people=story.people), *_told(clock, story)):
            yield f"  {sentence}"
        yield from _missed(clock.timer.id, story)
    # A clock whose cause was taken back reads nothing any more, but was told as missed; those of a
    # trial never were.
    for number in sorted(story.missed.keys() - {clock.timer.id for clock in story.clocks}):
        timer = story.missed[number][0].timer
        became = "merged" if story.merged_into else "taken back"
        yield f"\n{story.promises[timer.version_id, timer.target_key]}: {became}"
        yield from _missed(number, story)


def _told(clock: InspectedTimer, story: Story) -> Iterator[str]:
    """Who heard, where the lead went, and who hears next."""
    ladder = story.ladders[clock.timer.id]
    for line in ladder.past:
        yield f"{_at(line.at, story)}: {line.text}."
    if ladder.next is not None:
        yield f"Next, {_at(ladder.next.at, story)}: {ladder.next.text}."


def _missed(timer_id: int, story: Story) -> Iterator[str]:
    for missed in story.missed.get(timer_id, ()):
        breach = missed.breach
        yield f"  Missed: it was due {_at(breach.due_at, story)}."
        if breach.withdrawn_at is not None:
            why = withdrawal_reason(missed.timer.state, merged_into=story.merged_into)
            yield f"  Withdrawn {_at(breach.withdrawn_at, story)}: {why}"
        elif breach.is_excused:
            yield f"  Excused{f': {missed.excuse.reason}' if missed.excuse else ''}."


def _at(at: datetime, story: Story) -> str:
    return date_and_time(at, ZoneInfo(story.zone))


def _story(session: Session, workspace: Workspace, lead: Lead, *, now: datetime) -> Story:
    clocks = inspect_lead(session, lead, now=now)
    people = accounts.names_of(session, workspace.id)
    missed = defaultdict[int, list[BreachOnBoard]](list)
    for breach in sla.breaches_of_lead(session, lead):
        missed[breach.timer.id].append(breach)
    return Story(
        lead=lead,
        zone=workspace.zone,
        people=people,
        clocks=clocks,
        ladders=timelines_of(session, workspace.id, clocks, people=people),
        missed=missed,
        promises=promise_names(session, workspace.id),
        merged_into=surviving_lead_names(session, workspace.id, [lead.id]).get(lead.id, ""),
    )


def _lead(session: Session, workspace: Workspace, wish: str) -> Lead:
    lead = queries.lead_by_id_or_number(session, workspace.id, wish)
    if lead is None:
        raise Refused(f"There is no lead {wish} in {workspace.name}.")
    return lead
