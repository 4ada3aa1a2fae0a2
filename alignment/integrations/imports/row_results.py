"""The result of one imported row: created, updated or unchanged, with remarks, or rejected with a
reason.
"""

from dataclasses import dataclass

from alignment.files.rows import BadRow
from alignment.leads.bulk.changes import RowChange

REASON_CHARACTERS = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class RowRemark:
    """Something to know about a row; ``column`` is empty where the whole row is meant."""

    reason: str
    column: str = ""
    value: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RowResult:
    """What became of one row; ``change`` is None for a rejected row, whose only remark says why."""

    row: int
    change: RowChange | None
    remarks: tuple[RowRemark, ...] = ()

    @property
    def is_rejected(self) -> bool:
        return self.change is None


class RowRejected(Exception):
    """One row cannot be taken; the remark says why."""

    def __init__(self, reason: str, *, column: str = "", value: str = "") -> None:
        super().__init__(reason)
        self.remark = RowRemark(reason=reason[:REASON_CHARACTERS], column=column, value=value)


def rejected_row(row: int, remark: RowRemark) -> RowResult:
    return RowResult(row=row, change=None, remarks=(remark,))


def unreadable_row(bad: BadRow) -> RowResult:
    """A row that the file itself spoils."""
    reason = bad.reason[:REASON_CHARACTERS]
    return rejected_row(
        bad.number, RowRemark(reason=reason, column=bad.column or "", value=bad.value)
    )
