"""Every SELECT about leads. The workspace or the person asking is always the scope."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from alignment.accounts.models import Membership, Team, User
from alignment.accounts.roles import Right, Side, holding
from alignment.errors import NotFound
from alignment.leads.fates import DATED_BY, OF_A_HANDOFF, WITHOUT_A_HANDOFF, Fate
from alignment.leads.happenings import HANDOFFS, Happening
from alignment.leads.models import Handoff, Lead, LeadEvent, Source, Stage

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some leads of a longer list."""

    leads: Sequence[Lead]
    total: int
    number: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True, kw_only=True)
class LeadFilter:
    """Which leads a list shows; what is left empty does not narrow it.

    Fate and range are asked of one and the same handoff of the lead, and with them the source is
    the one it had then; a lead that was never handed off is dated as ``fates.DATED_BY`` says.
    """

    words: str = ""
    stage: Stage | None = None
    source_id: int | None = None
    without_source: bool = False
    owner_id: int | None = None
    fate: Fate | None = None
    handed_off_from: datetime | None = None
    handed_off_until: datetime | None = None
    """Not included itself."""


@dataclass(frozen=True, kw_only=True)
class News:
    """What was said about a lead, and by whom."""

    lead: Lead
    line: LeadEvent


def lead_for(session: Session, user: User, lead_id: int) -> Lead:
    """The lead, if it is of this person's workspace; else ``NotFound``."""
    found = session.exec(
        select(Lead).where(Lead.workspace_id == user.workspace_id, Lead.id == lead_id)
    ).first()
    if found is None:
        raise NotFound("There is no such lead here.")
    return found


def lead_to_change(session: Session, user: User, lead_id: int) -> Lead:
    """As ``lead_for``, and nobody else changes it until we are done: of two presses one counts."""
    session.exec(
        select(Lead.id)
        .where(Lead.workspace_id == user.workspace_id, Lead.id == lead_id)
        .with_for_update(key_share=True)
    ).first()
    return lead_for(session, user, lead_id)


def leads_page(session: Session, user: User, wanted: LeadFilter, *, number: int = 1) -> Page:
    """The newest first."""
    conditions = _conditions(user.workspace_id, wanted)
    total = session.exec(select(func.count()).select_from(Lead).where(*conditions)).one()
    leads = session.exec(
        select(Lead)
        .where(*conditions)
        .order_by(func.coalesce(Lead.handed_off_at, Lead.arrived_at).desc(), col(Lead.id).desc())
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    ).all()
    return Page(leads=leads, total=total, number=number)


