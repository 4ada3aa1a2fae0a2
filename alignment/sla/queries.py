"""Every SELECT about agreements, clocks and breaches. Workspace or person is the scope."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, String, and_, case, cast, func, or_
from sqlalchemy import select as sa_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from alignment import db
from alignment.accounts import queries as accounts
from alignment.accounts.models import Membership, OpeningHours, User
from alignment.accounts.roles import Side
from alignment.errors import NotFound
from alignment.leads.fates import OF_A_HANDOFF, Fate
from alignment.leads.happenings import DATED_BACK, HANDOFFS, TOUCHES
from alignment.leads.models import Handoff, Lead, LeadEvent, Stage
from alignment.sla.models import (
    Agreement,
    AgreementVersion,
    Breach,
    Escalation,
    Excuse,
    ExcuseState,
    Signature,
    Timer,
    VersionState,
)
from alignment.sla.stopwatch import State

OPEN = (State.RUNNING, State.PAUSED, State.BREACHED)


@dataclass(frozen=True, kw_only=True)
class LeadAndTimer:
    """One clock and the lead it runs for."""

    lead: Lead
    timer: Timer


@dataclass(frozen=True, kw_only=True)
class BreachOnBoard:
    """A missed promise as the board shows it."""

    breach: Breach
    timer: Timer
    lead: Lead
    owner: User | None
    agreement_id: int
    excuse: Excuse | None
    """What was asked for it last."""


def agreement_for(session: Session, user: User, agreement_id: int) -> Agreement:
    found = session.exec(
        select(Agreement).where(
            Agreement.workspace_id == user.workspace_id, Agreement.id == agreement_id
        )
    ).first()
    if found is None:
        raise NotFound("There is no such agreement here.")
    return found


def agreements(session: Session, user: User) -> Sequence[Agreement]:
    return session.exec(
        select(Agreement)
        .where(Agreement.workspace_id == user.workspace_id)
        .order_by(col(Agreement.id))
    ).all()


def versions_of(session: Session, agreement: Agreement) -> Sequence[AgreementVersion]:
    """The newest first."""
    return session.exec(
        select(AgreementVersion)
        .where(
            AgreementVersion.workspace_id == agreement.workspace_id,
            AgreementVersion.agreement_id == agreement.id,
        )
        .order_by(col(AgreementVersion.number).desc())
    ).all()


def latest_version(session: Session, agreement: Agreement) -> AgreementVersion | None:
    return next(iter(versions_of(session, agreement)), None)


def version_in_force(
    session: Session, agreement: Agreement, *, at: datetime
) -> AgreementVersion | None:
    """What holds for a lead handed off at this instant."""
    return next((x for x in versions_of(session, agreement) if x.holds_at(at)), None)


def versions_signed(session: Session, agreement: Agreement) -> Sequence[AgreementVersion]:
    """Those that hold and those that will; the first to hold first."""
    return session.exec(
        select(AgreementVersion)
        .where(
            AgreementVersion.workspace_id == agreement.workspace_id,
            AgreementVersion.agreement_id == agreement.id,
            AgreementVersion.state == VersionState.SIGNED,
        )
        .order_by(col(AgreementVersion.effective_at))
    ).all()


def versions_over(session: Session, *, now: datetime) -> Sequence[AgreementVersion]:
    """Signed ones of every workspace whose successors have taken effect since anybody looked."""
    return session.exec(
        select(AgreementVersion)
        .where(AgreementVersion.state == VersionState.SIGNED, col(AgreementVersion.ended_at) <= now)
        .order_by(col(AgreementVersion.id))
        .with_for_update(skip_locked=True, key_share=True)
    ).all()


def versions_out_of_trial(session: Session, *, now: datetime) -> Sequence[AgreementVersion]:
    """Those of every workspace that ran in silence until they took effect."""
    return session.exec(
        select(AgreementVersion).where(
            col(AgreementVersion.shadow_at).is_not(None), col(AgreementVersion.effective_at) <= now
        )
    ).all()


def successor(session: Session, version: AgreementVersion) -> AgreementVersion | None:
    """Which version took over when this one ended, if any did; not one that never held."""
    return session.exec(
        select(AgreementVersion).where(
            AgreementVersion.workspace_id == version.workspace_id,
            AgreementVersion.agreement_id == version.agreement_id,
            AgreementVersion.effective_at == version.ended_at,
            col(AgreementVersion.ended_at).is_(None)
            | (col(AgreementVersion.ended_at) > col(AgreementVersion.effective_at)),
        )
    ).first()


def rivals(session: Session, agreement: Agreement, *, now: datetime) -> Sequence[Agreement]:
    """Other agreements between the same two teams that hold or will, the oldest first."""
    signed = select(AgreementVersion.agreement_id).where(
        AgreementVersion.workspace_id == agreement.workspace_id,
        AgreementVersion.state == VersionState.SIGNED,
        col(AgreementVersion.ended_at).is_(None) | (col(AgreementVersion.ended_at) > now),
    )
    return session.exec(
        select(Agreement)
        .where(
            Agreement.workspace_id == agreement.workspace_id,
            Agreement.id != agreement.id,
            Agreement.marketing_team_id == agreement.marketing_team_id,
            Agreement.sales_team_id == agreement.sales_team_id,
            col(Agreement.id).in_(signed),
        )
        .order_by(col(Agreement.id))
    ).all()


def versions_ever_in_force(session: Session, workspace_id: int) -> Sequence[AgreementVersion]:
    """Every version that clocks may have started under, aloud or in silence, the oldest first."""
    return session.exec(
        select(AgreementVersion)
        .where(
            AgreementVersion.workspace_id == workspace_id,
            col(AgreementVersion.effective_at).is_not(None)
            | col(AgreementVersion.shadow_at).is_not(None),
        )
        .order_by(col(AgreementVersion.id))
    ).all()


def signatures_of(session: Session, version: AgreementVersion) -> Sequence[Signature]:
    return session.exec(
        select(Signature)
        .where(Signature.workspace_id == version.workspace_id, Signature.version_id == version.id)
        .order_by(col(Signature.side))
    ).all()


def side_in(session: Session, agreement: Agreement, user: User) -> Side | None:
    """For which of the two teams this person may sign."""
    teams = set(
        session.exec(
            select(Membership.team_id).where(
                Membership.workspace_id == agreement.workspace_id, Membership.user_id == user.id
            )
        )
    )
    if agreement.marketing_team_id in teams:
        return Side.MARKETING
    return Side.SALES if agreement.sales_team_id in teams else None


def agreements_by_id(session: Session, workspace_id: int) -> dict[int, Agreement]:
    found = session.exec(select(Agreement).where(Agreement.workspace_id == workspace_id))
    return {agreement.id: agreement for agreement in found}


def hours_by_id(
    session: Session, workspace_id: int, ids: Collection[int] | None = None
) -> dict[int, OpeningHours]:
    """Opening hours by their number, of each team and region the newest last."""
    wanted = select(OpeningHours).where(OpeningHours.workspace_id == workspace_id)
    if ids is not None:
        wanted = wanted.where(col(OpeningHours.id).in_(ids))
    found = session.exec(wanted.order_by(col(OpeningHours.version)))
    return {hours.id: hours for hours in found}


def lines_of_leads(
    session: Session, workspace_id: int, lead_ids: Collection[int]
) -> Sequence[Row[Any]]:
    """What counts of the histories of many leads, in order; bare rows, since sweeps read many."""
    return session.execute(
        sa_select(
            *map(col, (LeadEvent.id, LeadEvent.lead_id, LeadEvent.kind, LeadEvent.at)),
            *map(
                col,
                (
                    LeadEvent.key,
                    LeadEvent.by_id,
                    LeadEvent.owner_id,
                    LeadEvent.reason,
                    LeadEvent.facts,
                ),
            ),
        )
        .where(
            col(LeadEvent.workspace_id) == workspace_id,
            col(LeadEvent.lead_id).in_(lead_ids),
            col(LeadEvent.undone_at).is_(None),
        )
        .order_by(col(LeadEvent.lead_id), col(LeadEvent.at), col(LeadEvent.id))
    ).all()


def timers_of_leads(
    session: Session, workspace_id: int, lead_ids: Collection[int]
) -> Sequence[Timer]:
    return session.exec(
        select(Timer).where(Timer.workspace_id == workspace_id, col(Timer.lead_id).in_(lead_ids))
    ).all()


def open_in_time(
    session: Session,
    workspace_id: int,
    *,
    version_id: int | None = None,
    hours_ids: Collection[int] = (),
) -> Sequence[Timer]:
    """Clocks that people hear of, open and not late: of a version, or under some hours; by lead."""
    of_version = Timer.version_id == version_id
    under_hours = col(Timer.opening_hours_id).in_(hours_ids)
    return session.exec(
        select(Timer)
        .where(
            Timer.workspace_id == workspace_id,
            col(Timer.state).in_((State.RUNNING, State.PAUSED)),
            ~col(Timer.is_shadow),
            under_hours if version_id is None else of_version,
        )
        .order_by(col(Timer.lead_id), col(Timer.id))
    ).all()


def leads_to_move(
    session: Session, version: AgreementVersion, *, after: int, limit: int
) -> Sequence[int]:
    """Leads with a clock that is open and not late under a version, from the next on."""
    return session.exec(
        select(Timer.lead_id)
        .where(
            Timer.workspace_id == version.workspace_id,
            Timer.version_id == version.id,
            col(Timer.state).in_((State.RUNNING, State.PAUSED)),
            ~col(Timer.is_shadow),
            Timer.lead_id > after,
        )
        .distinct()
        .order_by(col(Timer.lead_id))
        .limit(limit)
    ).all()


def timers_with_words(
    session: Session, workspace_id: int, timer_ids: Collection[int]
) -> Sequence[tuple[Timer, str, str, User | None]]:
    """Each of these clocks with its lead's name and company, and who has to answer for it."""
    rows = session.exec(
        select(Timer.id, Lead.name, Lead.company)
        .join(Lead, _of(Lead, Timer.workspace_id, Lead.id, Timer.lead_id))
        .where(Timer.workspace_id == workspace_id, col(Timer.id).in_(timer_ids))
        .order_by(col(Timer.id))
    ).all()
    # Whoever asks has just kept these clocks, so that they need not be loaded again.
    found = [(session.get_one(Timer, timer_id), lead, company) for timer_id, lead, company in rows]
    # Owners apart: a few of them for many clocks.
    owner_ids = {timer.owner_id for timer, *_ in found if timer.owner_id}
    owners = accounts.people_by_id(session, workspace_id, owner_ids)
    return [(timer, lead, company, owners.get(timer.owner_id)) for timer, lead, company in found]


