"""What becomes of a row: taken, perhaps with remarks, or rejected with a reason."""

from dataclasses import dataclass

from alignment.files.rows import BadRow
from alignment.leads.bulk import Change

REASON_CHARACTERS = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """Something to know about a row; ``column`` is empty where the whole row is meant."""

    reason: str
    column: str = ""
    value: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """``change`` is None for a rejected row, whose only remark says why."""

    row: int
    change: Change | None
    remarks: tuple[Remark, ...] = ()

    @property
    def is_rejected(self) -> bool:
        return self.change is None


class Rejected(Exception):
    """One row cannot be taken; the remark says why."""

    def __init__(self, reason: str, *, column: str = "", value: str = "") -> None:
        super().__init__(reason)
        self.remark = Remark(reason=reason[:REASON_CHARACTERS], column=column, value=value)


def rejection(row: int, remark: Remark) -> Verdict:
    return Verdict(row=row, change=None, remarks=(remark,))


def unreadable(bad: BadRow) -> Verdict:
    """A row that the file itself spoils."""
    reason = bad.reason[:REASON_CHARACTERS]
    return rejection(bad.number, Remark(reason=reason, column=bad.column or "", value=bad.value))
