"""Tell people about clocks: the owner of a warning, both teams of a breach, in the same words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from alignment.accounts import queries as accounts
from alignment.accounts.models import Team, User, id_of
from alignment.accounts.roles import Side
from alignment.leads.models import Lead
from alignment.notifications.models import Delivery
from alignment.notifications.outbox import Letter, enqueue_many
from alignment.sla.events import (
    BreachResolved,
    BreachWithdrawn,
    TimerBreached,
    TimerChanged,
    TimerWarned,
)
from alignment.sla.models import Agreement, AgreementVersion, Timer
from alignment.sla.stopwatch import State
from alignment.sla.wording import targets_of

WARNED, BREACHED, RESOLVED, WITHDRAWN = (
    "timer_warned",
    "timer_breached",
    "breach_resolved",
    "breach_withdrawn",
)


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What a message about one clock speaks of."""

    timer: Timer
    lead: Lead
    promise: str
    teams: dict[Side, Team]
    owner: User | None


def warn_owner(session: Session, events: Sequence[TimerWarned]) -> None:
    """Three quarters are used: the person who can act hears of it, nobody else."""
    for event in events:
        matter = _matter(session, event)
        _tell(session, WARNED, matter, _owner_or_leads(session, matter), now=event.at)


def tell_both_teams(session: Session, events: Sequence[TimerBreached]) -> None:
    """A promise was missed: its owner and the leads of both teams get the same message."""
    for event in events:
        matter = _matter(session, event)
        _tell(session, BREACHED, matter, _both_teams(session, matter), now=event.at)


def tell_it_is_done(session: Session, events: Sequence[BreachResolved]) -> None:
    """What was missed is done now: whoever was told of the breach hears that too."""
    for event in events:
        matter = _matter(session, event)
        _tell(session, RESOLVED, matter, _both_teams(session, matter), now=event.at)


def take_back(session: Session, events: Sequence[BreachWithdrawn]) -> None:
    """The promise was kept after all: whoever was told of the breach hears that too."""
    for event in events:
        matter = _matter(session, event)
        _tell(session, WITHDRAWN, matter, _both_teams(session, matter), now=event.at)


def still_running(session: Session, delivery: Delivery, *, now: datetime) -> str | None:  # noqa: ARG001
    """Why a warning no longer matters, if it does not."""
    timer = session.get_one(Timer, delivery.subject_id)
    if timer.state is not State.RUNNING:
        return f"The clock is {timer.state.replace('_', ' ')} by now."
    if timer.owner_id not in (None, delivery.recipient_id):
        return "Somebody else owns the lead by now."
    return None


def _matter(session: Session, event: TimerChanged) -> Matter:
    timer = session.get_one(Timer, event.timer_id)
    version = session.get_one(AgreementVersion, timer.version_id)
    agreement = session.get_one(Agreement, version.agreement_id)
    names = {target.key: target.name for target in targets_of(version)}
    return Matter(
        timer=timer,
        lead=session.get_one(Lead, timer.lead_id),
        promise=names[timer.target_key],
        teams={
            Side.MARKETING: session.get_one(Team, agreement.marketing_team_id),
            Side.SALES: session.get_one(Team, agreement.sales_team_id),
        },
        owner=session.get_one(User, timer.owner_id) if timer.owner_id else None,
    )


def _owner_or_leads(session: Session, matter: Matter) -> list[User]:
    if matter.owner is not None and matter.owner.is_active:
        return [matter.owner]
    return _speakers(session, matter.teams[matter.timer.owed_by])


def _both_teams(session: Session, matter: Matter) -> list[User]:
    owner = [matter.owner] if matter.owner is not None and matter.owner.is_active else []
    leads = [user for team in matter.teams.values() for user in _speakers(session, team)]
    return list({user.id: user for user in (*owner, *leads)}.values())


def _speakers(session: Session, team: Team) -> list[User]:
    """Who speaks for a team: its leads, or everybody while it has none."""
    return accounts.leads_of(session, team) or accounts.members_of(session, team)


def _tell(
    session: Session, kind: str, matter: Matter, people: Iterable[User], *, now: datetime
) -> None:
    timer, lead = matter.timer, matter.lead
    cause = f"{kind}:{timer.id}:{timer.due_at.isoformat()}"
    words = {
        "lead": lead.name,
        "company": lead.company,
        "promise": matter.promise,
        "owed_by": matter.teams[timer.owed_by].name,
        "owner": matter.owner.name if matter.owner else "",
        "started_at": timer.started_at,
        "due_at": timer.due_at,
        "stopped_at": timer.stopped_at,
        "link": f"/leads/{lead.id}",
    }
    letters = [
        Letter(
            workspace_id=timer.workspace_id,
            key=f"{cause}:{user.id}",
            kind=kind,
            recipient_id=user.id,
            address=user.email,
            subject_id=id_of(timer),
            words=words,
            thread=f"lead-{lead.id}",
        )
        for user in people
    ]
    enqueue_many(session, letters, now=now)
