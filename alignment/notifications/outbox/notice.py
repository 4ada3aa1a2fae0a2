"""Every SELECT about outbox. Workspace or person is the scope."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What is to be said to one person, before it becomes deliveries. `key` names the cause and the
    person, never the wall time; `words` fills `templates/notices/<kind>.*` and holds no secret,
    since it is stored.
    """

    workspace_id: int
    key: str
    kind: str
    recipient_id: int | None
    address: str
    subject_id: int
    words: Mapping[str, Any] = field(default_factory=dict)
    thread: str = ""
    due_at: datetime | None = None
    """When it should have been written, where that is found out later: what fell due while no
    scheduler ran is told as late. None means now."""
    deliver_by_at: datetime | None = None
    """Before when it must be told to be of use, such as the warning of the promise it speaks of."""