def survivors(session: Session, workspace_id: int, lead_ids: Collection[int]) -> dict[int, str]:
    """The name of the lead that each of these was merged into; nothing for one of its own."""
    into = aliased(Lead)
    found = session.exec(
        select(Lead.id, into.name)
        .join(into, _of(into, Lead.workspace_id, into.id, Lead.merged_into_id))
        .where(Lead.workspace_id == workspace_id, col(Lead.id).in_(lead_ids))
    )
    return dict(found.all())


def timers_of(session: Session, lead: Lead) -> Sequence[Timer]:
    """Every clock of a lead, what is due first on top."""
    return session.exec(
        select(Timer)
        .where(Timer.workspace_id == lead.workspace_id, Timer.lead_id == lead.id)
        .order_by(col(Timer.stopped_at).is_not(None), col(Timer.due_at))
    ).all()


def timer_for(session: Session, user: User, timer_id: int) -> Timer:
    found = session.exec(
        select(Timer).where(Timer.workspace_id == user.workspace_id, Timer.id == timer_id)
    ).first()
    if found is None:
        raise NotFound("There is no such clock here.")
    return found


def breaches_of_timers(
    session: Session, workspace_id: int, timer_ids: Collection[int]
) -> Mapping[int, list[Breach]]:
    """Every breach of these clocks, those that stand and those withdrawn."""
    found = session.exec(
        select(Breach).where(
            Breach.workspace_id == workspace_id, col(Breach.timer_id).in_(timer_ids)
        )
    )
    by_timer: defaultdict[int, list[Breach]] = defaultdict(list)
    for breach in found:
        by_timer[breach.timer_id].append(breach)
    return by_timer


