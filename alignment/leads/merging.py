"""Two records of one person become one lead; within ten minutes they can be two again.

Every line of the merged lead is told on the survivor under its own key, so that a file which tells
it again adds nothing; ``leads.retelling`` says which of them count. The merged lead keeps its lines
as well, but none counts there any more, so its clocks end and no number holds it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.events import publish_many
from alignment.leads import queries
from alignment.leads.correction import moved
from alignment.leads.events import LeadMerged, LeadTookOver, MergeUndone
from alignment.leads.handoff import facts_of
from alignment.leads.happenings import Happening
from alignment.leads.history import UNDO_WITHIN, read_again, record
from alignment.leads.models import Lead, LeadEvent
from alignment.leads.retelling import Retelling, retelling

OWN = frozenset({Happening.ARRIVED, Happening.MERGED})
"""Lines that say when this record came and went; they are told nowhere else."""
TEXTS = ("email", "email_key", "company", "title", "phone", "region", "product")
NUMBERS = ("source_id", "score", "amount_minor")
WISHES = ("do_not_mail", "do_not_call")


def merge(session: Session, loser: Lead, *, into: Lead, by: User, now: datetime) -> LeadEvent:
    """Let ``loser`` live on as ``into``, which fills its gaps and keeps the earliest handoff."""
    _refuse_unfit(loser, into)

    filled = _fill(into, loser)
    session.add(into)
    session.flush()
    done = _tell(session, loser, into, now=now)
    changed = _tell_facts(session, into, by=by, now=now)
    loser.merged_into_id = into.id
    line = record(
        session,
        loser,
        Happening.MERGED,
        by=by,
        now=now,
        facts=done | {"filled": filled, "facts": changed},
    )
    publish_many(
        session,
        [
            LeadMerged(**_said(loser, by, now), into_id=into.id),
            LeadTookOver(**_said(into, by, now), from_id=loser.id),
        ],
    )
    return line


def undo(session: Session, loser: Lead, *, by: User, now: datetime) -> Lead:
    """Make two leads of them again; returns the one that was the survivor."""
    line = queries.merge_of(session, loser)
    if line is None or loser.merged_into_id is None:
        raise Refused(f"{loser.name} is a lead of its own.")
    into = session.get_one(Lead, loser.merged_into_id)
    if line.by_id != by.id or now - line.recorded_at > UNDO_WITHIN:
        raise Refused("Only the person who merged them can undo it, within ten minutes.")
    if queries.is_told_since(session, into, line):
        raise Refused(f"Somebody has acted on {into.name} since. Undo that first.")

    _give_back(session, loser, into, line, now=now)
    for lead in (loser, into):
        read_again(session, lead)
    publish_many(session, [MergeUndone(**_said(lead, by, now)) for lead in (loser, into)])
    return into


def may_undo(line: LeadEvent, *, by: User, now: datetime) -> bool:
    """Whether this person may still ask for it."""
    return line.by_id == by.id and now - line.recorded_at <= UNDO_WITHIN


def _refuse_unfit(loser: Lead, into: Lead) -> None:
    if loser.workspace_id != into.workspace_id:
        raise Refused("Leads of two companies are never one.")
    if loser.id == into.id:
        raise Refused("That is the same record already.")
    for lead in (loser, into):
        if lead.merged_into_id is not None:
            raise Refused(f"{lead.name} was merged into another lead before.")


def _fill(into: Lead, loser: Lead) -> dict[str, Any]:
    """What the survivor lacked and has now; the values are those from before."""
    wanted = {
        name: getattr(loser, name)
        for name in (*TEXTS, *NUMBERS, *WISHES)
        if _is_gap(getattr(into, name)) and not _is_gap(getattr(loser, name))
    }
    if "amount_minor" in wanted:
        wanted["currency"] = loser.currency
    if into.name in (into.email, into.external_id) and loser.name not in (
        loser.email,
        loser.external_id,
    ):
        wanted["name"] = loser.name
    if details := {k: v for k, v in loser.details.items() if k not in into.details}:
        wanted["details"] = into.details | details
    before = {name: getattr(into, name) for name in wanted}
    for name, value in wanted.items():
        setattr(into, name, value)
    if loser.arrived_at < into.arrived_at:
        before["arrived_at"] = into.arrived_at.isoformat()
        into.arrived_at = loser.arrived_at
    return before


def _is_gap(value: object) -> bool:
    """Nothing is known; a score or an amount of 0 is something."""
    return value is None or value is False or value == ""


def _tell(session: Session, loser: Lead, into: Lead, *, now: datetime) -> dict[str, list[int]]:
    """Tell the merged lead's lines on the survivor; the numbers of all lines this touched."""
    theirs = [x for x in queries.history_of(session, loser) if x.kind not in OWN]
    told = retelling(queries.history_of(session, into), theirs)
    known = queries.keys_of(session, into)
    copies = [
        _copy(line, into, counts=line.id in told.counts, now=now)
        for line in theirs
        if line.key not in known
    ]
    _restart(session, into, copies, told, theirs)
    replaced = [session.get_one(LeadEvent, line_id) for line_id in told.earlier_handoffs]
    copies += [_still_owned(line, loser, now=now) for line in replaced if line.owner_id]
    for line in (*theirs, *replaced):
        line.undone_at = now
    session.add_all([*copies, *theirs, *replaced])
    session.flush()
    read_again(session, into)
    return {
        "copied": [line.id for line in copies],
        "moved": [line.id for line in theirs],
        "replaced": [line.id for line in replaced],
    }


