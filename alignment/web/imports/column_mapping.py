"""The column mapping form of an import: its options, its initial values, and the mapping it stands
for.
"""

from collections.abc import Mapping

from alignment.errors import Refused
from alignment.files.dates import DateOrder
from alignment.files.encodings import Encoding
from alignment.files.mapping import EVERY_FIELD
from alignment.files.money import DecimalSign
from alignment.integrations.imports.preview import FilePreview

COLUMN_PREFIX = "column-"
"""The select of field ``email`` is called ``column-email``."""
DATE_ORDERS = [
    (DateOrder.YMD, "Year first: 2026-03-31"),
    (DateOrder.DMY, "Day first: 31/03/2026"),
    (DateOrder.MDY, "Month first: 03/31/2026"),
]
DECIMALS = [(DecimalSign.POINT, "Point: 1,234.50"), (DecimalSign.COMMA, "Comma: 1.234,50")]


def initial_values(seen: FilePreview, *, zone: str, encoding: Encoding | None) -> dict[str, str]:
    """What the form shows before anybody has chosen: what was found and guessed."""
    columns = {f"{COLUMN_PREFIX}{field}": column for field, column in seen.mapping.columns.items()}
    return columns | {
        "date_order": seen.date_order or "",
        "zone": zone,
        "decimal": seen.mapping.decimal,
        "missing": ", ".join(seen.mapping.missing.get(EVERY_FIELD, ())),
        "encoding": encoding or "",
    }


def mapping_document(form: Mapping[str, str]) -> dict[str, object]:
    """The form as plain values of a mapping; ``files.mapping`` checks them."""
    columns = {
        name.removeprefix(COLUMN_PREFIX): column
        for name, column in form.items()
        if name.startswith(COLUMN_PREFIX) and column
    }
    dates = {"order": form.get("date_order", ""), "zone": form.get("zone", "").strip()}
    missing = [word.strip() for word in form.get("missing", "").split(",") if word.strip()]
    return {
        "columns": columns,
        "missing": {EVERY_FIELD: missing},
        "dates": {name: value for name, value in dates.items() if value},
        "numbers": {"decimal": form.get("decimal") or DecimalSign.POINT.value},
    }


def chosen_encoding(wish: str) -> Encoding | None:
    """None where the file shall tell."""
    if not wish:
        return None
    if wish not in list(Encoding):
        raise Refused("Choose an encoding from the list.")
    return Encoding(wish)
