"""Notices as the slices write them, for the timelines."""

from datetime import timedelta
from typing import Any

from alignment.accounts.models import User
from alignment.notifications.outbox.notice import Notice
from tests.factories import MONDAY_NINE

ON_A_CLOCK = {
    "promise": "Accept or return",
    "owed_by": "Sales",
    "owner": "Sam",
    "started_at": MONDAY_NINE,
    "due_at": MONDAY_NINE + timedelta(hours=4),
    "stopped_at": None,
    "is_missed": True,
    "when": "is past due",
    "told": [],
    "why_not": "",
}
ON_A_LEAD = {"by": "Mona", "source": "Fair", "reason": "no budget", "note": ""}


def make_notice(kind: str, to: User, number: int = 1, **given: Any) -> Notice:
    """About lead number so and so."""
    words = ON_A_LEAD if kind.startswith("lead_") else ON_A_CLOCK
    return Notice(
        workspace_id=to.workspace_id,
        key=f"{kind}:{number}:{to.id}",
        kind=kind,
        recipient_id=to.id,
        address=to.email,
        subject_id=number,
        words=words | {"lead": f"Lead {number}", "company": "", "link": f"/leads/{number}"},
        thread=f"lead-{number}",
        **given,
    )


def make_notices(kind: str, to: User, count: int, *, first: int = 1, **given: Any) -> list[Notice]:
    return [make_notice(kind, to, first + n, **given) for n in range(count)]
