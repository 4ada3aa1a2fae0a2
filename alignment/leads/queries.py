"""SELECTs about leads and sources: one lead, the filtered list, owners. The workspace or the person
asking is always the scope.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_
from sqlmodel import Session, col, select

from alignment.accounts.models import Membership, Team, User
from alignment.accounts.roles import Right, Side, holding
from alignment.errors import NotFound
from alignment.leads.handoff_outcomes import (
    DATE_COLUMN_WITHOUT_HANDOFF,
    HANDOFF_CONDITIONS,
    NO_HANDOFF_CONDITIONS,
    HandoffOutcome,
)
from alignment.leads.models import Handoff, Lead, LeadEvent, Source, Stage
from alignment.leads.rules import WITH_SALES

LEADS_PER_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class LeadsPage:
    """Some leads of a longer list."""

    leads: Sequence[Lead]
    total: int
    number: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // LEADS_PER_PAGE))


@dataclass(frozen=True, kw_only=True)
class LeadFilter:
    """Which leads a list shows; what is left empty does not narrow it.

    Fate and range are asked of one and the same handoff of the lead, and with them the source is
    the one it had then; a lead that was never handed off is dated as
    ``DATE_COLUMN_WITHOUT_HANDOFF`` says.
    """

    search_text: str = ""
    stage: Stage | None = None
    source_id: int | None = None
    without_source: bool = False
    owner_id: int | None = None
    is_in_queue: bool = False
    """Only what is with sales and nobody owns."""
    handoff_outcome: HandoffOutcome | None = None
    handed_off_from: datetime | None = None
    handed_off_until: datetime | None = None
    """Not included itself."""


def lead_for(session: Session, user: User, lead_id: int) -> Lead:
    """The lead, if it is of this person's workspace; else ``NotFound``."""
    lead = session.exec(
        select(Lead).where(Lead.workspace_id == user.workspace_id, Lead.id == lead_id)
    ).first()
    if lead is None:
        raise NotFound("There is no such lead here.")
    return lead


def lead_to_change(session: Session, user: User, lead_id: int) -> Lead:
    """As ``lead_for``, and nobody else changes it until we are done: of two presses one counts."""
    session.exec(
        select(Lead.id)
        .where(Lead.workspace_id == user.workspace_id, Lead.id == lead_id)
        .with_for_update(key_share=True)
    ).first()
    return lead_for(session, user, lead_id)


def leads_page(session: Session, user: User, wanted: LeadFilter, *, number: int = 1) -> LeadsPage:
    """The newest first."""
    conditions = _conditions(user.workspace_id, wanted)
    total = session.exec(select(func.count()).select_from(Lead).where(*conditions)).one()
    leads = session.exec(
        select(Lead)
        .where(*conditions)
        .order_by(func.coalesce(Lead.handed_off_at, Lead.arrived_at).desc(), col(Lead.id).desc())
        .limit(LEADS_PER_PAGE)
        .offset((number - 1) * LEADS_PER_PAGE)
    ).all()
    return LeadsPage(leads=leads, total=total, number=number)


