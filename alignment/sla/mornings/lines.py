"""What a person's digest says about promises: clocks due and missed, and what waits for a yes."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alignment.accounts import queries as accounts
from alignment.accounts.models import User
from alignment.accounts.roles import Right, Side, may
from alignment.leads.models import Lead
from alignment.notifications.digests import Line, Section
from alignment.notifications.mornings import Day
from alignment.sla import excuses
from alignment.sla.inspection import promise_names
from alignment.sla.models import Agreement, Excuse, Timer
from alignment.sla.mornings import queries
from alignment.sla.phrases import days
from alignment.sla.stopwatch import INSTANT


def lines(session: Session, person: User, day: Day, now: datetime) -> Iterator[Line]:
    """Everything about promises, for one person and day."""
    return chain(
        _clocks(session, person, day, now=now),
        _drafts(session, person),
        _questions(session, person),
        _excused(session, person, day),
        _escalated(session, person, day),
    )


def _clocks(session: Session, person: User, day: Day, *, now: datetime) -> Iterator[Line]:
    sides = accounts.sides_of(session, person)
    own = queries.clocks_of(session, person, sides, until=day.end)
    of_teams = queries.clocks_of_teams_led(session, person, until=day.end)
    if not own and not of_teams:
        return
    names = promise_names(session, person.workspace_id)
    for timer, lead in {timer.id: (timer, lead) for timer, lead in [*own, *of_teams]}.values():
        is_past = timer.due_at <= now
        yield Line(
            section=Section.OVERDUE if is_past else Section.TODAY,
            title=_name(lead),
            words=names[timer.version_id, timer.target_key] + _whose(timer),
            link=f"/leads/{lead.id}",
            due_at=timer.due_at,
            threads=(f"lead-{lead.id}",),
        )


def _drafts(session: Session, person: User) -> Iterator[Line]:
    if not may(person.role, accounts.sides_of(session, person), Right.PROMISE):
        return
    drafts = queries.drafts_of(session, person)
    signed = queries.sides_signed(session, person, [version.id for version, _ in drafts])
    teams = accounts.team_ids_of(session, person.workspace_id, [person.id]).get(person.id, set())
    for version, agreement in drafts:
        side = _side_in(agreement, teams)
        if side and (version.id, side) not in signed:
            yield Line(
                section=Section.DECISION,
                title=agreement.name,
                words=f"Version {version.number} waits to be signed for {side}.",
                link=f"/agreements/{agreement.id}",
            )


def _questions(session: Session, person: User) -> Iterator[Line]:
    for excuse, asker, breach_id in queries.excuses_asked(session, person):
        if excuses.may_answer(session, excuse, person):
            yield Line(
                section=Section.DECISION,
                title=f"{asker.name} asks to excuse what was missed",
                words=excuse.reason,
                link=f"/breaches/{breach_id}" if breach_id else f"/excuses/{excuse.id}",
            )


def _excused(session: Session, person: User, day: Day) -> Iterator[Line]:
    """What is set aside since the last digest: periods, and one's own missed promises."""
    for excuse, agreement in queries.periods_excused_since(session, person, day.since):
        yield Line(
            section=Section.INFORMATION,
            title=f"{agreement.name}: what {excuse.owed_by} missed is excused",
            words=f"{_dates(excuse, person.zone)}: {excuse.reason}",
            link=f"/excuses/{excuse.id}",
        )
    one_by_one = queries.excused_since(session, person, day.since)
    at_once = queries.excused_at_once_since(session, person, day.since)
    for breach, lead in [*one_by_one, *at_once]:
        yield Line(
            section=Section.INFORMATION,
            title=_name(lead),
            words="What was missed is excused.",
            link=f"/breaches/{breach.id}",
            threads=(f"lead-{lead.id}",),
        )


def _escalated(session: Session, person: User, day: Day) -> Iterator[Line]:
    for timer, lead, moved_to in queries.escalated_since(session, person, day.since):
        yield Line(
            section=Section.INFORMATION,
            title=_name(lead),
            words=f"Was escalated. {moved_to.name} has it now." if moved_to else "Was escalated.",
            link=f"/leads/{lead.id}",
            due_at=timer.due_at,
            threads=(f"lead-{lead.id}",),
        )


def _dates(excuse: Excuse, zone: str) -> str:
    """The dates of a period as the reader counts them; its end is no part of it."""
    if excuse.from_at is None or excuse.until_at is None:
        return ""
    ends = (excuse.from_at, excuse.until_at - INSTANT)
    return days(*(at.astimezone(ZoneInfo(zone)).date() for at in ends))


def _name(lead: Lead) -> str:
    return " · ".join(part for part in (lead.name, lead.company) if part)


def _whose(timer: Timer) -> str:
    return "" if timer.owner_id else ", nobody owns the lead yet"


def _side_in(agreement: Agreement, team_ids: set[int]) -> Side | None:
    return next((side for side, each in agreement.team_ids.items() if each in team_ids), None)