def _copy(line: LeadEvent, into: Lead, *, counts: bool, now: datetime) -> LeadEvent:
    columns = line.model_dump(exclude={"id", "lead_id", "undone_at"})
    return LeadEvent(**columns, lead_id=into.id, undone_at=None if counts else now)


def _restart(
    session: Session,
    into: Lead,
    copies: Iterable[LeadEvent],
    told: Retelling,
    theirs: Sequence[LeadEvent],
) -> None:
    """An earlier handoff counts for the survivor, whose facts choose the promise."""
    keys = {line.key for line in theirs if line.id in told.earlier_handoffs.values()}
    for line in copies:
        if line.key in keys:
            line.facts = {**(line.facts or {}), **facts_of(session, into)}


def _still_owned(line: LeadEvent, loser: Lead, *, now: datetime) -> LeadEvent:
    """Who got the survivor by the handoff that counts no more still has it."""
    return LeadEvent(
        workspace_id=line.workspace_id,
        lead_id=line.lead_id,
        kind=Happening.ASSIGNED,
        at=line.at,
        recorded_at=now,
        key=f"merged:{loser.id}:{line.id}",
        by_id=line.by_id,
        owner_id=line.owner_id,
        facts=line.facts,
    )


def _tell_facts(session: Session, into: Lead, *, by: User, now: datetime) -> list[int]:
    """Tell what promises depend on where the survivor differs from what its history says."""
    told: dict[str, object] = {}
    for line in queries.history_of(session, into):
        told |= line.facts or {}
    changed = moved(told, facts_of(session, into))
    if not changed or into.handed_off_at is None:
        return []
    line = record(session, into, Happening.REPRIORITISED, by=by, now=now, facts=changed)
    return [line.id]


def _give_back(
    session: Session, loser: Lead, into: Lead, line: LeadEvent, *, now: datetime
) -> None:
    done = line.facts or {}
    told = queries.lines_with(session, into, [*done["copied"], *done["facts"]])
    # What somebody took back on the survivor meanwhile was said by mistake of the other as well.
    taken_back = {each.key.removeprefix(_undone(each, "")) for each in told if _is_undone(each)}
    for each in told:
        _take_back(each, now=now)
    _take_back(line, now=now)
    restored = queries.lines_with(session, into, done["replaced"])
    for each in (*restored, *queries.lines_with(session, loser, done["moved"])):
        if each.key not in taken_back:
            each.undone_at = None
    _unfill(into, loser, done["filled"])
    loser.merged_into_id = None
    session.add_all([into, loser])
    session.flush()


def _unfill(into: Lead, loser: Lead, before: dict[str, Any]) -> None:
    """Take out again what was filled in; what somebody put right since stays."""
    for name, value in before.items():
        if name == "arrived_at":
            into.arrived_at = datetime.fromisoformat(value)
        elif name == "details":
            gained = loser.details.keys() - value.keys()
            into.details = {k: v for k, v in into.details.items() if k not in gained}
        elif getattr(into, name) == getattr(loser, name):
            setattr(into, name, value)


def _take_back(line: LeadEvent, *, now: datetime) -> None:
    line.undone_at = line.undone_at or now
    if not _is_undone(line):
        line.key = _undone(line, line.key)[:200]


def _undone(line: LeadEvent, key: str) -> str:
    """As ``leads.history`` calls a line that was taken back, so that it may be told again."""
    return f"undone:{line.id}:{key}"


def _is_undone(line: LeadEvent) -> bool:
    return line.key.startswith(_undone(line, ""))


def _said(lead: Lead, by: User, now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": lead.workspace_id,
        "at": now,
        "lead_id": lead.id,
        "by_id": by.id,
        "happened_at": now,
    }
