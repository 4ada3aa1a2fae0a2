"""Notify people of a timer's warning, breach, resolution and withdrawal.

A warning goes to the owner, a breach to the owner and the leads of both teams. Where the owner is
away or has left, his or her substitutes are told as well, or instead."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from itertools import chain, groupby
from typing import Any

from sqlmodel import Session

from alignment.accounts.models import Team, User
from alignment.accounts.people import queries as accounts
from alignment.accounts.people.substitutes import Substitutes
from alignment.accounts.roles import Side
from alignment.notifications.formatting import quote_briefly, to_json_values
from alignment.notifications.models import Delivery
from alignment.notifications.outbox.enqueue import enqueue_many
from alignment.notifications.outbox.notice import Notice
from alignment.notifications.outbox.queries import never_reached, notified_people
from alignment.sla.breaches import queries as breaches_queries
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.clock.withdrawal import withdrawal_reason
from alignment.sla.events import (
    BreachResolved,
    BreachWithdrawn,
    TimerBreached,
    TimerChanged,
    TimerWarned,
)
from alignment.sla.models import Timer
from alignment.sla.notices import queries
from alignment.sla.promises.targets import Target
from alignment.sla.versions import queries as versions_queries
from alignment.sla.versions.stored_promises import targets_of_version

WARNED, BREACHED, ESCALATED, RESOLVED, WITHDRAWN = (
    "timer_warned",
    "timer_breached",
    "timer_escalated",
    "breach_resolved",
    "breach_withdrawn",
)


@dataclass(frozen=True, kw_only=True)
class TimerSubject:
    """What a message about one clock speaks of, and who speaks for either team."""

    timer: Timer
    lead: str
    company: str
    owner: User | None
    target: Target
    owed_by: Team
    contacts: Mapping[Side, Sequence[User]]

    @property
    def promise(self) -> str:
        return self.target.name

    @property
    def words(self) -> dict[str, Any]:
        return {
            "lead": self.lead,
            "company": self.company,
            "promise": self.promise,
            "owed_by": self.owed_by.name,
            "owner": self.owner.name if self.owner else "",
            "started_at": self.timer.started_at,
            "due_at": self.timer.due_at,
            "stopped_at": self.timer.stopped_at,
            "link": f"/leads/{self.timer.lead_id}",
        }


def warn_owner(session: Session, events: Sequence[TimerWarned]) -> None:
    """Three quarters are used: who can act hears of it, nobody else."""
    _notify(session, WARNED, events, _acting_people_or_leads)


def notify_both_teams(session: Session, events: Sequence[TimerBreached]) -> None:
    """A promise was missed: its owner and the leads of both teams get the same message.

    One that a granted period excuses stands on the board and in the digest alone.
    """
    _notify(session, BREACHED, [event for event in events if not event.is_excused], _both_teams)


def notify_resolved(session: Session, events: Sequence[BreachResolved]) -> None:
    """What was missed is done now: whoever was told of it, and nobody else, hears that too."""
    people = _people_notified_before(session, events)
    _notify(session, RESOLVED, events, lambda matter, _: people[matter.timer.id])


def notify_withdrawn(session: Session, events: Sequence[BreachWithdrawn]) -> None:
    """It no longer counts as missed: whoever was told of the miss hears that, and why."""
    people = _people_notified_before(session, events)
    _notify(
        session,
        WITHDRAWN,
        events,
        lambda matter, _: people[matter.timer.id],
        words=_withdrawal_words(session, events),
    )


def why_warning_no_longer_matters(
    session: Session, delivery: Delivery, *, now: datetime
) -> str | None:
    """Why a warning no longer matters, if it does not; its due time is said as it is now."""
    timer = session.get_one(Timer, delivery.subject_id)
    if timer.state is not TimerState.RUNNING:
        return f"The clock is {timer.state.replace('_', ' ')} by now."
    if not timer.warn_at <= now < timer.due_at:
        return "It is past due by now." if timer.warn_at <= now else "It is due later by now."
    delivery.words = {**delivery.words, **to_json_values({"due_at": timer.due_at})}
    # A team's channel has no recipient: it hears whoever has the lead.
    if delivery.recipient_id is None or timer.owner_id is None:
        return None
    owner = session.get_one(User, timer.owner_id)
    acting = Substitutes(session, timer.workspace_id, now=now).acting_for(owner)
    if delivery.recipient_id not in {person.id for person in acting}:
        return "Somebody else owns the lead by now."
    return None


def why_breach_no_longer_matters(
    session: Session,
    delivery: Delivery,
    *,
    now: datetime,  # noqa: ARG001
) -> str | None:
    """Why a miss need not be told any more; a late one says when it was done after all."""
    timer = session.get_one(Timer, delivery.subject_id)
    breaches = breaches_queries.breaches_of_timers(session, delivery.workspace_id, [timer.id])
    known = breaches.get(timer.id, [])
    if known and all(breach.withdrawn_at for breach in known):
        return "It no longer counts as missed."
    delivery.words = {**delivery.words, **to_json_values({"stopped_at": timer.stopped_at})}
    return None


def why_withdrawal_no_longer_matters(
    session: Session,
    delivery: Delivery,
    *,
    now: datetime,  # noqa: ARG001
) -> str | None:
    """Where a miss was not told after all, nobody need hear that it does not count."""
    is_news = not never_reached(session, delivery, (BREACHED, ESCALATED))
    return None if is_news else "The miss was not told, since it no longer counted."


def _notify(
    session: Session,
    kind: str,
    events: Sequence[TimerChanged],
    hearers: Callable[[TimerSubject, Substitutes], Iterable[User]],
    *,
    words: Callable[[TimerSubject], Mapping[str, Any]] = lambda matter: matter.words,
) -> None:
    for (workspace_id, now), some in groupby(events, key=lambda x: (x.workspace_id, x.at)):
        subjects = timer_subjects(session, workspace_id, [event.timer_id for event in some])
        substitutes = Substitutes(session, workspace_id, now=now)
        letters = (
            letter
            for x in subjects
            for letter in _notices(kind, x, hearers(x, substitutes), words(x))
        )
        enqueue_many(session, letters, now=now)


def timer_subjects(
    session: Session, workspace_id: int, timer_ids: Collection[int]
) -> Iterator[TimerSubject]:
    """Looked up for all of them at once; each version and each team only if it is spoken of."""
    versions = {x.id: x for x in versions_queries.versions_ever_in_force(session, workspace_id)}
    agreements = versions_queries.agreements_by_id(session, workspace_id)
    teams = {team.id: team for team in accounts.teams_of(session, workspace_id)}
    targets = cache(lambda version_id: targets_of_version(versions[version_id]))
    holding = cache(
        lambda version_id, key, segment: _target_for_segment(targets(version_id), key, segment)
    )
    speakers = cache(lambda team_id: team_contacts(session, teams[team_id]))
    timers = queries.timers_with_names(session, workspace_id, timer_ids)
    for timer, lead, company, owner in timers:
        sides = agreements[versions[timer.version_id].agreement_id].team_ids
        yield TimerSubject(
            timer=timer,
            lead=lead,
            company=company,
            owner=owner,
            target=holding(timer.version_id, timer.target_key, timer.segment),
            owed_by=teams[sides[timer.owed_by]],
            contacts={side: speakers(team_id) for side, team_id in sides.items()},
        )


def _target_for_segment(targets: Iterable[Target], key: str, segment: str) -> Target:
    """The target of the timer's segment; the first target of the promise where no segment is
    stored.
    """
    same_key_targets = [target for target in targets if target.key == key]
    return next(
        (target for target in same_key_targets if target.segment.name == segment),
        same_key_targets[0],
    )


def team_contacts(session: Session, team: Team) -> list[User]:
    """Who speaks for a team: its leads, or everybody while it has none."""
    return accounts.team_leads_of(session, team) or accounts.members_of(session, team)


def _acting_people_or_leads(matter: TimerSubject, substitutes: Substitutes) -> Sequence[User]:
    return _acting_people(matter, substitutes) or matter.contacts[matter.timer.owed_by]


def _both_teams(matter: TimerSubject, substitutes: Substitutes) -> Iterable[User]:
    people = chain(_acting_people(matter, substitutes), *matter.contacts.values())
    return {user.id: user for user in people}.values()


def _people_notified_before(
    session: Session, events: Sequence[TimerChanged]
) -> Mapping[int, Iterable[User]]:
    """By clock, those still here who were told of its miss, or of a step of its ladder after it."""
    missed_at: dict[int, datetime] = {}
    people: defaultdict[int, dict[int, User]] = defaultdict(dict)
    for workspace_id, some in groupby(events, key=lambda event: event.workspace_id):
        ids = [event.timer_id for event in some]
        for notices in notified_people(session, workspace_id, (BREACHED, ESCALATED), ids):
            if notices.kind == BREACHED:
                missed_at.setdefault(notices.subject_id, notices.at)
            if notices.subject_id in missed_at and notices.person.is_active:
                people[notices.subject_id][notices.person.id] = notices.person
    return {event.timer_id: people[event.timer_id].values() for event in events}


def _withdrawal_words(
    session: Session, events: Sequence[BreachWithdrawn]
) -> Callable[[TimerSubject], Mapping[str, Any]]:
    """What each letter says: that it was kept, or what else became of it."""
    names: dict[int, str] = {}
    for workspace_id, some in groupby(events, key=lambda event: event.workspace_id):
        names |= queries.surviving_lead_names(
            session, workspace_id, {event.lead_id for event in some}
        )

    def words(matter: TimerSubject) -> Mapping[str, Any]:
        timer = matter.timer
        happened = withdrawal_reason(
            timer.state, merged_into=quote_briefly(names.get(timer.lead_id, ""))
        )
        return matter.words | {"is_kept": timer.state is TimerState.MET, "what_happened": happened}

    return words


def _acting_people(matter: TimerSubject, substitutes: Substitutes) -> list[User]:
    return substitutes.acting_for(matter.owner) if matter.owner is not None else []


def _notices(
    kind: str, matter: TimerSubject, people: Iterable[User], words: Mapping[str, Any]
) -> Iterator[Notice]:
    timer = matter.timer
    cause = f"{kind}:{timer.id}:{timer.due_at.isoformat()}"
    same = partial(
        Notice,
        workspace_id=timer.workspace_id,
        kind=kind,
        subject_id=timer.id,
        words=words,
        thread=f"lead-{timer.lead_id}",
        # Found after a standstill of the scheduler, a missed promise is as late as its due instant.
        due_at=timer.due_at if kind == BREACHED else None,
        deliver_by_at=timer.due_at if kind == WARNED else None,
    )
    for user in people:
        yield same(key=f"{cause}:{user.id}", recipient_id=user.id, address=user.email)
