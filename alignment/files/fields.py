"""What a caller wants to find in a file."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

FieldValue = str | int | bool | date | datetime | None


class FieldKind(StrEnum):
    """What a field's text is read as."""

    TEXT = "text"
    INTEGER = "integer"
    MONEY = "money"
    YES_NO = "yes_no"
    DAY = "day"
    INSTANT = "instant"


@dataclass(frozen=True, kw_only=True)
class Field:
    """A named field and, likeliest first, the names that columns give it elsewhere."""

    name: str
    kind: FieldKind = FieldKind.TEXT
    synonyms: tuple[str, ...] = ()
