"""Every SELECT behind the promises section of a person's digest. The person is the scope."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from alignment.accounts.models import Membership, User
from alignment.accounts.roles import Side
from alignment.leads.models import Lead
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.joins import joined_by_id
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
from alignment.sla.timers.queries import still_owed


def timers_owed_by(
    session: Session, person: User, sides: frozenset[Side], *, until: datetime
) -> Sequence[tuple[Timer, Lead]]:
    """What this person owes for his or her side until then or owes since before."""
    return session.exec(
        _open_timers(person, until).where(
            Timer.owner_id == person.id, col(Timer.owed_by).in_(sides)
        )
    ).all()


def unowned_timers_of_teams_led(
    session: Session, person: User, *, until: datetime
) -> Sequence[tuple[Timer, Lead]]:
    """What a team that this person leads owes until then, where no one of it is named."""
    return session.exec(
        _open_timers(person, until)
        .join(AgreementVersion, joined_by_id(Timer, AgreementVersion, Timer.version_id))
        .join(Agreement, joined_by_id(AgreementVersion, Agreement, AgreementVersion.agreement_id))
        .join(Membership, and_(_speaks_for(Agreement, Timer.owed_by), _leads_team(person)))
        .where(col(Timer.owner_id).is_(None) | (Timer.owed_by == Side.MARKETING))
        .distinct()
    ).all()


def drafts_to_sign(session: Session, person: User) -> Sequence[tuple[AgreementVersion, Agreement]]:
    """Drafts by somebody else, between a team of this person's and another."""
    return session.exec(
        select(AgreementVersion, Agreement)
        .join(Agreement, joined_by_id(AgreementVersion, Agreement, AgreementVersion.agreement_id))
        .where(
            AgreementVersion.workspace_id == person.workspace_id,
            AgreementVersion.state == VersionState.DRAFT,
            AgreementVersion.drafted_by_id != person.id,
        )
        .order_by(col(AgreementVersion.id))
    ).all()


def sides_signed(
    session: Session, person: User, version_ids: Sequence[int]
) -> set[tuple[int, Side]]:
    """Which of these versions has the yes of which side."""
    signed = select(Signature.version_id, Signature.side).where(
        Signature.workspace_id == person.workspace_id, col(Signature.version_id).in_(version_ids)
    )
    return {(version_id, Side(side)) for version_id, side in session.exec(signed)}


def excuses_asked(session: Session, person: User) -> Sequence[tuple[Excuse, User, int | None]]:
    """Questions without answer: who asks, and the one missed promise they are about, if one."""
    return session.exec(
        select(Excuse, User, Breach.id)
        .join(User, joined_by_id(Excuse, User, Excuse.asked_by_id))
        .outerjoin(
            Breach,
            and_(
                col(Breach.workspace_id) == Excuse.workspace_id, col(Breach.excuse_id) == Excuse.id
            ),
        )
        .where(
            Excuse.workspace_id == person.workspace_id,
            Excuse.state == ExcuseState.ASKED,
            Excuse.asked_by_id != person.id,
        )
        .order_by(col(Excuse.asked_at), col(Excuse.id))
    ).all()


def breaches_excused_since(
    session: Session, person: User, since: datetime
) -> Sequence[tuple[Breach, Lead]]:
    """Missed promises of this person's that the other team set aside one by one since then."""
    return session.exec(
        select(Breach, Lead)
        .join(Excuse, joined_by_id(Breach, Excuse, Breach.excuse_id))
        .join(Lead, joined_by_id(Breach, Lead, Breach.lead_id))
        .where(
            Breach.workspace_id == person.workspace_id,
            Breach.owner_id == person.id,
            col(Breach.is_excused),
            Excuse.state == ExcuseState.GRANTED,
            col(Excuse.answered_at) >= since,
        )
        .order_by(col(Excuse.answered_at), col(Breach.id))
    ).all()


def breaches_excused_on_notice_since(
    session: Session, person: User, since: datetime
) -> Sequence[tuple[Breach, Lead]]:
    """Missed promises of this person's that were noticed since then, and excused before that."""
    return session.exec(
        select(Breach, Lead)
        .join(Lead, joined_by_id(Breach, Lead, Breach.lead_id))
        .where(
            Breach.workspace_id == person.workspace_id,
            Breach.owner_id == person.id,
            Breach.noticed_at >= since,
            col(Breach.is_excused),
            col(Breach.excuse_id).is_(None),
            col(Breach.is_shadow).is_(False),
            col(Breach.withdrawn_at).is_(None),
        )
        .order_by(col(Breach.due_at), col(Breach.id))
    ).all()


