"""The promises section of a person's digest: due and missed timers, drafts and open excuses."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import chain
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.accounts.people import queries as accounts
from alignment.accounts.people.substitutes import Substitutes, absence_words
from alignment.accounts.roles import Right, Side, may
from alignment.leads.models import Lead
from alignment.notifications.digests.schedule import DigestDay
from alignment.notifications.digests.sections import DigestLine, DigestSection
from alignment.notifications.formatting import format_date
from alignment.sla.breaches.excuses import approval
from alignment.sla.clock.stopwatch import ONE_SECOND
from alignment.sla.models import Agreement, Excuse, Timer
from alignment.sla.notices.digest import queries
from alignment.sla.promises.dates_and_durations import date_range_in_words
from alignment.sla.timers.inspection import promise_names

OwedTimer = tuple[Timer, Lead, str]
"""A timer, its lead, and what is said after the promise: why it is told to this reader."""


def promise_lines(
    session: Session, person: User, day: DigestDay, now: datetime
) -> Iterator[DigestLine]:
    """Everything about promises, for one person and day."""
    return chain(
        _timer_lines(session, person, day, now=now),
        _draft_lines(session, person),
        _excuse_question_lines(session, person),
        _excused_lines(session, person, day),
        _escalated_lines(session, person, day),
        _missed_meanwhile_lines(session, person, day),
    )


def _timer_lines(
    session: Session, person: User, day: DigestDay, *, now: datetime
) -> Iterator[DigestLine]:
    owed = [
        *_timers_of(session, person, day, whose=""),
        *_timers_of_represented(session, person, day, now=now),
        *_timers_of_teams(session, person, day),
    ]
    names = promise_names(session, person.workspace_id) if owed else {}
    for timer, lead, whose in {
        timer.id: (timer, lead, whose) for timer, lead, whose in owed
    }.values():
        is_past = timer.due_at <= now
        yield DigestLine(
            section=DigestSection.OVERDUE if is_past else DigestSection.TODAY,
            title=_name(lead),
            words=names[timer.version_id, timer.target_key] + whose,
            link=f"/leads/{lead.id}",
            due_at=timer.due_at,
            threads=(f"lead-{lead.id}",),
        )


def _timers_of(
    session: Session, person: User, day: DigestDay, *, whose: str
) -> Iterator[OwedTimer]:
    sides = accounts.sides_of(session, person)
    for timer, lead in queries.timers_owed_by(session, person, sides, until=day.end):
        yield timer, lead, whose


def _timers_of_represented(
    session: Session, person: User, day: DigestDay, *, now: datetime
) -> Iterator[OwedTimer]:
    substitutes = Substitutes(session, person.workspace_id, now=now)
    for colleague in substitutes.represented_by(person):
        yield from _timers_of(session, colleague, day, whose=f", {absence_words(colleague)}")


def _timers_of_teams(session: Session, person: User, day: DigestDay) -> Iterator[OwedTimer]:
    for timer, lead in queries.unowned_timers_of_teams_led(session, person, until=day.end):
        yield timer, lead, "" if timer.owner_id else ", nobody owns the lead yet"


def _draft_lines(session: Session, person: User) -> Iterator[DigestLine]:
    if not may(person.role, accounts.sides_of(session, person), Right.PROMISE):
        return
    drafts = queries.drafts_to_sign(session, person)
    signed = queries.sides_signed(session, person, [version.id for version, _ in drafts])
    teams = accounts.team_ids_of(session, person.workspace_id, [person.id]).get(person.id, set())
    for version, agreement in drafts:
        side = _side_in(agreement, teams)
        if side and (version.id, side) not in signed:
            yield DigestLine(
                section=DigestSection.DECISION,
                title=agreement.name,
                words=f"Version {version.number} waits to be signed for {side}.",
                link=f"/agreements/{agreement.id}",
            )


def _excuse_question_lines(session: Session, person: User) -> Iterator[DigestLine]:
    for excuse, asker, breach_id in queries.excuses_asked(session, person):
        if approval.may_answer(session, excuse, person):
            yield DigestLine(
                section=DigestSection.DECISION,
                title=f"{asker.name} asks to excuse what was missed",
                words=excuse.reason,
                link=f"/breaches/{breach_id}" if breach_id else f"/excuses/{excuse.id}",
            )


def _excused_lines(session: Session, person: User, day: DigestDay) -> Iterator[DigestLine]:
    """What is set aside since the last digest: periods, and one's own missed promises."""
    for excuse, agreement in queries.periods_excused_since(session, person, day.since):
        yield DigestLine(
            section=DigestSection.INFORMATION,
            title=f"{agreement.name}: what {excuse.owed_by} missed is excused",
            words=f"{_dates(excuse, person.zone)}: {excuse.reason}",
            link=f"/excuses/{excuse.id}",
        )
    one_by_one = queries.breaches_excused_since(session, person, day.since)
    at_once = queries.breaches_excused_on_notice_since(session, person, day.since)
    for breach, lead in [*one_by_one, *at_once]:
        yield DigestLine(
            section=DigestSection.INFORMATION,
            title=_name(lead),
            words="What was missed is excused.",
            link=f"/breaches/{breach.id}",
            threads=(f"lead-{lead.id}",),
        )


def _escalated_lines(session: Session, person: User, day: DigestDay) -> Iterator[DigestLine]:
    for timer, lead, moved_to in queries.timers_escalated_since(session, person, day.since):
        yield DigestLine(
            section=DigestSection.INFORMATION,
            title=_name(lead),
            words=f"Was escalated. {moved_to.name} has it now." if moved_to else "Was escalated.",
            link=f"/leads/{lead.id}",
            due_at=timer.due_at,
            threads=(f"lead-{lead.id}",),
        )


def _missed_meanwhile_lines(session: Session, person: User, day: DigestDay) -> Iterator[DigestLine]:
    """On the return from days off what was missed in them; what is still owed is overdue anyway."""
    if not day.is_return:
        return
    for breach, lead in queries.breaches_ended_since(session, person, day.since):
        yield DigestLine(
            section=DigestSection.MEANWHILE,
            title=_name(lead),
            words=f"A promise was missed on {format_date(_local_date(breach.due_at, person))};"
            " it is done or given up by now.",
            link=f"/breaches/{breach.id}",
            threads=(f"lead-{lead.id}",),
        )


def _local_date(at: datetime, person: User) -> date:
    return at.astimezone(ZoneInfo(person.zone)).date()


def _dates(excuse: Excuse, zone: str) -> str:
    """The dates of a period as the reader counts them; its end is no part of it."""
    if excuse.from_at is None or excuse.until_at is None:
        return ""
    ends = (excuse.from_at, excuse.until_at - ONE_SECOND)
    return date_range_in_words(*(at.astimezone(ZoneInfo(zone)).date() for at in ends))


def _name(lead: Lead) -> str:
    return " · ".join(part for part in (lead.name, lead.company) if part)


def _side_in(agreement: Agreement, team_ids: set[int]) -> Side | None:
    return next((side for side, each in agreement.team_ids.items() if each in team_ids), None)