def climbed(
    session: Session, workspace_id: int, timer_ids: Collection[int]
) -> Mapping[int, dict[int, datetime]]:
    """The steps that these clocks have climbed, each by its place with when it was reached."""
    found = session.exec(
        select(Escalation.timer_id, Escalation.step, Escalation.reached_at).where(
            Escalation.workspace_id == workspace_id, col(Escalation.timer_id).in_(timer_ids)
        )
    )
    by_timer: defaultdict[int, dict[int, datetime]] = defaultdict(dict)
    for timer_id, step, reached_at in found:
        by_timer[timer_id][step] = reached_at
    return by_timer


def escalations_of(
    session: Session, workspace_id: int, timer_ids: Collection[int]
) -> Sequence[Escalation]:
    """The steps that these clocks have climbed, in their order."""
    return session.exec(
        select(Escalation)
        .where(Escalation.workspace_id == workspace_id, col(Escalation.timer_id).in_(timer_ids))
        .order_by(col(Escalation.reached_at), col(Escalation.step))
    ).all()


def times_passed_on(session: Session, timer: Timer) -> int:
    """How often this promise's ladder has given the lead to somebody else, in all its rounds."""
    return session.exec(
        select(func.count())
        .select_from(Escalation)
        .join(Timer, _of(Timer, Escalation.workspace_id, Timer.id, Escalation.timer_id))
        .where(
            Escalation.workspace_id == timer.workspace_id,
            col(Escalation.moved_to_id).is_not(None),
            Timer.lead_id == timer.lead_id,
            Timer.target_key == timer.target_key,
        )
    ).one()


