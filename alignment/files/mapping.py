"""Which column of a file is which field, and how its values are written."""

import tomllib
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from alignment.files import mapping_checks
from alignment.files.dates import DateOrder
from alignment.files.errors import BadMapping
from alignment.files.fields import Field
from alignment.files.headers import normalised_name
from alignment.files.money import DecimalSign

EVERY_FIELD = "*"
SECTIONS = ("columns", "constants", "missing", "dates", "numbers")


@dataclass(frozen=True, kw_only=True)
class ColumnMapping:
    """``columns``: field to column. ``constants``: field to one text for all rows.

    ``missing``: field, or ``*`` for all, to the words that mean nothing was given.
    """

    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    missing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    date_order: DateOrder | None = None
    zone: ZoneInfo | None = None
    decimal: DecimalSign = DecimalSign.POINT

    def with_guessed_columns(
        self, header: Sequence[str], fields: Sequence[Field]
    ) -> "ColumnMapping":
        """Guess only where no column is named at all: a named column never gets company unasked."""
        if self.columns:
            return self
        guessed = guess_columns(header, fields)
        return replace(self, columns={k: v for k, v in guessed.items() if k not in self.constants})

    def ignored(self, header: Sequence[str]) -> tuple[str, ...]:
        """The columns that nothing is read from."""
        used = {column.casefold() for column in self.columns.values()}
        return tuple(name for name in header if name.casefold() not in used)

    def as_dict(self) -> dict[str, object]:
        """For storing as JSON; ``mapping_from`` reads it back."""
        dates = {"order": self.date_order, "zone": self.zone and self.zone.key}
        return {
            "columns": dict(self.columns),
            "constants": dict(self.constants),
            "missing": {name: list(words) for name, words in self.missing.items()},
            "dates": {key: str(value) for key, value in dates.items() if value is not None},
            "numbers": {"decimal": str(self.decimal)},
        }


def guess_columns(header: Sequence[str], fields: Sequence[Field]) -> dict[str, str]:
    """Field to column, by the field's own name and its synonyms, case and punctuation aside.

    No column is given to two fields; the field named first has it.
    """
    free = {normalised_name(name): name for name in reversed(header)}
    columns: dict[str, str] = {}
    for wanted in fields:
        likely = (normalised_name(name) for name in (wanted.name, *wanted.synonyms))
        if column := next((free.pop(name) for name in likely if name in free), None):
            columns[wanted.name] = column
    return columns


def load_mapping(path: Path, *, fields: Sequence[Field]) -> ColumnMapping:
    """The mapping in a TOML file."""
    try:
        with path.open("rb") as file:
            return mapping_from(tomllib.load(file), fields=fields)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadMapping(f"The mapping is not TOML: {error}.") from error


def mapping_from(given: AnyMapping[str, object], *, fields: Sequence[Field]) -> ColumnMapping:
    """The mapping in plain values, from TOML or JSON; strict: whatever is unknown is named."""
    names = [wanted.name for wanted in fields]
    mapping_checks.refuse_unknown(given, SECTIONS, what="section")
    columns = mapping_checks.text_section(given, "columns", known=names)
    constants = mapping_checks.text_section(given, "constants", known=names)
    if both := sorted(columns.keys() & constants.keys()):
        raise BadMapping(f"{both[0]} stands in both columns and constants.")

    dates = mapping_checks.text_section(given, "dates", known=("order", "zone"))
    numbers = mapping_checks.text_section(given, "numbers", known=("decimal",))
    return ColumnMapping(
        columns=columns,
        constants=constants,
        missing=mapping_checks.word_lists_section(given, "missing", known=[*names, EVERY_FIELD]),
        date_order=mapping_checks.enum_value(dates.get("order"), DateOrder, key="dates.order"),
        zone=mapping_checks.time_zone(dates.get("zone"), key="dates.zone"),
        decimal=mapping_checks.enum_value(
            numbers.get("decimal"), DecimalSign, key="numbers.decimal"
        )
        or DecimalSign.POINT,
    )
