"""Parse file rows as history events of known leads and save them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from alignment.files.errors import BadMapping
from alignment.files.headers import normalised_name
from alignment.files.mapping import ColumnMapping
from alignment.files.typed_rows import TypedRow
from alignment.integrations.imports.event_fields import (
    EVENT_FIELDS,
    EVENT_SYNONYMS,
    event_field_name,
)
from alignment.integrations.imports.row_reader import DEFAULT_CURRENCY, ImportContext, RowCells
from alignment.integrations.imports.row_results import (
    RowRejected,
    RowRemark,
    RowResult,
    rejected_row,
)
from alignment.leads.bulk.history_additions import HistoryAddition, add_history
from alignment.leads.bulk.known_leads import KnownLeads
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import ReturnReason
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.intake import email_key_of
from alignment.leads.models import Lead

SYNONYMS = {
    "mql": EventKind.HANDED_OFF,
    "handoff": EventKind.HANDED_OFF,
    "sal": EventKind.ACCEPTED,
    "rejected": EventKind.RETURNED,
    "call": EventKind.CALLED,
    "mail": EventKind.WROTE,
    "email": EventKind.WROTE,
    "emailed": EventKind.WROTE,
    "meeting": EventKind.MET,
    "sql": EventKind.QUALIFIED,
    "opportunity": EventKind.OPPORTUNITY_OPENED,
    "closedwon": EventKind.WON,
    "closedlost": EventKind.LOST,
}
KINDS_BY_WORD = {normalised_name(kind): kind for kind in EVENT_SYNONYMS} | SYNONYMS
REASONS = {normalised_name(reason): reason.value for reason in ReturnReason}
REASON_CHARACTERS = 64
NOTE_CHARACTERS = 2_000


@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedEvents:
    """What a row says happened to the lead that it names."""

    external_id: str
    address: str
    lines: tuple[NewLeadEvent, ...]
    amount_minor: int | None
    currency: str | None
    remarks: tuple[RowRemark, ...]
    unknown: RowRemark
    """What to answer where nobody knows the lead."""


class EventRows:
    """Each row is one lead with one event or several."""

    fields = EVENT_FIELDS

    def __init__(self, place: ImportContext, mapping: ColumnMapping) -> None:
        self._place, self._mapping = place, mapping

    def check_mapping(self, mapping: ColumnMapping) -> None:
        given = mapping.columns.keys() | mapping.constants.keys()
        if not given & {"external_id", "email"}:
            raise BadMapping("The file needs a column with the id or mail address of a lead.")
        has_columns = given & {event_field_name(kind) for kind in EVENT_SYNONYMS}
        if not has_columns and not {"kind", "at"} <= given:
            raise BadMapping(
                "The file needs the columns kind and at, or a column of dates such as won_at."
            )

    def names(self, row: TypedRow) -> Sequence[str]:  # noqa: ARG002 a lead may have many events
        return ()

    def parse(self, row: TypedRow, *, now: datetime) -> ParsedEvents:
        cells = RowCells(row, self._mapping)
        if not cells.text("external_id") and not cells.text("email"):
            raise RowRejected("names no lead")
        remarks: list[RowRemark] = []
        currency = cells.currency("currency")
        field = "external_id" if cells.text("external_id") else "email"
        return ParsedEvents(
            external_id=cells.text("external_id"),
            address=email_key_of(cells.text("email")) or "",
            lines=tuple(self._lines(cells, remarks, now=now)),
            amount_minor=cells.amount("amount", currency or DEFAULT_CURRENCY),
            currency=currency,
            remarks=tuple(remarks),
            unknown=cells.remark(field, "no lead is known by this"),
        )

    def save(
        self, session: Session, told: Sequence[tuple[int, ParsedEvents]], *, now: datetime
    ) -> list[RowResult]:
        place = self._place
        known = KnownLeads(
            session,
            place.workspace_id,
            external_ids=[one.external_id for _, one in told],
            email_keys=[one.address for _, one in told],
        )
        leads = [known.find(one.external_id, one.address) for _, one in told]
        found = [
            HistoryAddition(
                lead=lead, events=one.lines, amount_minor=one.amount_minor, currency=one.currency
            )
            for lead, (_, one) in zip(leads, told, strict=True)
            if lead is not None
        ]
        changes = iter(add_history(session, place.workspace_id, found, now=now, by_id=place.by_id))
        return [
            rejected_row(row, one.unknown)
            if lead is None
            else RowResult(
                row=row, change=next(changes), remarks=(*one.remarks, *self._win_remarks(lead, one))
            )
            for lead, (row, one) in zip(leads, told, strict=True)
        ]

    def _lines(
        self, cells: RowCells, remarks: list[RowRemark], *, now: datetime
    ) -> Iterator[NewLeadEvent]:
        by_id = self._by(cells, remarks)
        reason, note = _reason(cells), _note(cells)
        for kind, at in _events(cells, now=now):
            yield NewLeadEvent(
                kind=kind,
                at=at,
                by_id=by_id,
                owner_id=by_id if kind is EventKind.ACCEPTED else None,
                reason=reason,
                note=note,
            )

    def _by(self, cells: RowCells, remarks: list[RowRemark]) -> int | None:
        called = cells.text("by")
        if not called:
            return None
        if self._place.colleagues.is_first_miss(called):
            remarks.append(cells.remark("by", "is nobody here; such events name nobody"))
        return self._place.colleagues.id_of(called)

    def _win_remarks(self, lead: Lead, told: ParsedEvents) -> Iterator[RowRemark]:
        """A win is only half a story where no handoff stands before it."""
        for line in told.lines:
            if line.kind is not EventKind.WON:
                continue
            if lead.handed_off_at is None:
                yield RowRemark(reason="won, but never handed off")
            elif line.at < lead.handed_off_at:
                won, handed_off = (
                    at.astimezone(self._place.zone).date() for at in (line.at, lead.handed_off_at)
                )
                yield RowRemark(reason=f"won on {won}, before it was handed off on {handed_off}")


def _events(cells: RowCells, *, now: datetime) -> Iterator[tuple[EventKind, datetime]]:
    word, at = cells.text("kind"), cells.instant("at", now=now)
    if word or at:
        yield _kind(cells, word), _required_instant(cells, at)
    for kind in EVENT_SYNONYMS:
        if found := cells.instant(event_field_name(kind), now=now):
            yield kind, found


def _kind(cells: RowCells, word: str) -> EventKind:
    kind = KINDS_BY_WORD.get(normalised_name(word))
    if kind is None:
        raise cells.rejected("kind", f"is none of {', '.join(EVENT_SYNONYMS)}")
    return kind


def _required_instant(cells: RowCells, at: datetime | None) -> datetime:
    if at is None:
        raise cells.rejected("at", "says not when it happened")
    return at


def _reason(cells: RowCells) -> str:
    reason = REASONS.get(normalised_name(cells.text("reason")), cells.text("reason"))
    if len(reason) > REASON_CHARACTERS:
        raise cells.rejected("reason", f"is over {REASON_CHARACTERS} characters")
    return reason


def _note(cells: RowCells) -> str:
    note = cells.text("note")
    if len(note) > NOTE_CHARACTERS:
        raise cells.rejected("note", f"is over {NOTE_CHARACTERS:,} characters")
    return note