def lead_owner_ids(
    session: Session, workspace_id: int, lead_ids: Collection[int]
) -> dict[int, int | None]:
    """Who owns each of these leads now."""
    found = session.exec(
        select(Lead.id, Lead.owner_id).where(
            Lead.workspace_id == workspace_id, col(Lead.id).in_(lead_ids)
        )
    )
    return dict(found.all())


def due_timers(
    session: Session, *, now: datetime, limit: int, only_id: int | None = None
) -> Sequence[Timer]:
    """Clocks that somebody must look at, the longest waiting first, of every workspace.

    Nobody else gets their leads until the transaction ends; those that somebody has are left out.
    """
    due = (
        select(Timer)
        .join(Lead, _of(Lead, Timer.workspace_id, Lead.id, Timer.lead_id))
        .where(col(Timer.next_at) <= now)
        .order_by(col(Timer.next_at))
        .limit(limit)
        .with_for_update(of=[Timer, Lead], skip_locked=True, key_share=True)
    )
    return session.exec(due.where(Timer.id == only_id) if only_id else due).all()


def hold_leads(session: Session, workspace_id: int, lead_ids: Collection[int]) -> None:
    """Wait until nobody else reads the clocks of these leads, and let nobody until we are done."""
    session.exec(
        select(Lead.id)
        .where(Lead.workspace_id == workspace_id, col(Lead.id).in_(lead_ids))
        .order_by(col(Lead.id))
        .with_for_update(key_share=True)
    ).all()


def desk_of(session: Session, user: User) -> Sequence[LeadAndTimer]:
    """What this person owes on leads, what is due first on top."""
    found = session.exec(
        select(Lead, Timer)
        .join(Timer, _of(Timer, Lead.workspace_id, Timer.lead_id, Lead.id))
        .where(
            Timer.workspace_id == user.workspace_id,
            Timer.owner_id == user.id,
            ~col(Timer.is_shadow),
            col(Timer.state).in_(OPEN),
        )
        .order_by(col(Timer.due_at), col(Timer.id))
    )
    return [LeadAndTimer(lead=lead, timer=timer) for lead, timer in found]


