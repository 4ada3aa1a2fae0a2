"""Every event of a workspace, in order."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index
from sqlmodel import Field

from alignment.db import WorkspaceRow, json_column, workspace_table_args


class JournalEntry(WorkspaceRow, table=True):
    """One event as it was published: its kind, its ids and facts. Only ever added."""

    __tablename__ = "journal_entry"
    __table_args__ = workspace_table_args(Index(None, "workspace_id", "kind", "at"))

    at: datetime
    kind: str = Field(max_length=64)
    facts: dict[str, Any] = Field(sa_column=Column(json_column(), nullable=False))
