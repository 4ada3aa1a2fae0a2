"""Rows of a file as events of known leads: what happened, and when it happened."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from alignment.files.errors import BadMapping
from alignment.files.headers import likeness
from alignment.files.mapping import Mapping
from alignment.files.typed_rows import TypedRow
from alignment.integrations.fields import EVENT_COLUMNS, EVENT_FIELDS, event_field
from alignment.integrations.row_reading import DEFAULT_CURRENCY, Cells, Place
from alignment.integrations.verdicts import Rejected, Remark, Verdict, rejection
from alignment.leads.bulk import LineRow, Told, add_history
from alignment.leads.handoff import ReturnReason
from alignment.leads.happenings import Happening
from alignment.leads.intake import key_of
from alignment.leads.many.known import KnownLeads
from alignment.leads.models import Lead

OTHER_WORDS = {
    "mql": Happening.HANDED_OFF,
    "handoff": Happening.HANDED_OFF,
    "sal": Happening.ACCEPTED,
    "rejected": Happening.RETURNED,
    "call": Happening.CALLED,
    "mail": Happening.WROTE,
    "email": Happening.WROTE,
    "emailed": Happening.WROTE,
    "meeting": Happening.MET,
    "sql": Happening.QUALIFIED,
    "opportunity": Happening.OPPORTUNITY_OPENED,
    "closedwon": Happening.WON,
    "closedlost": Happening.LOST,
}
WORDS = {likeness(kind): kind for kind in EVENT_COLUMNS} | OTHER_WORDS
REASONS = {likeness(reason): reason.value for reason in ReturnReason}
REASON_CHARACTERS = 64
NOTE_CHARACTERS = 2_000


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldEvents:
    """What a row says happened to the lead that it names."""

    external_id: str
    address: str
    lines: tuple[LineRow, ...]
    amount_minor: int | None
    currency: str | None
    remarks: tuple[Remark, ...]
    unknown: Remark
    """What to answer where nobody knows the lead."""


class EventRows:
    """Each row is one lead with one event or several."""

    fields = EVENT_FIELDS

    def __init__(self, place: Place, mapping: Mapping) -> None:
        self._place, self._mapping = place, mapping

    def refuse_unfit(self, mapping: Mapping) -> None:
        given = mapping.columns.keys() | mapping.constants.keys()
        if not given & {"external_id", "email"}:
            raise BadMapping("The file needs a column with the id or mail address of a lead.")
        has_columns = given & {event_field(kind) for kind in EVENT_COLUMNS}
        if not has_columns and not {"kind", "at"} <= given:
            raise BadMapping(
                "The file needs the columns kind and at, or a column of dates such as won_at."
            )

    def names(self, row: TypedRow) -> Sequence[str]:  # noqa: ARG002 a lead may have many events
        return ()

    def read(self, row: TypedRow, *, now: datetime) -> ToldEvents:
        cells = Cells(row, self._mapping)
        if not cells.text("external_id") and not cells.text("email"):
            raise Rejected("names no lead")
        remarks: list[Remark] = []
        currency = cells.currency("currency")
        field = "external_id" if cells.text("external_id") else "email"
        return ToldEvents(
            external_id=cells.text("external_id"),
            address=key_of(cells.text("email")) or "",
            lines=tuple(self._lines(cells, remarks, now=now)),
            amount_minor=cells.amount("amount", currency or DEFAULT_CURRENCY),
            currency=currency,
            remarks=tuple(remarks),
            unknown=cells.remark(field, "no lead is known by this"),
        )

    def take(
        self, session: Session, told: Sequence[tuple[int, ToldEvents]], *, now: datetime
    ) -> list[Verdict]:
        place = self._place
        known = KnownLeads(
            session,
            place.workspace_id,
            external_ids=[one.external_id for _, one in told],
            email_keys=[one.address for _, one in told],
        )
        leads = [known.like(one.external_id, one.address) for _, one in told]
        found = [
            Told(lead=lead, lines=one.lines, amount_minor=one.amount_minor, currency=one.currency)
            for lead, (_, one) in zip(leads, told, strict=True)
            if lead is not None
        ]
        changes = iter(add_history(session, place.workspace_id, found, now=now, by_id=place.by_id))
        return [
            rejection(row, one.unknown)
            if lead is None
            else Verdict(
                row=row, change=next(changes), remarks=(*one.remarks, *self._odd(lead, one))
            )
            for lead, (row, one) in zip(leads, told, strict=True)
        ]

    def _lines(self, cells: Cells, remarks: list[Remark], *, now: datetime) -> Iterator[LineRow]:
        by_id = self._by(cells, remarks)
        reason, note = _reason(cells), _note(cells)
        for kind, at in _events(cells, now=now):
            yield LineRow(
                kind=kind,
                at=at,
                by_id=by_id,
                owner_id=by_id if kind is Happening.ACCEPTED else None,
                reason=reason,
                note=note,
            )

    def _by(self, cells: Cells, remarks: list[Remark]) -> int | None:
        called = cells.text("by")
        if not called:
            return None
        if self._place.colleagues.is_first_miss(called):
            remarks.append(cells.remark("by", "is nobody here; such events name nobody"))
        return self._place.colleagues.id_of(called)

    def _odd(self, lead: Lead, told: ToldEvents) -> Iterator[Remark]:
        """A win is only half a story where no handoff stands before it."""
        for line in told.lines:
            if line.kind is not Happening.WON:
                continue
            if lead.handed_off_at is None:
                yield Remark(reason="won, but never handed off")
            elif line.at < lead.handed_off_at:
                won, handed_off = (
                    at.astimezone(self._place.zone).date() for at in (line.at, lead.handed_off_at)
                )
                yield Remark(reason=f"won on {won}, before it was handed off on {handed_off}")


def _events(cells: Cells, *, now: datetime) -> Iterator[tuple[Happening, datetime]]:
    word, at = cells.text("kind"), cells.instant("at", now=now)
    if word or at:
        yield _kind(cells, word), _given(cells, at)
    for kind in EVENT_COLUMNS:
        if found := cells.instant(event_field(kind), now=now):
            yield kind, found


def _kind(cells: Cells, word: str) -> Happening:
    kind = WORDS.get(likeness(word))
    if kind is None:
        raise cells.rejected("kind", f"is none of {', '.join(EVENT_COLUMNS)}")
    return kind


def _given(cells: Cells, at: datetime | None) -> datetime:
    if at is None:
        raise cells.rejected("at", "says not when it happened")
    return at


def _reason(cells: Cells) -> str:
    reason = REASONS.get(likeness(cells.text("reason")), cells.text("reason"))
    if len(reason) > REASON_CHARACTERS:
        raise cells.rejected("reason", f"is over {REASON_CHARACTERS} characters")
    return reason


def _note(cells: Cells) -> str:
    note = cells.text("note")
    if len(note) > NOTE_CHARACTERS:
        raise cells.rejected("note", f"is over {NOTE_CHARACTERS:,} characters")
    return note