def open_timers_of_leads(
    session: Session, workspace_id: int, lead_ids: Collection[int]
) -> dict[int, list[Timer]]:
    """The open clocks of some leads of a list, by lead, what is due first on top."""
    found = session.exec(
        select(Timer)
        .where(
            Timer.workspace_id == workspace_id,
            col(Timer.lead_id).in_(lead_ids),
            ~col(Timer.is_shadow),
            col(Timer.state).in_(OPEN),
        )
        .order_by(col(Timer.due_at))
    )
    by_lead: dict[int, list[Timer]] = {}
    for timer in found:
        by_lead.setdefault(timer.lead_id, []).append(timer)
    return by_lead


def board(session: Session, user: User, side: Side, *, since: datetime) -> Sequence[BreachOnBoard]:
    """What this side missed since then and what it missed and still owes; the newest first."""
    return _missed(
        session,
        Breach.workspace_id == user.workspace_id,
        Breach.owed_by == side,
        col(Breach.withdrawn_at).is_(None),
        ~col(Breach.is_shadow),
        (col(Breach.due_at) >= since) | col(Breach.resolved_at).is_(None),
    )


def breach_for(session: Session, user: User, breach_id: int) -> BreachOnBoard:
    """One missed promise of this person's workspace, whatever became of it."""
    found = _missed(session, Breach.workspace_id == user.workspace_id, Breach.id == breach_id)
    if not found:
        raise NotFound("There is no such missed promise here.")
    return found[0]


def missed_of_lead(session: Session, lead: Lead) -> Sequence[BreachOnBoard]:
    """Every promise about a lead that was missed, those withdrawn too; the newest first."""
    return _missed(session, Breach.workspace_id == lead.workspace_id, Breach.lead_id == lead.id)


def _missed(session: Session, *conditions: Any) -> Sequence[BreachOnBoard]:
    found = session.execute(
        sa_select(Breach, Timer, Lead, User, col(AgreementVersion.agreement_id), Excuse)
        .join(Timer, _of(Timer, Breach.workspace_id, Timer.id, Breach.timer_id))
        .join(Lead, _of(Lead, Breach.workspace_id, Lead.id, Breach.lead_id))
        .join(
            AgreementVersion,
            _of(AgreementVersion, Timer.workspace_id, AgreementVersion.id, Timer.version_id),
        )
        .outerjoin(User, _of(User, Breach.workspace_id, User.id, Breach.owner_id))
        .outerjoin(Excuse, _of(Excuse, Breach.workspace_id, Excuse.id, Breach.excuse_id))
        .where(*conditions)
        .order_by(col(Breach.due_at).desc(), col(Breach.id))
    )
    return [
        BreachOnBoard(
            breach=breach, timer=timer, lead=lead, owner=owner, agreement_id=number, excuse=excuse
        )
        for breach, timer, lead, owner, number, excuse in found
    ]


def agreement_of_breach(session: Session, breach: Breach) -> Agreement:
    return session.exec(
        select(Agreement)
        .join(
            AgreementVersion,
            _of(
                AgreementVersion,
                Agreement.workspace_id,
                AgreementVersion.agreement_id,
                Agreement.id,
            ),
        )
        .join(Timer, _of(Timer, Agreement.workspace_id, Timer.version_id, AgreementVersion.id))
        .where(Agreement.workspace_id == breach.workspace_id, Timer.id == breach.timer_id)
    ).one()


def agreement_ids(
    session: Session, workspace_id: int, version_ids: Collection[int]
) -> dict[int, int]:
    """Whose wording each of these versions is."""
    found = session.exec(
        select(AgreementVersion.id, AgreementVersion.agreement_id).where(
            AgreementVersion.workspace_id == workspace_id, col(AgreementVersion.id).in_(version_ids)
        )
    )
    return dict(found.all())


def own_team_ids(session: Session, workspace_id: int, user_id: int) -> set[int]:
    return set(
        session.exec(
            select(Membership.team_id).where(
                Membership.workspace_id == workspace_id, Membership.user_id == user_id
            )
        )
    )


