"""Every event of a workspace, in order."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index
from sqlmodel import Field

from alignment.db import Row, document, within_workspace


class JournalEntry(Row, table=True):
    """One event as it was published: its kind, its ids and facts. Only ever added."""

    __tablename__ = "journal_entry"
    __table_args__ = within_workspace(Index(None, "workspace_id", "kind", "at"))

    at: datetime
    kind: str = Field(max_length=64)
    facts: dict[str, Any] = Field(sa_column=Column(document(), nullable=False))
