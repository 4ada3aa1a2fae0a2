"""Parse file rows as leads and save them."""

from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session

from alignment.files.errors import BadMapping
from alignment.files.mapping import ColumnMapping
from alignment.files.typed_rows import TypedRow
from alignment.integrations.imports.lead_fields import LEAD_FILE_FIELDS
from alignment.integrations.imports.row_reader import DEFAULT_CURRENCY, ImportContext, RowCells
from alignment.integrations.imports.row_results import RowRejected, RowRemark, RowResult
from alignment.leads.bulk.upsert import LeadUpsert, UpsertResult, upsert_leads
from alignment.leads.event_kinds import EventKind
from alignment.leads.fields import LEAD_FIELDS, FieldType
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.intake import NewLead, clean_text, email_key_of

EXTRA_PREFIX = "kept "
"""A column without a field is read as the field of this name and its own."""
EXTRA_COLUMNS_LIMIT = 30
EXTRA_CHARACTERS = 500

VALIDATION_MESSAGES = {
    "string_too_long": "is over {max_length} characters",
    "greater_than_equal": "is below {ge}",
    "less_than_equal": "is over {le:,}",
}
PLAIN_FIELDS = tuple(field for field in LEAD_FIELDS if field.name not in ("name", "amount"))
"""Those that a row gives in one cell, as they are kept."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedLead:
    """What a row says of a lead, and what is odd about it."""

    lead: LeadUpsert
    remarks: tuple[RowRemark, ...]


class LeadRows:
    """Each row is one lead."""

    fields = LEAD_FILE_FIELDS

    def __init__(self, place: ImportContext, mapping: ColumnMapping) -> None:
        self._place, self._mapping = place, mapping

    def check_mapping(self, mapping: ColumnMapping) -> None:
        given = mapping.columns.keys() | mapping.constants.keys()
        if not given & {"external_id", "email"}:
            raise BadMapping("The file needs a column with an id or a mail address of each lead.")

    def names(self, row: TypedRow) -> Sequence[str]:
        cells = RowCells(row, self._mapping)
        external_id, address = cells.text("external_id"), email_key_of(cells.text("email"))
        by_id = (f"id {external_id}",) if external_id else ()
        return (*by_id, f"mail {address}") if address else by_id

    def parse(self, row: TypedRow, *, now: datetime) -> ParsedLead:
        cells = RowCells(row, self._mapping)
        if not cells.text("external_id") and not cells.text("email"):
            raise RowRejected("names neither an id nor a mail address")
        remarks: list[RowRemark] = []
        arrived_at = cells.instant("arrived_at", now=now)
        handed_off_at = cells.instant("handed_off_at", now=now)
        if arrived_at and handed_off_at and handed_off_at < arrived_at:
            remarks.append(cells.remark("handed_off_at", "before it arrived; taken as its arrival"))
        handoffs = [handed_off_at] if handed_off_at else []
        lead = LeadUpsert(
            fields=_new_lead(cells),
            arrived_at=arrived_at,
            owner_id=self._owner(cells, remarks),
            events=tuple(NewLeadEvent(kind=EventKind.HANDED_OFF, at=at) for at in handoffs),
            details=_extra_details(row.values),
        )
        return ParsedLead(lead=lead, remarks=tuple(remarks))

    def save(
        self, session: Session, told: Sequence[tuple[int, ParsedLead]], *, now: datetime
    ) -> list[RowResult]:
        place = self._place
        taken = upsert_leads(
            session, place.workspace_id, [one.lead for _, one in told], now=now, by_id=place.by_id
        )
        return [
            RowResult(row=row, change=done.change, remarks=(*one.remarks, *_id_remarks(done)))
            for (row, one), done in zip(told, taken, strict=True)
        ]

    def _owner(self, cells: RowCells, remarks: list[RowRemark]) -> int | None:
        called = cells.text("owner")
        if not called:
            return None
        if self._place.owners.is_first_miss(called):
            remarks.append(cells.remark("owner", "is nobody here; such leads stay without owner"))
        return self._place.owners.id_of(called)


def _new_lead(cells: RowCells) -> NewLead:
    currency = cells.currency("currency")
    values: dict[str, Any] = {
        field.name: (cells.text(field.name) or None)
        if field.type is FieldType.TEXT
        else cells.get(field.name)
        for field in PLAIN_FIELDS
    }
    values["name"] = cells.text("name") or " ".join(
        part for part in (cells.text("first_name"), cells.text("last_name")) if part
    )
    values["amount_minor"] = cells.amount("amount", currency or DEFAULT_CURRENCY)
    values["currency"] = currency
    try:
        return NewLead.model_validate({k: v for k, v in values.items() if v is not None})
    except ValidationError as error:
        raise _rejected(cells, error) from error


def _rejected(cells: RowCells, error: ValidationError) -> RowRejected:
    problem = error.errors(include_url=False, include_input=False)[0]
    words: AnyMapping[str, Any] = problem.get("ctx", {})
    reason = VALIDATION_MESSAGES.get(problem["type"], "{error}").format(
        **{"error": problem["msg"], **words}
    )
    if not problem["loc"]:
        return RowRejected(reason)
    field = str(problem["loc"][0])
    return cells.rejected("amount" if field == "amount_minor" else field, reason)


def _extra_details(values: AnyMapping[str, object]) -> dict[str, str]:
    texts = {
        name.removeprefix(EXTRA_PREFIX): clean_text(value)
        for name, value in values.items()
        if name.startswith(EXTRA_PREFIX)
    }
    return {name: text[:EXTRA_CHARACTERS] for name, text in texts.items() if isinstance(text, str)}


def _id_remarks(done: UpsertResult) -> tuple[RowRemark, ...]:
    if done.kept_external_id is None:
        return ()
    return (RowRemark(reason=f"is known under the id {done.kept_external_id} and keeps it"[:300]),)