def sides_in(session: Session, agreement: Agreement, user_id: int) -> set[Side]:
    """On which sides of this agreement a person sits; somebody may be of both teams."""
    mine = own_team_ids(session, agreement.workspace_id, user_id)
    return {side for side, team_id in agreement.team_ids.items() if team_id in mine}


def excuse_for(session: Session, user: User, excuse_id: int) -> Excuse:
    found = session.exec(
        select(Excuse).where(Excuse.workspace_id == user.workspace_id, Excuse.id == excuse_id)
    ).first()
    if found is None:
        raise NotFound("There is no such excuse here.")
    return found


def breach_of_excuse(session: Session, excuse: Excuse) -> Breach | None:
    """The one missed promise it is about; none where it is about a period, or was asked anew."""
    return session.exec(
        select(Breach).where(
            Breach.workspace_id == excuse.workspace_id, Breach.excuse_id == excuse.id
        )
    ).first()


def excuses_asked(session: Session, workspace_id: int) -> Sequence[Excuse]:
    """Those that wait for an answer, the longest waiting first."""
    return session.exec(
        select(Excuse)
        .where(Excuse.workspace_id == workspace_id, Excuse.state == ExcuseState.ASKED)
        .order_by(col(Excuse.asked_at), col(Excuse.id))
    ).all()


def excuses_of_periods(session: Session, user: User) -> Sequence[Excuse]:
    """Everything that was proposed for a period, the newest first."""
    return session.exec(
        select(Excuse)
        .where(Excuse.workspace_id == user.workspace_id, col(Excuse.from_at).is_not(None))
        .order_by(col(Excuse.id).desc())
    ).all()


def periods_over(session: Session, breach: Breach, agreement_id: int) -> Sequence[Excuse]:
    """The granted periods within which this promise was due."""
    return session.exec(
        select(Excuse).where(
            Excuse.workspace_id == breach.workspace_id,
            Excuse.agreement_id == agreement_id,
            Excuse.owed_by == breach.owed_by,
            Excuse.state == ExcuseState.GRANTED,
            col(Excuse.from_at) <= breach.due_at,
            col(Excuse.until_at) > breach.due_at,
        )
    ).all()


def granted_periods(
    session: Session, workspace_id: int, *, first: datetime, last: datetime
) -> Sequence[Excuse]:
    """Those that hold for anything due from ``first`` to ``last``; consents under way are awaited.

    Whoever consents holds the agreement (``hold_agreement``) until all that is known is excused.
    """
    session.exec(
        select(Agreement.id)
        .where(Agreement.workspace_id == workspace_id)
        .order_by(col(Agreement.id))
        .with_for_update(read=True, key_share=True)
    ).all()
    return session.exec(
        select(Excuse).where(
            Excuse.workspace_id == workspace_id,
            Excuse.state == ExcuseState.GRANTED,
            col(Excuse.from_at) <= last,
            col(Excuse.until_at) > first,
        )
    ).all()


def hold_agreement(session: Session, excuse: Excuse) -> None:
    """Wait until nobody writes breaches of this agreement, and let nobody until we are done."""
    session.exec(
        select(Agreement.id)
        .where(Agreement.workspace_id == excuse.workspace_id, Agreement.id == excuse.agreement_id)
        .with_for_update()
    ).one()


def count_missed(
    session: Session,
    agreement: Agreement,
    side: Side,
    *,
    from_at: datetime | None,
    until_at: datetime | None,
    is_excused: bool,
) -> int:
    """Missed promises of one side due in a period that stand: those excused, or those not."""
    return session.exec(
        select(func.count())
        .select_from(Breach)
        .join(Timer, _of(Timer, Breach.workspace_id, Timer.id, Breach.timer_id))
        .join(
            AgreementVersion,
            _of(AgreementVersion, Timer.workspace_id, AgreementVersion.id, Timer.version_id),
        )
        .where(
            Breach.workspace_id == agreement.workspace_id,
            AgreementVersion.agreement_id == agreement.id,
            Breach.owed_by == side,
            col(Breach.due_at) >= from_at,
            col(Breach.due_at) < until_at,
            col(Breach.withdrawn_at).is_(None),
            ~col(Breach.is_shadow),
            Breach.is_excused == is_excused,
        )
    ).one()


