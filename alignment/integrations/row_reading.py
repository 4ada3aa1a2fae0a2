"""What the readers of rows share: the checks, the words, and the form that both have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alignment.files.fields import Field, Value
from alignment.files.mapping import Mapping
from alignment.files.rows import excerpt
from alignment.files.typed_rows import TypedRow
from alignment.integrations.colleagues import Colleagues
from alignment.integrations.currencies import minor_units
from alignment.integrations.verdicts import Rejected, Remark, Verdict
from alignment.leads.intake import plain_text

AHEAD_AT_MOST = timedelta(minutes=5)
"""Clocks of other systems may run a little ahead of ours."""
CURRENCY_LETTERS = 3
DEFAULT_CURRENCY = "EUR"

Told = TypeVar("Told")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the rows go, and who brings them."""

    workspace_id: int
    by_id: int | None
    zone: ZoneInfo
    """For times that name none, and for days in remarks."""
    colleagues: Colleagues
    """Everybody who ever was here: histories name those who have left."""
    owners: Colleagues
    """Who can be given a lead now."""


class RowReader(Protocol[Told]):
    """Turns rows of a file into what a slice takes, and has it taken."""

    @property
    def fields(self) -> Sequence[Field]: ...

    def refuse_unfit(self, mapping: Mapping) -> None:
        """Raise BadMapping where the file cannot say enough."""

    def names(self, row: TypedRow) -> Sequence[str]:
        """By which no other row of the file may go; from text, before values are read."""

    def read(self, row: TypedRow, *, now: datetime) -> Told:
        """What the row tells; raises Rejected."""

    def take(
        self, session: Session, told: Sequence[tuple[int, Told]], *, now: datetime
    ) -> list[Verdict]:
        """Write it down: one verdict for each, in order."""


class Cells:
    """The values of one row, and the words to reject one of them."""

    def __init__(self, row: TypedRow, mapping: Mapping) -> None:
        self._values, self._columns = row.values, mapping.columns

    def get(self, field: str) -> Value:
        return self._values.get(field)

    def text(self, field: str) -> str:
        value = plain_text(self._values.get(field))
        return value if isinstance(value, str) else ""

    def instant(self, field: str, *, now: datetime) -> datetime | None:
        at = self._values.get(field)
        if not isinstance(at, datetime):
            return None
        if at > now + AHEAD_AT_MOST:
            raise self.rejected(field, "lies in the future")
        return at

    def amount(self, field: str, currency: str) -> int | None:
        hundredths = self._values.get(field)
        if not isinstance(hundredths, int):
            return None
        if hundredths < 0:
            raise self.rejected(field, "is below 0")
        return minor_units(hundredths, currency)

    def currency(self, field: str) -> str | None:
        code = self.text(field).upper()
        if code and not (len(code) == CURRENCY_LETTERS and code.isascii() and code.isalpha()):
            raise self.rejected(field, "is not a currency code, such as EUR")
        return code or None

    def rejected(self, field: str, reason: str) -> Rejected:
        return Rejected(reason, column=self.column(field), value=self.shown(field))

    def remark(self, field: str, reason: str) -> Remark:
        return Remark(reason=reason, column=self.column(field), value=self.shown(field))

    def column(self, field: str) -> str:
        return self._columns.get(field, field)

    def shown(self, field: str) -> str:
        value: Any = self._values.get(field)
        if value is None:
            return ""
        return excerpt(value.isoformat() if isinstance(value, datetime) else str(value))
