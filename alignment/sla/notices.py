"""Tell people about clocks: the owner of a warning, both teams of a breach, in the same words."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from itertools import chain, groupby
from typing import Any

from sqlmodel import Session

from alignment.accounts import queries as accounts
from alignment.accounts.models import Team, User
from alignment.accounts.roles import Side
from alignment.notifications.models import Delivery
from alignment.notifications.outbox import Letter, enqueue_many
from alignment.notifications.queries import who_was_told
from alignment.notifications.wording import quoted
from alignment.sla import queries
from alignment.sla.events import (
    BreachResolved,
    BreachWithdrawn,
    TimerBreached,
    TimerChanged,
    TimerWarned,
)
from alignment.sla.models import Timer
from alignment.sla.stopwatch import State
from alignment.sla.taken_back import why
from alignment.sla.targets import Target
from alignment.sla.wording import targets_of

WARNED, BREACHED, ESCALATED, RESOLVED, WITHDRAWN = (
    "timer_warned",
    "timer_breached",
    "timer_escalated",
    "breach_resolved",
    "breach_withdrawn",
)


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What a message about one clock speaks of, and who speaks for either team."""

    timer: Timer
    lead: str
    company: str
    owner: User | None
    target: Target
    owed_by: Team
    speakers: Mapping[Side, Sequence[User]]

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
    """Three quarters are used: the person who can act hears of it, nobody else."""
    _tell(session, WARNED, events, _owner_or_leads)


def tell_both_teams(session: Session, events: Sequence[TimerBreached]) -> None:
    """A promise was missed: its owner and the leads of both teams get the same message.

    One that a granted period excuses stands on the board and in the digest alone.
    """
    _tell(session, BREACHED, [event for event in events if not event.is_excused], _both_teams)


def tell_it_is_done(session: Session, events: Sequence[BreachResolved]) -> None:
    """What was missed is done now: whoever was told of it, and nobody else, hears that too."""
    _tell(session, RESOLVED, events, _told_of_it(session, events))


def take_back(session: Session, events: Sequence[BreachWithdrawn]) -> None:
    """It no longer counts as missed: whoever was told of the miss hears that, and why."""
    _tell(session, WITHDRAWN, events, _told_of_it(session, events), words=_why(session, events))


def still_running(session: Session, delivery: Delivery, *, now: datetime) -> str | None:  # noqa: ARG001
    """Why a warning no longer matters, if it does not."""
    timer = session.get_one(Timer, delivery.subject_id)
    if timer.state is not State.RUNNING:
        return f"The clock is {timer.state.replace('_', ' ')} by now."
    # A team's channel has no recipient: it hears whoever has the lead.
    is_anothers = timer.owner_id not in (None, delivery.recipient_id)
    if delivery.recipient_id is not None and is_anothers:
        return "Somebody else owns the lead by now."
    return None


def _tell(
    session: Session,
    kind: str,
    events: Sequence[TimerChanged],
    hearers: Callable[[Matter], Iterable[User]],
    *,
    words: Callable[[Matter], Mapping[str, Any]] = lambda matter: matter.words,
) -> None:
    for (workspace_id, now), some in groupby(events, key=lambda x: (x.workspace_id, x.at)):
        found = matters(session, workspace_id, [event.timer_id for event in some])
        letters = (letter for x in found for letter in _letters(kind, x, hearers(x), words(x)))
        enqueue_many(session, letters, now=now)


def matters(session: Session, workspace_id: int, timer_ids: Collection[int]) -> Iterator[Matter]:
    """Looked up for all of them at once; each version and each team only if it is spoken of."""
    versions = {x.id: x for x in queries.versions_ever_in_force(session, workspace_id)}
    agreements = queries.agreements_by_id(session, workspace_id)
    teams = {team.id: team for team in accounts.teams_of(session, workspace_id)}
    targets = cache(lambda version_id: targets_of(versions[version_id]))
    holding = cache(lambda version_id, key, segment: _holding(targets(version_id), key, segment))
    speakers = cache(lambda team_id: _speakers(session, teams[team_id]))
    clocks = queries.timers_with_words(session, workspace_id, timer_ids)
    for timer, lead, company, owner in clocks:
        sides = agreements[versions[timer.version_id].agreement_id].team_ids
        yield Matter(
            timer=timer,
            lead=lead,
            company=company,
            owner=owner,
            target=holding(timer.version_id, timer.target_key, timer.segment),
            owed_by=teams[sides[timer.owed_by]],
            speakers={side: speakers(team_id) for side, team_id in sides.items()},
        )


def _holding(targets: Iterable[Target], key: str, segment: str) -> Target:
    """The target of the clock's segment; the first of its promise where none is named."""
    alike = [target for target in targets if target.key == key]
    return next((target for target in alike if target.segment.name == segment), alike[0])


def _speakers(session: Session, team: Team) -> list[User]:
    """Who speaks for a team: its leads, or everybody while it has none."""
    return accounts.leads_of(session, team) or accounts.members_of(session, team)


def _owner_or_leads(matter: Matter) -> Sequence[User]:
    return _owner(matter) or matter.speakers[matter.timer.owed_by]


def _both_teams(matter: Matter) -> Iterable[User]:
    people = chain(_owner(matter), *matter.speakers.values())
    return {user.id: user for user in people}.values()


def _told_of_it(
    session: Session, events: Sequence[TimerChanged]
) -> Callable[[Matter], Iterable[User]]:
    """Those still here who were told of a clock's miss, or of a step of its ladder after that."""
    missed_at: dict[int, datetime] = {}
    people: defaultdict[int, dict[int, User]] = defaultdict(dict)
    for workspace_id, some in groupby(events, key=lambda event: event.workspace_id):
        ids = [event.timer_id for event in some]
        for told in who_was_told(session, workspace_id, (BREACHED, ESCALATED), ids):
            if told.kind == BREACHED:
                missed_at.setdefault(told.subject_id, told.at)
            if told.subject_id in missed_at and told.person.is_active:
                people[told.subject_id][told.person.id] = told.person
    return lambda matter: people[matter.timer.id].values()


def _why(
    session: Session, events: Sequence[BreachWithdrawn]
) -> Callable[[Matter], Mapping[str, Any]]:
    """What each letter says: that it was kept, or what else became of it."""
    names: dict[int, str] = {}
    for workspace_id, some in groupby(events, key=lambda event: event.workspace_id):
        names |= queries.survivors(session, workspace_id, {event.lead_id for event in some})

    def words(matter: Matter) -> Mapping[str, Any]:
        timer = matter.timer
        happened = why(timer.state, merged_into=quoted(names.get(timer.lead_id, "")))
        return matter.words | {"is_kept": timer.state is State.MET, "what_happened": happened}

    return words


def _owner(matter: Matter) -> list[User]:
    return [matter.owner] if matter.owner is not None and matter.owner.is_active else []


def _letters(
    kind: str, matter: Matter, people: Iterable[User], words: Mapping[str, Any]
) -> Iterator[Letter]:
    timer = matter.timer
    cause = f"{kind}:{timer.id}:{timer.due_at.isoformat()}"
    same = partial(
        Letter,
        workspace_id=timer.workspace_id,
        kind=kind,
        subject_id=timer.id,
        words=words,
        thread=f"lead-{timer.lead_id}",
        # Found after a standstill of the scheduler, a missed promise is as late as its due instant.
        due_at=timer.due_at if kind == BREACHED else None,
    )
    for user in people:
        yield same(key=f"{cause}:{user.id}", recipient_id=user.id, address=user.email)