def is_excused_now() -> ColumnElement[bool]:
    """Whether a row of ``Breach`` is excused, by its own excuse or by that of a period."""
    own = select(Excuse.id).where(
        Excuse.workspace_id == Breach.workspace_id,
        Excuse.id == Breach.excuse_id,
        Excuse.state == ExcuseState.GRANTED,
    )
    period = (
        select(Excuse.id)
        .join(
            AgreementVersion,
            _of(
                AgreementVersion,
                Excuse.workspace_id,
                AgreementVersion.agreement_id,
                Excuse.agreement_id,
            ),
        )
        .join(Timer, _of(Timer, Excuse.workspace_id, Timer.version_id, AgreementVersion.id))
        .where(
            Excuse.workspace_id == Breach.workspace_id,
            Timer.id == Breach.timer_id,
            Excuse.owed_by == Breach.owed_by,
            Excuse.state == ExcuseState.GRANTED,
            col(Excuse.from_at) <= Breach.due_at,
            col(Excuse.until_at) > Breach.due_at,
        )
    )
    return or_(own.correlate(Breach).exists(), period.correlate(Breach).exists())


def nearly_due(
    session: Session, user: User, side: Side, *, now: datetime, limit: int = 20
) -> Sequence[LeadAndTimer]:
    """What this side owes and has used three quarters of the time for; due first on top."""
    found = session.exec(
        select(Lead, Timer)
        .join(Timer, _of(Timer, Lead.workspace_id, Timer.lead_id, Lead.id))
        .where(
            Timer.workspace_id == user.workspace_id,
            Timer.owed_by == side,
            ~col(Timer.is_shadow),
            Timer.state == State.RUNNING,
            col(Timer.warn_at) <= now,
            col(Timer.due_at) > now,
        )
        .order_by(col(Timer.due_at))
        .limit(limit)
    )
    return [LeadAndTimer(lead=lead, timer=timer) for lead, timer in found]


@dataclass(frozen=True, kw_only=True)
class Kept:
    """How many promises fell due in a period, how many were kept in time, and how many excused."""

    kept: int
    due: int
    excused: int = 0
    """Of those missed."""

    @property
    def due_without_excused(self) -> int:
        return self.due - self.excused


def kept_between(
    session: Session, user: User, side: Side, *, start: datetime, end: datetime
) -> Kept:
    """Of one side's promises that fell due from ``start`` until ``end``; open ones left out."""
    excused = is_excused_clock().label("is_excused")
    counted = session.exec(
        select(Timer.state, excused, func.count())
        .where(
            Timer.workspace_id == user.workspace_id,
            Timer.owed_by == side,
            ~col(Timer.is_shadow),
            col(Timer.due_at) >= start,
            col(Timer.due_at) < end,
            col(Timer.state).in_([State.MET, State.MET_LATE, State.BREACHED]),
        )
        .group_by(col(Timer.state), excused)
    ).all()
    return Kept(
        kept=sum(count for state, _, count in counted if state is State.MET),
        due=sum(count for _, _, count in counted),
        excused=sum(
            count for state, is_excused, count in counted if is_excused and state is not State.MET
        ),
    )


def excused_clocks(session: Session, workspace_id: int, timer_ids: Collection[int]) -> set[int]:
    """Which of these clocks were missed and are excused now."""
    excused = select(Timer.id).where(
        Timer.workspace_id == workspace_id, col(Timer.id).in_(timer_ids), is_excused_clock()
    )
    return set(session.exec(excused))


def is_excused_clock() -> ColumnElement[bool]:
    """Whether a row of ``Timer`` was missed and the other team has excused it."""
    return _has_breach(col(Breach.withdrawn_at).is_(None), col(Breach.is_excused))


def is_withdrawn_clock() -> ColumnElement[bool]:
    """Whether a row of ``Timer`` was told as missed, and is so no longer."""
    was_missed = _has_breach(col(Breach.withdrawn_at).is_not(None))
    return and_(was_missed, ~_has_breach(col(Breach.withdrawn_at).is_(None)))


