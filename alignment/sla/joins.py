"""Every SELECT about sla. Workspace or person is the scope."""

from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlmodel import col

from alignment import db


def joined_in_workspace(
    table: type[db.WorkspaceRow], workspace_id: int, left: Any, right: Any
) -> ColumnElement[bool]:
    """Join within one workspace."""
    return and_(col(table.workspace_id) == workspace_id, left == right)


def joined_by_id(left: Any, right: Any, number: Any) -> ColumnElement[bool]:
    """Join by number, within one workspace."""
    return and_(col(left.workspace_id) == col(right.workspace_id), number == right.id)