def _conditions(workspace_id: int, wanted: LeadFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [col(Lead.workspace_id) == workspace_id]
    if wanted.search_text:
        like = f"%{_escape_like(wanted.search_text)}%"
        named = (Lead.name, Lead.company, Lead.email, Lead.external_id)
        conditions.append(or_(*(col(column).ilike(like, escape="\\") for column in named)))
    if wanted.stage:
        conditions.append(col(Lead.stage) == wanted.stage)
    else:
        conditions.append(col(Lead.merged_into_id).is_(None))
    if wanted.owner_id is not None:
        conditions.append(col(Lead.owner_id) == wanted.owner_id)
    if wanted.is_in_queue:
        conditions.append(_is_queued(workspace_id))
    return conditions + _outcome_conditions(workspace_id, wanted)


def _outcome_conditions(workspace_id: int, wanted: LeadFilter) -> list[ColumnElement[bool]]:
    """What became of the lead, when it was handed off, and where it came from."""
    if wanted.handoff_outcome in NO_HANDOFF_CONDITIONS:
        never_handed_off = NO_HANDOFF_CONDITIONS[wanted.handoff_outcome]
        dated = _between(DATE_COLUMN_WITHOUT_HANDOFF[wanted.handoff_outcome], wanted)
        return [never_handed_off, *dated, *_from_source(Lead.source_id, wanted)]
    if not (wanted.handoff_outcome or wanted.handed_off_from or wanted.handed_off_until):
        return _from_source(Lead.source_id, wanted)
    handoffs = select(Handoff.lead_id).where(
        Handoff.workspace_id == workspace_id,
        HANDOFF_CONDITIONS[wanted.handoff_outcome or HandoffOutcome.HANDED_OFF],
        *_between(Handoff.handed_off_at, wanted),
        *_from_source(Handoff.source_id, wanted),
    )
    return [col(Lead.id).in_(handoffs)]


def _between(at: datetime | None, wanted: LeadFilter) -> list[ColumnElement[bool]]:
    begun = [col(at) >= wanted.handed_off_from] if wanted.handed_off_from else []
    return begun + ([col(at) < wanted.handed_off_until] if wanted.handed_off_until else [])


def _from_source(source_id: int | None, wanted: LeadFilter) -> list[ColumnElement[bool]]:
    if wanted.without_source:
        return [col(source_id).is_(None)]
    return [col(source_id) == wanted.source_id] if wanted.source_id else []


def _escape_like(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def survivor_of(session: Session, lead: Lead) -> Lead:
    """The lead itself, or the one it lives on as."""
    while lead.merged_into_id is not None:
        lead = session.get_one(Lead, lead.merged_into_id)
    return lead


def leads_awaiting(session: Session, user: User, *, limit: int) -> Sequence[Lead]:
    """Handed off to this person and undecided, the longest waiting first."""
    return session.exec(
        select(Lead)
        .where(
            Lead.workspace_id == user.workspace_id,
            Lead.owner_id == user.id,
            Lead.stage == Stage.HANDED_OFF,
        )
        .order_by(col(Lead.handed_off_at), col(Lead.id))
        .limit(limit)
    ).all()


def leads_owned_by(session: Session, person: User) -> Sequence[Lead]:
    """With sales and open, and this person's, the longest waiting first."""
    return session.exec(
        select(Lead)
        .where(
            Lead.workspace_id == person.workspace_id,
            Lead.owner_id == person.id,
            col(Lead.stage).in_(WITH_SALES),
        )
        .order_by(col(Lead.handed_off_at), col(Lead.id))
    ).all()


def queued_leads(session: Session, workspace_id: int, *, limit: int) -> Sequence[Lead]:
    """With sales and owned by nobody, the newest first."""
    queued = select(Lead).where(_is_queued(workspace_id))
    newest = queued.order_by(col(Lead.handed_off_at).desc(), col(Lead.id).desc())
    return session.exec(newest.limit(limit)).all()


def count_queued_leads(session: Session, workspace_id: int) -> int:
    queued = select(func.count()).select_from(Lead).where(_is_queued(workspace_id))
    return session.exec(queued).one()


def _is_queued(workspace_id: int) -> ColumnElement[bool]:
    return and_(
        col(Lead.workspace_id) == workspace_id,
        col(Lead.owner_id).is_(None),
        col(Lead.stage).in_(WITH_SALES),
    )


def returned_leads(session: Session, workspace_id: int, *, limit: int) -> Sequence[Lead]:
    """Back with marketing and unanswered, the first handed off first."""
    return session.exec(
        select(Lead)
        .where(Lead.workspace_id == workspace_id, Lead.stage == Stage.RETURNED)
        .order_by(col(Lead.handed_off_at), col(Lead.id))
        .limit(limit)
    ).all()


def matching_lead(
    session: Session, workspace_id: int, *, external_id: str | None, email_key: str | None
) -> Lead | None:
    """The lead with that id, else the oldest with that address; a merged one as its survivor."""
    if external_id:
        by_id = select(Lead).where(
            Lead.workspace_id == workspace_id, Lead.external_id == external_id
        )
        return _as_survivor(session, session.exec(by_id).first())
    if not email_key:
        return None
    by_address = (
        select(Lead)
        .where(Lead.workspace_id == workspace_id, Lead.email_key == email_key)
        .order_by(col(Lead.id))
    )
    return _as_survivor(session, session.exec(by_address).first())


def _as_survivor(session: Session, lead: Lead | None) -> Lead | None:
    return survivor_of(session, lead) if lead else None


def lead_by_id_or_number(session: Session, workspace_id: int, wish: str) -> Lead | None:
    """The lead with that id of a file, else with that number."""
    by_id = matching_lead(session, workspace_id, external_id=wish, email_key=None)
    if by_id is not None or not (wish.isascii() and wish.isdigit() and len(wish) < 10):
        return by_id
    numbered = select(Lead).where(Lead.workspace_id == workspace_id, Lead.id == int(wish))
    return session.exec(numbered).first()


def source_by_key(session: Session, workspace_id: int, key: str) -> Source | None:
    return session.exec(
        select(Source).where(Source.workspace_id == workspace_id, Source.key == key)
    ).first()


def sources(session: Session, workspace_id: int) -> Sequence[Source]:
    return session.exec(
        select(Source).where(Source.workspace_id == workspace_id).order_by(col(Source.name))
    ).all()


def longest_waiting_of_sales(
    session: Session,
    workspace_id: int,
    *,
    team_ids: Collection[int] | None = None,
    excluding: Collection[int] = (),
) -> User | None:
    """The active person in a sales team who was last given a lead the longest ago; of several who
    were given theirs at one instant, whose lead was written down first.

    Who only reads could not answer for one. ``team_ids`` narrows it to these teams; the people
    ``excluding`` names are left out.
    """
    of_sales = (
        select(Membership.user_id)
        .join(Team, col(Team.id) == Membership.team_id)
        .where(Membership.workspace_id == workspace_id, Team.side == Side.SALES)
    )
    if team_ids is not None:
        of_sales = of_sales.where(col(Membership.team_id).in_(team_ids))
    return session.exec(
        select(User)
        .where(
            User.workspace_id == workspace_id,
            col(User.id).in_(of_sales),
            col(User.id).not_in(excluding),
            col(User.is_active).is_(True),
            col(User.role).in_(holding(Right.WORK)),
        )
        .order_by(
            _last_given(LeadEvent.at).is_not(None),
            _last_given(LeadEvent.at),
            _last_given(LeadEvent.id),
            col(User.id),
        )
        .limit(1)
    ).first()


def _last_given(column: Any) -> ScalarSelect[Any]:
    """This column of the line that last gave a lead to the person of the row."""
    return (
        select(column)
        .where(LeadEvent.workspace_id == User.workspace_id, LeadEvent.owner_id == User.id)
        .order_by(col(LeadEvent.at).desc(), col(LeadEvent.id).desc())
        .limit(1)
        .correlate(User)
        .scalar_subquery()
    )
