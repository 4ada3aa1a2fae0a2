"""Rows of a file as leads."""

from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session

from alignment.files.errors import BadMapping
from alignment.files.mapping import Mapping
from alignment.files.typed_rows import TypedRow
from alignment.integrations.fields import LEAD_FIELDS
from alignment.integrations.row_reading import DEFAULT_CURRENCY, Cells, Place
from alignment.integrations.verdicts import Rejected, Remark, Verdict
from alignment.leads.bulk import LeadRow, LineRow, Taken, take_in_many
from alignment.leads.happenings import Happening
from alignment.leads.intake import NewLead, key_of, plain_text

KEPT = "kept "
"""A column without a field is read as the field of this name and its own."""
KEPT_AT_MOST = 30
KEPT_CHARACTERS = 500

SENTENCES = {
    "string_too_long": "is over {max_length} characters",
    "greater_than_equal": "is below {ge}",
    "less_than_equal": "is over {le:,}",
}
AS_THEY_ARE = ("external_id", "email", "company", "title", "phone", "source", "region", "product")
FLAGS = ("score", "do_not_mail", "do_not_call")


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldLead:
    """What a row says of a lead, and what is odd about it."""

    lead: LeadRow
    remarks: tuple[Remark, ...]


class LeadRows:
    """Each row is one lead."""

    fields = LEAD_FIELDS

    def __init__(self, place: Place, mapping: Mapping) -> None:
        self._place, self._mapping = place, mapping

    def refuse_unfit(self, mapping: Mapping) -> None:
        given = mapping.columns.keys() | mapping.constants.keys()
        if not given & {"external_id", "email"}:
            raise BadMapping("The file needs a column with an id or a mail address of each lead.")

    def names(self, row: TypedRow) -> Sequence[str]:
        cells = Cells(row, self._mapping)
        external_id, address = cells.text("external_id"), key_of(cells.text("email"))
        by_id = (f"id {external_id}",) if external_id else ()
        return (*by_id, f"mail {address}") if address else by_id

    def read(self, row: TypedRow, *, now: datetime) -> ToldLead:
        cells = Cells(row, self._mapping)
        if not cells.text("external_id") and not cells.text("email"):
            raise Rejected("names neither an id nor a mail address")
        remarks: list[Remark] = []
        arrived_at = cells.instant("arrived_at", now=now)
        handed_off_at = cells.instant("handed_off_at", now=now)
        if arrived_at and handed_off_at and handed_off_at < arrived_at:
            remarks.append(cells.remark("handed_off_at", "before it arrived; taken as its arrival"))
        handoffs = [handed_off_at] if handed_off_at else []
        lead = LeadRow(
            new=_new_lead(cells),
            arrived_at=arrived_at,
            owner_id=self._owner(cells, remarks),
            lines=tuple(LineRow(kind=Happening.HANDED_OFF, at=at) for at in handoffs),
            details=_kept(row.values),
        )
        return ToldLead(lead=lead, remarks=tuple(remarks))

    def take(
        self, session: Session, told: Sequence[tuple[int, ToldLead]], *, now: datetime
    ) -> list[Verdict]:
        place = self._place
        taken = take_in_many(
            session, place.workspace_id, [one.lead for _, one in told], now=now, by_id=place.by_id
        )
        return [
            Verdict(row=row, change=done.change, remarks=(*one.remarks, *_renamed(done)))
            for (row, one), done in zip(told, taken, strict=True)
        ]

    def _owner(self, cells: Cells, remarks: list[Remark]) -> int | None:
        called = cells.text("owner")
        if not called:
            return None
        if self._place.owners.is_first_miss(called):
            remarks.append(cells.remark("owner", "is nobody here; such leads stay without owner"))
        return self._place.owners.id_of(called)


def _new_lead(cells: Cells) -> NewLead:
    currency = cells.currency("currency")
    told: dict[str, Any] = {name: cells.text(name) or None for name in AS_THEY_ARE}
    told |= {name: cells.get(name) for name in FLAGS}
    told["name"] = cells.text("name") or " ".join(
        part for part in (cells.text("first_name"), cells.text("last_name")) if part
    )
    told["amount_minor"] = cells.amount("amount", currency or DEFAULT_CURRENCY)
    told["currency"] = currency
    try:
        return NewLead.model_validate({k: v for k, v in told.items() if v is not None})
    except ValidationError as error:
        raise _rejected(cells, error) from error


def _rejected(cells: Cells, error: ValidationError) -> Rejected:
    problem = error.errors(include_url=False, include_input=False)[0]
    words: AnyMapping[str, Any] = problem.get("ctx", {})
    reason = SENTENCES.get(problem["type"], "{error}").format(**{"error": problem["msg"], **words})
    if not problem["loc"]:
        return Rejected(reason)
    field = str(problem["loc"][0])
    return cells.rejected("amount" if field == "amount_minor" else field, reason)


def _kept(values: AnyMapping[str, object]) -> dict[str, str]:
    texts = {
        name.removeprefix(KEPT): plain_text(value)
        for name, value in values.items()
        if name.startswith(KEPT)
    }
    return {name: text[:KEPT_CHARACTERS] for name, text in texts.items() if isinstance(text, str)}


def _renamed(done: Taken) -> tuple[Remark, ...]:
    if done.known_as is None:
        return ()
    return (Remark(reason=f"is known under the id {done.known_as} and keeps it"[:300]),)
