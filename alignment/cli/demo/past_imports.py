"""Two past file imports of the demo company, with rejected rows."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from alignment.cli.demo.company_setup import Company
from alignment.cli.demo.invented_names import FAIR
from alignment.integrations.imports.models import Import, ImportKind, ImportProblem, ImportState
from alignment.leads.bulk.upsert import LeadUpsert
from alignment.leads.event_kinds import EventKind

TOOK = timedelta(seconds=2)
REJECTED = (
    (7, "E-mail", "reads badly", "is not a mail address, such as name@company.com"),
    (19, "E-mail", "info(at)desk", "is not a mail address, such as name@company.com"),
    (33, "Name", "", "needs a name, a mail address or an id"),
)
"""Rows of the fair's file that could not be taken: row, column, what stood there, why not."""


def list_imports(session: Session, company: Company, told: Sequence[LeadUpsert]) -> None:
    """The visitors of a trade fair, and the deals won by then as the sales tool had them."""
    at = next(row.arrived_at for row in told if row.fields.source == FAIR and row.arrived_at)
    visitors = sum(row.fields.source == FAIR for row in told)
    fair = _import(company, ImportKind.LEADS, "fair-visitors.csv", "mona", at, created=visitors)
    fair.rejected = len(REJECTED)
    fair.rows_total = fair.rows_done = visitors + len(REJECTED)
    wins = [line.at for row in told for line in row.events if line.kind is EventKind.WON]
    last = max(wins) + timedelta(minutes=20)
    won = _import(company, ImportKind.EVENTS, "won-deals.csv", "ines", last, created=len(wins))
    session.add_all([fair, won])
    session.flush()
    session.add_all(_problem(fair, *rejected) for rejected in REJECTED)


def _import(
    company: Company, kind: ImportKind, name: str, by: str, at: datetime, *, created: int
) -> Import:
    return Import(
        workspace_id=company.workspace_id,
        kind=kind,
        file_name=name,
        state=ImportState.DONE,
        by_id=company.people[by].id,
        created_at=at,
        finished_at=at + TOOK,
        rows_total=created,
        rows_done=created,
        created=created,
    )


def _problem(brought_in: Import, row: int, column: str, value: str, reason: str) -> ImportProblem:
    return ImportProblem(
        workspace_id=brought_in.workspace_id,
        import_id=brought_in.id,
        row=row,
        column=column,
        value=value,
        reason=reason,
    )
