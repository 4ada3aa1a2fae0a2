"""Imports: what file came, what became of each of its rows."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Index
from sqlmodel import Field

from alignment.db import (
    WorkspaceRow,
    enum_column,
    foreign_key_to,
    json_column,
    workspace_table_args,
)


class ImportKind(StrEnum):
    LEADS = "leads"
    EVENTS = "events"


class ImportState(StrEnum):
    UPLOADED = "uploaded"
    """Waiting for somebody to look at the preview and map the columns."""
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Import(WorkspaceRow, table=True):
    """One file brought in; rows are counted as created, updated, unchanged or rejected."""

    __table_args__ = workspace_table_args(
        foreign_key_to("user", "by_id"), Index(None, "state", "lease_until")
    )

    kind: ImportKind = Field(sa_type=enum_column(ImportKind))
    file_name: str = Field(max_length=200)
    stored_name: str = Field(default="", max_length=200)
    """The upload's name in the data folder, made by us; empty once the file is no longer needed."""
    encoding: str = Field(default="", max_length=32)
    """Chosen by a person; empty means found out from the file."""
    mapping: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(json_column(), nullable=False)
    )
    keeps_extra_columns: bool = False
    """Whether columns without a field are kept with the lead, as text."""
    state: ImportState = Field(sa_type=enum_column(ImportState))
    by_id: int | None = None
    created_at: datetime
    finished_at: datetime | None = None
    lease_until: datetime | None = None
    """Who imports keeps this in the future; when it has passed, another goes on."""
    failure_reason: str = Field(default="", max_length=500)
    rows_total: int | None = None
    rows_done: int = 0
    """Rows of the file read so far; an interrupted import goes on behind them."""
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0

    @property
    def is_under_way(self) -> bool:
        return self.state in (ImportState.WAITING, ImportState.RUNNING)

    @property
    def may_be_mapped(self) -> bool:
        """Whether its file is here and nobody is reading it."""
        return bool(self.stored_name) and self.state in (ImportState.UPLOADED, ImportState.FAILED)


class ImportProblem(WorkspaceRow, table=True):
    """A row that was rejected, or one that was taken with a remark: where and why."""

    __tablename__ = "import_problem"
    __table_args__ = workspace_table_args(
        foreign_key_to("import", "import_id"), Index(None, "workspace_id", "import_id", "row")
    )

    import_id: int
    row: int
    column: str = Field(default="", max_length=200)
    value: str = Field(default="", max_length=80)
    reason: str = Field(max_length=300)
    is_rejected: bool = True