def breaches_ended_since(
    session: Session, person: User, since: datetime
) -> Sequence[tuple[Breach, Lead]]:
    """Promises of this person's that were missed since then and that nobody owes any more."""
    return session.exec(
        select(Breach, Lead)
        .join(Lead, joined_by_id(Breach, Lead, Breach.lead_id))
        .join(Timer, joined_by_id(Breach, Timer, Breach.timer_id))
        .where(
            Breach.workspace_id == person.workspace_id,
            Breach.owner_id == person.id,
            Breach.due_at >= since,
            ~still_owed(),
            ~col(Breach.is_excused),
            ~col(Breach.is_shadow),
            col(Breach.withdrawn_at).is_(None),
        )
        .order_by(col(Breach.due_at), col(Breach.id))
    ).all()


def periods_excused_since(
    session: Session, person: User, since: datetime
) -> Sequence[tuple[Excuse, Agreement]]:
    """Periods that somebody else granted since then, of agreements of this person's teams."""
    return session.exec(
        select(Excuse, Agreement)
        .join(Agreement, joined_by_id(Excuse, Agreement, Excuse.agreement_id))
        .join(
            Membership,
            and_(
                _is_a_team_of(Agreement),
                col(Membership.workspace_id) == person.workspace_id,
                col(Membership.user_id) == person.id,
            ),
        )
        .where(
            Excuse.workspace_id == person.workspace_id,
            Excuse.state == ExcuseState.GRANTED,
            col(Excuse.from_at).is_not(None),
            col(Excuse.answered_at) >= since,
            Excuse.answered_by_id != person.id,
        )
        .order_by(col(Excuse.answered_at), col(Excuse.id))
        .distinct()
    ).all()


def timers_escalated_since(
    session: Session, person: User, since: datetime
) -> Sequence[tuple[Timer, Lead, User | None]]:
    """Clocks that climbed a step since then, of agreements whose teams this person leads.

    Each once, with who has got the lead, if a step gave it to somebody.
    """
    rows = session.exec(
        select(Timer, Lead, User)
        .join(Escalation, joined_by_id(Timer, Timer, Escalation.timer_id))
        .join(Lead, joined_by_id(Timer, Lead, Timer.lead_id))
        .join(AgreementVersion, joined_by_id(Timer, AgreementVersion, Timer.version_id))
        .join(Agreement, joined_by_id(AgreementVersion, Agreement, AgreementVersion.agreement_id))
        .join(Membership, and_(_is_a_team_of(Agreement), _leads_team(person)))
        .outerjoin(User, joined_by_id(Escalation, User, Escalation.reassigned_to_id))
        .where(
            Timer.workspace_id == person.workspace_id,
            Escalation.noticed_at >= since,
            col(Escalation.is_superseded).is_(False),
            col(Timer.is_shadow).is_(False),
        )
        .order_by(col(Escalation.reached_at))
    )
    return list({timer.id: (timer, lead, moved_to) for timer, lead, moved_to in rows}.values())


def _open_timers(person: User, until: datetime) -> Select[Timer, Lead]:
    return (
        select(Timer, Lead)
        .join(Lead, joined_by_id(Timer, Lead, Timer.lead_id))
        .where(
            Timer.workspace_id == person.workspace_id,
            still_owed(),
            Timer.state != TimerState.PAUSED,
            col(Timer.is_shadow).is_(False),
            Timer.due_at < until,
        )
        .order_by(col(Timer.due_at), col(Timer.id))
    )


def _speaks_for(agreement: type[Agreement], owed_by: Any) -> ColumnElement[bool]:
    return or_(
        and_(owed_by == Side.MARKETING, col(agreement.marketing_team_id) == Membership.team_id),
        and_(owed_by == Side.SALES, col(agreement.sales_team_id) == Membership.team_id),
    )


def _is_a_team_of(agreement: type[Agreement]) -> ColumnElement[bool]:
    return col(Membership.team_id).in_(
        [col(agreement.marketing_team_id), col(agreement.sales_team_id)]
    )


def _leads_team(person: User) -> ColumnElement[bool]:
    return and_(
        col(Membership.workspace_id) == person.workspace_id,
        col(Membership.user_id) == person.id,
        col(Membership.is_team_lead),
    )