def is_dated_back_clock() -> ColumnElement[bool]:
    """Whether the touch that ended a row of ``Timer`` was written down later than it happened."""
    return and_(
        _ended_by(LeadEvent.reason == DATED_BACK), ~_ended_by(LeadEvent.reason != DATED_BACK)
    )


def _ended_by(told: Any) -> ColumnElement[bool]:
    found = select(LeadEvent.id).where(
        LeadEvent.workspace_id == Timer.workspace_id,
        LeadEvent.lead_id == Timer.lead_id,
        LeadEvent.at == Timer.stopped_at,
        col(LeadEvent.kind).in_(TOUCHES),
        col(LeadEvent.undone_at).is_(None),
        told,
    )
    return found.correlate(Timer).exists()


def _has_breach(*conditions: Any) -> ColumnElement[bool]:
    found = select(Breach.id).where(
        Breach.workspace_id == Timer.workspace_id, Breach.timer_id == Timer.id, *conditions
    )
    return found.correlate(Timer).exists()


@dataclass(frozen=True, kw_only=True)
class HandoffsAlike:
    """Some handoffs of which the same was known; worth is in minor units of their currency."""

    facts: Mapping[str, Any]
    currency: str
    handed_off: int
    accepted: int
    returned: int
    opportunities: int
    """Qualified, opened as an opportunity, or won."""
    worth: int
    unpriced: int
    """How many of them are of leads whose worth nobody knows."""


def handoffs_alike(
    session: Session, workspace_id: int, start: datetime, end: datetime
) -> list[HandoffsAlike]:
    """Handoffs made from ``start`` until ``end``, by what was known then; without merged leads."""
    told = aliased(LeadEvent)
    document = cast(told.facts, String)
    is_opportunity = or_(col(Handoff.qualified_at).is_not(None), col(Handoff.won_at).is_not(None))
    found = session.execute(
        sa_select(
            document,
            col(Lead.currency),
            func.count(),
            _how_many(OF_A_HANDOFF[Fate.ACCEPTED]),
            _how_many(OF_A_HANDOFF[Fate.RETURNED]),
            _how_many(is_opportunity),
            func.coalesce(func.sum(Lead.amount_minor), 0),
            _how_many(col(Lead.amount_minor).is_(None)),
        )
        .select_from(Handoff)
        .join(Lead, _of(Lead, Handoff.workspace_id, Lead.id, Handoff.lead_id))
        .join(told, told.id == _line_of_handoff())
        .where(
            col(Handoff.workspace_id) == workspace_id,
            col(Handoff.handed_off_at) >= start,
            col(Handoff.handed_off_at) < end,
            col(Lead.stage) != Stage.MERGED,
        )
        .group_by(document, col(Lead.currency))
    )
    return [_alike(*row) for row in found]


def _line_of_handoff() -> Any:
    """The line of the history that made this handoff; of two at one instant, the first told."""
    return (
        sa_select(func.min(LeadEvent.id))
        .where(
            col(LeadEvent.workspace_id) == Handoff.workspace_id,
            col(LeadEvent.lead_id) == Handoff.lead_id,
            col(LeadEvent.at) == Handoff.handed_off_at,
            col(LeadEvent.kind).in_(HANDOFFS),
            col(LeadEvent.undone_at).is_(None),
        )
        .correlate(Handoff)
        .scalar_subquery()
    )


def _how_many(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _alike(facts: str | None, currency: str, *numbers: Any) -> HandoffsAlike:
    handed_off, accepted, returned, opportunities, worth, unpriced = map(int, numbers)
    return HandoffsAlike(
        facts=(json.loads(facts) if facts else None) or {},
        currency=currency,
        handed_off=handed_off,
        accepted=accepted,
        returned=returned,
        opportunities=opportunities,
        worth=worth,
        unpriced=unpriced,
    )


def _of(table: type[db.Row], workspace_id: int, left: Any, right: Any) -> ColumnElement[bool]:
    """Join within one workspace."""
    return and_(col(table.workspace_id) == workspace_id, left == right)
