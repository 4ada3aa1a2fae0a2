"""The lines of a message about what somebody who left had to do, what is due first on top."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from alignment.leads.models import Lead
from alignment.leads.rules import WITH_SALES
from alignment.sla.notices.new_owners import due_first_by_lead

MAX_LINES = 15

NoticeLine = dict[str, Any]


def in_order(lines: Iterable[NoticeLine]) -> dict[str, Any]:
    """The words of a notice: how many lines there are, and the first of them."""
    ordered = sorted(lines, key=_due_order)
    return {
        "count": len(ordered),
        "lines": ordered[:MAX_LINES],
        "more": len(ordered[MAX_LINES:]),
    }


def lead_lines(
    session: Session, workspace_id: int, lead_ids: Sequence[int], *, owner_id: int | None
) -> Iterator[NoticeLine]:
    """Of these leads those that sales still has and this person, or nobody, owns."""
    due_first = due_first_by_lead(session, workspace_id, dict.fromkeys(lead_ids, owner_id))
    for lead in (session.get_one(Lead, lead_id) for lead_id in lead_ids):
        if lead.owner_id == owner_id and lead.stage in WITH_SALES:
            due = due_first.get(lead.id)
            title = " · ".join(part for part in (lead.name, lead.company) if part)
            about = due.promise if due else lead.stage.replace("_", " ")
            yield line(title, about, f"/leads/{lead.id}", due_at=due.due_at if due else None)


def line(
    title: str,
    about: str,
    link: str,
    *,
    due_at: datetime | None = None,
    due_on: date | None = None,
) -> NoticeLine:
    return {"title": title, "words": about, "link": link, "due_at": due_at, "due_on": due_on}


def _due_order(line: Mapping[str, Any]) -> str:
    due = line["due_on"] or line["due_at"]
    return due.isoformat() if due else "9999"