def _conditions(workspace_id: int, wanted: LeadFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [col(Lead.workspace_id) == workspace_id]
    if wanted.words:
        like = f"%{_literally(wanted.words)}%"
        named = (Lead.name, Lead.company, Lead.email, Lead.external_id)
        conditions.append(or_(*(col(column).ilike(like, escape="\\") for column in named)))
    if wanted.stage:
        conditions.append(col(Lead.stage) == wanted.stage)
    else:
        conditions.append(col(Lead.merged_into_id).is_(None))
    if wanted.owner_id:
        conditions.append(col(Lead.owner_id) == wanted.owner_id)
    return conditions + _came_to(workspace_id, wanted)


def _came_to(workspace_id: int, wanted: LeadFilter) -> list[ColumnElement[bool]]:
    """What became of the lead, when it was handed off, and where it came from."""
    if wanted.fate in WITHOUT_A_HANDOFF:
        never_handed_off = WITHOUT_A_HANDOFF[wanted.fate]
        dated = _between(DATED_BY[wanted.fate], wanted)
        return [never_handed_off, *dated, *_from_source(Lead.source_id, wanted)]
    if not (wanted.fate or wanted.handed_off_from or wanted.handed_off_until):
        return _from_source(Lead.source_id, wanted)
    handoffs = select(Handoff.lead_id).where(
        Handoff.workspace_id == workspace_id,
        OF_A_HANDOFF[wanted.fate or Fate.HANDED_OFF],
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


def _literally(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def history_of(session: Session, lead: Lead) -> Sequence[LeadEvent]:
    """What counts of the lead's history, in order."""
    return [line for line in whole_history_of(session, lead) if line.undone_at is None]


def whole_history_of(session: Session, lead: Lead) -> Sequence[LeadEvent]:
    """Every line ever written, undone ones too, in order."""
    return session.exec(
        select(LeadEvent)
        .where(LeadEvent.workspace_id == lead.workspace_id, LeadEvent.lead_id == lead.id)
        .order_by(col(LeadEvent.at), col(LeadEvent.id))
    ).all()


def histories(session: Session, workspace_id: int, lead_ids: Sequence[int]) -> Sequence[LeadEvent]:
    """What counts of the histories of many leads, lead by lead."""
    return session.exec(
        select(LeadEvent)
        .where(
            LeadEvent.workspace_id == workspace_id,
            col(LeadEvent.lead_id).in_(lead_ids),
            col(LeadEvent.undone_at).is_(None),
        )
        .order_by(col(LeadEvent.lead_id), col(LeadEvent.at), col(LeadEvent.id))
    ).all()


def line_of(session: Session, lead: Lead, line_id: int) -> LeadEvent:
    found = session.exec(
        select(LeadEvent).where(
            LeadEvent.workspace_id == lead.workspace_id,
            LeadEvent.lead_id == lead.id,
            LeadEvent.id == line_id,
        )
    ).first()
    if found is None:
        raise NotFound("There is no such line in this history.")
    return found


def line_by_key(session: Session, lead: Lead, key: str) -> LeadEvent | None:
    return session.exec(
        select(LeadEvent).where(
            LeadEvent.workspace_id == lead.workspace_id,
            LeadEvent.lead_id == lead.id,
            LeadEvent.key == key,
        )
    ).first()


def lines_with(session: Session, lead: Lead, ids: Collection[int]) -> Sequence[LeadEvent]:
    """These lines of the lead's history, those that count for nothing too."""
    return session.exec(
        select(LeadEvent).where(
            LeadEvent.workspace_id == lead.workspace_id,
            LeadEvent.lead_id == lead.id,
            col(LeadEvent.id).in_(ids),
        )
    ).all()


def keys_of(session: Session, lead: Lead) -> set[str]:
    """What this history has been told, counting or not."""
    found = session.exec(
        select(LeadEvent.key).where(
            LeadEvent.workspace_id == lead.workspace_id, LeadEvent.lead_id == lead.id
        )
    )
    return set(found)


def pause_of(session: Session, lead: Lead) -> LeadEvent | None:
    """The line that paused the lead, while nobody has resumed it."""
    waits = (Happening.PAUSED, Happening.RESUMED)
    told = [line for line in history_of(session, lead) if line.kind in waits]
    return told[-1] if told and told[-1].kind is Happening.PAUSED else None


def merge_of(session: Session, lead: Lead) -> LeadEvent | None:
    """The line that says that this lead lives on as another one."""
    told = history_of(session, lead)
    return next((line for line in told if line.kind is Happening.MERGED), None)


def is_told_since(session: Session, lead: Lead, line: LeadEvent) -> bool:
    """Whether this lead's history has grown since that line was written, of any lead.

    What was taken back since then does not count.
    """
    later = select(LeadEvent.id).where(
        LeadEvent.workspace_id == lead.workspace_id,
        LeadEvent.lead_id == lead.id,
        LeadEvent.id > line.id,
        ~col(LeadEvent.key).startswith("undone:"),
    )
    return session.exec(later.limit(1)).first() is not None


def merged_into(session: Session, lead: Lead) -> Sequence[News]:
    """The records that turned out to be this lead, each with the line that says so."""
    found = session.exec(
        select(Lead, LeadEvent)
        .join(LeadEvent, _is_of_lead())
        .where(
            Lead.workspace_id == lead.workspace_id,
            Lead.merged_into_id == lead.id,
            LeadEvent.kind == Happening.MERGED,
            col(LeadEvent.undone_at).is_(None),
        )
        .order_by(col(LeadEvent.id))
    )
    return [News(lead=each, line=line) for each, line in found]


def survivor_of(session: Session, lead: Lead) -> Lead:
    """The lead itself, or the one it lives on as."""
    while lead.merged_into_id is not None:
        lead = session.get_one(Lead, lead.merged_into_id)
    return lead


def leads_alike(session: Session, lead: Lead, *, limit: int) -> Sequence[Lead]:
    """Other leads of the same address, phone or name: perhaps the same person."""
    same = [
        col(column) == value
        for column, value in (
            (Lead.email_key, lead.email_key),
            (Lead.phone, lead.phone),
            (Lead.name, lead.name),
        )
        if value
    ]
    if not same:
        return []
    return session.exec(
        select(Lead)
        .where(
            Lead.workspace_id == lead.workspace_id,
            Lead.id != lead.id,
            col(Lead.merged_into_id).is_(None),
            or_(*same),
        )
        .order_by(col(Lead.id))
        .limit(limit)
    ).all()


def newest_lines(
    session: Session, workspace_id: int, lead_ids: Collection[int]
) -> dict[int, LeadEvent]:
    """What was written down last of each of these leads, and counts."""
    newest = (
        select(func.max(LeadEvent.id))
        .where(
            LeadEvent.workspace_id == workspace_id,
            col(LeadEvent.lead_id).in_(lead_ids),
            col(LeadEvent.undone_at).is_(None),
        )
        .group_by(col(LeadEvent.lead_id))
    )
    found = session.exec(select(LeadEvent).where(col(LeadEvent.id).in_(newest)))
    return {line.lead_id: line for line in found}


def handed_off_by(
    session: Session, workspace_id: int, lead_ids: Collection[int]
) -> dict[int, int | None]:
    """Who handed each of these leads off last."""
    found = session.exec(
        select(LeadEvent)
        .where(
            LeadEvent.workspace_id == workspace_id,
            col(LeadEvent.lead_id).in_(lead_ids),
            col(LeadEvent.kind).in_(HANDOFFS),
            col(LeadEvent.undone_at).is_(None),
        )
        .order_by(col(LeadEvent.at), col(LeadEvent.id))
    )
    return {line.lead_id: line.by_id for line in found}


def waiting_for(session: Session, user: User, *, limit: int) -> Sequence[Lead]:
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


def returned(session: Session, workspace_id: int, *, limit: int) -> Sequence[Lead]:
    """Back with marketing and unanswered, the first handed off first."""
    return session.exec(
        select(Lead)
        .where(Lead.workspace_id == workspace_id, Lead.stage == Stage.RETURNED)
        .order_by(col(Lead.handed_off_at), col(Lead.id))
        .limit(limit)
    ).all()


def said_by(
    session: Session, user: User, kinds: Collection[Happening], *, since: datetime, limit: int
) -> Sequence[News]:
    """What this person wrote down since then, the newest first."""
    found = session.exec(
        select(Lead, LeadEvent)
        .join(LeadEvent, _is_of_lead())
        .where(
            LeadEvent.workspace_id == user.workspace_id,
            LeadEvent.by_id == user.id,
            LeadEvent.recorded_at >= since,
            col(LeadEvent.kind).in_(kinds),
            col(LeadEvent.undone_at).is_(None),
        )
        .order_by(col(LeadEvent.id).desc())
        .limit(limit)
    )
    return [News(lead=lead, line=line) for lead, line in found]


def news_for(
    session: Session, user: User, kinds: Collection[Happening], *, since: datetime, limit: int
) -> Sequence[News]:
    """What others wrote since then about leads that this person handed off, the newest first."""
    own = select(LeadEvent.lead_id).where(
        LeadEvent.workspace_id == user.workspace_id,
        LeadEvent.by_id == user.id,
        col(LeadEvent.kind).in_(HANDOFFS),
        col(LeadEvent.undone_at).is_(None),
    )
    found = session.exec(
        select(Lead, LeadEvent)
        .join(LeadEvent, _is_of_lead())
        .where(
            LeadEvent.workspace_id == user.workspace_id,
            col(LeadEvent.lead_id).in_(own),
            LeadEvent.at >= since,
            col(LeadEvent.kind).in_(kinds),
            col(LeadEvent.by_id).is_distinct_from(user.id),
            col(LeadEvent.undone_at).is_(None),
        )
        .order_by(col(LeadEvent.at).desc(), col(LeadEvent.id).desc())
        .limit(limit)
    )
    return [News(lead=lead, line=line) for lead, line in found]


def _is_of_lead() -> ColumnElement[bool]:
    return (col(LeadEvent.lead_id) == Lead.id) & (col(LeadEvent.workspace_id) == Lead.workspace_id)


def handoffs_of(session: Session, lead: Lead) -> Sequence[Handoff]:
    return session.exec(
        select(Handoff)
        .where(Handoff.workspace_id == lead.workspace_id, Handoff.lead_id == lead.id)
        .order_by(col(Handoff.cycle))
    ).all()


def lead_like(
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


def lead_called(session: Session, workspace_id: int, wish: str) -> Lead | None:
    """The lead with that id of a file, else with that number."""
    by_id = lead_like(session, workspace_id, external_id=wish, email_key=None)
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
    but: Collection[int] = (),
) -> User | None:
    """The active person in a sales team who was last given a lead the longest ago.

    Who only reads could not answer for one. ``team_ids`` narrows it to these teams; the people
    ``but`` names are left out.
    """
    last_given = (
        select(func.max(LeadEvent.at))
        .where(LeadEvent.workspace_id == workspace_id, LeadEvent.owner_id == User.id)
        .correlate(User)
        .scalar_subquery()
    )
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
            col(User.id).not_in(but),
            col(User.is_active).is_(True),
            col(User.role).in_(holding(Right.WORK)),
        )
        .order_by(last_given.is_not(None), last_given, col(User.id))
        .limit(1)
    ).first()
