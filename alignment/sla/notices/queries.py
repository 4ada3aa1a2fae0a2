"""Every SELECT about notices. Workspace or person is the scope."""

from collections.abc import Collection, Sequence

from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from alignment.accounts.models import User
from alignment.accounts.people import queries as accounts
from alignment.leads.models import Lead
from alignment.sla.joins import joined_in_workspace
from alignment.sla.models import (
    Escalation,
    Timer,
)


def timers_with_names(
    session: Session, workspace_id: int, timer_ids: Collection[int]
) -> Sequence[tuple[Timer, str, str, User | None]]:
    """Each of these clocks with its lead's name and company, and who has to answer for it."""
    rows = session.exec(
        select(Timer.id, Lead.name, Lead.company)
        .join(Lead, joined_in_workspace(Lead, Timer.workspace_id, Lead.id, Timer.lead_id))
        .where(Timer.workspace_id == workspace_id, col(Timer.id).in_(timer_ids))
        .order_by(col(Timer.id))
    ).all()
    # Whoever asks has just kept these clocks, so that they need not be loaded again.
    found = [(session.get_one(Timer, timer_id), lead, company) for timer_id, lead, company in rows]
    # Owners apart: a few of them for many clocks.
    owner_ids = {timer.owner_id for timer, *_ in found if timer.owner_id}
    owners = accounts.people_by_id(session, workspace_id, owner_ids)
    return [(timer, lead, company, owners.get(timer.owner_id)) for timer, lead, company in found]


def surviving_lead_names(
    session: Session, workspace_id: int, lead_ids: Collection[int]
) -> dict[int, str]:
    """The name of the lead that each of these was merged into; nothing for one of its own."""
    into = aliased(Lead)
    rows = session.exec(
        select(Lead.id, into.name)
        .join(into, joined_in_workspace(into, Lead.workspace_id, into.id, Lead.merged_into_id))
        .where(Lead.workspace_id == workspace_id, col(Lead.id).in_(lead_ids))
    )
    return dict(rows.all())


def escalations_of(
    session: Session, workspace_id: int, timer_ids: Collection[int]
) -> Sequence[Escalation]:
    """The steps that these clocks have climbed, in their order."""
    return session.exec(
        select(Escalation)
        .where(Escalation.workspace_id == workspace_id, col(Escalation.timer_id).in_(timer_ids))
        .order_by(col(Escalation.reached_at), col(Escalation.step))
    ).all()


def count_reassignments(session: Session, timer: Timer) -> int:
    """How often this promise's ladder has given the lead to somebody else, in all its rounds."""
    return session.exec(
        select(func.count())
        .select_from(Escalation)
        .join(
            Timer,
            joined_in_workspace(Timer, Escalation.workspace_id, Timer.id, Escalation.timer_id),
        )
        .where(
            Escalation.workspace_id == timer.workspace_id,
            col(Escalation.reassigned_to_id).is_not(None),
            Timer.lead_id == timer.lead_id,
            Timer.target_key == timer.target_key,
        )
    ).one()


def lead_owner_ids(
    session: Session, workspace_id: int, lead_ids: Collection[int]
) -> dict[int, int | None]:
    """Who owns each of these leads now."""
    rows = session.exec(
        select(Lead.id, Lead.owner_id).where(
            Lead.workspace_id == workspace_id, col(Lead.id).in_(lead_ids)
        )
    )
    return dict(rows.all())
