"""What the parsers of lead rows and event rows share: their protocol, the import's context, and
typed access to cells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alignment.files.fields import Field, FieldValue
from alignment.files.mapping import ColumnMapping
from alignment.files.rows import excerpt
from alignment.files.typed_rows import TypedRow
from alignment.integrations.imports.currencies import minor_units
from alignment.integrations.imports.people_lookup import PeopleLookup
from alignment.integrations.imports.row_results import RowRejected, RowRemark, RowResult
from alignment.leads.intake import clean_text

CLOCK_SKEW = timedelta(minutes=5)
"""Clocks of other systems may run a little ahead of ours."""
CURRENCY_LETTERS = 3
DEFAULT_CURRENCY = "EUR"

ParsedRow = TypeVar("ParsedRow")


@dataclass(frozen=True, kw_only=True)
class ImportContext:
    """The context of an import: workspace, importing person, zone, and the people whom rows may
    name.
    """

    workspace_id: int
    by_id: int | None
    zone: ZoneInfo
    """For times that name none, and for days in remarks."""
    colleagues: PeopleLookup
    """Everybody who ever was here: histories name those who have left."""
    owners: PeopleLookup
    """Who can be given a lead now."""


class RowReader(Protocol[ParsedRow]):
    """Parses the rows of a file and saves what they say, a batch at a time."""

    @property
    def fields(self) -> Sequence[Field]: ...

    def check_mapping(self, mapping: ColumnMapping) -> None:
        """Raise BadMapping where the file cannot say enough."""

    def names(self, row: TypedRow) -> Sequence[str]:
        """By which no other row of the file may go; from text, before values are read."""

    def parse(self, row: TypedRow, *, now: datetime) -> ParsedRow:
        """What the row tells; raises Rejected."""

    def save(
        self, session: Session, told: Sequence[tuple[int, ParsedRow]], *, now: datetime
    ) -> list[RowResult]:
        """Write it down: one verdict for each, in order."""


class RowCells:
    """The values of one row, and the words to reject one of them."""

    def __init__(self, row: TypedRow, mapping: ColumnMapping) -> None:
        self._values, self._columns = row.values, mapping.columns

    def get(self, field: str) -> FieldValue:
        return self._values.get(field)

    def text(self, field: str) -> str:
        value = clean_text(self._values.get(field))
        return value if isinstance(value, str) else ""

    def instant(self, field: str, *, now: datetime) -> datetime | None:
        at = self._values.get(field)
        if not isinstance(at, datetime):
            return None
        if at > now + CLOCK_SKEW:
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

    def rejected(self, field: str, reason: str) -> RowRejected:
        return RowRejected(reason, column=self.column(field), value=self.shown(field))

    def remark(self, field: str, reason: str) -> RowRemark:
        return RowRemark(reason=reason, column=self.column(field), value=self.shown(field))

    def column(self, field: str) -> str:
        return self._columns.get(field, field)

    def shown(self, field: str) -> str:
        value: Any = self._values.get(field)
        if value is None:
            return ""
        return excerpt(value.isoformat() if isinstance(value, datetime) else str(value))
