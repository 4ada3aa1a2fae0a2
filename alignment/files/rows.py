"""One row of a table, read or refused."""

from dataclasses import dataclass

SHOWN_CHARACTERS = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class FileRow:
    """``number`` is the row as a spreadsheet counts it: the header is usually row 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class BadRow:
    """A row nobody can use; ``column`` is None where the whole row is at fault."""

    number: int
    column: str | None
    value: str
    reason: str

    def __str__(self) -> str:
        place = f"row {self.number}"
        if self.column is not None:
            place += f", column {self.column}"
        return f"{place}: {self.reason}"


def excerpt(text: str) -> str:
    """The beginning of ``text``, safe to store and to show: no half characters, no NUL."""
    start = text[:SHOWN_CHARACTERS].replace("\0", "\ufffd")
    return start.encode("utf_8", "replace").decode("utf_8")
