"""alignment explain: why each clock of a lead is due when it is, in sentences."""

from collections.abc import Iterator

import click
from flask.cli import with_appcontext
from sqlmodel import Session

from alignment import db, edge
from alignment.accounts import queries as accounts
from alignment.accounts.models import Workspace
from alignment.cli.workspaces import workspace_called
from alignment.errors import Refused
from alignment.leads import queries
from alignment.leads.models import Lead
from alignment.sla.inspection import Inspected, clocks_of


@click.command("explain")
@click.argument("lead")
@click.option("--workspace", "wish", help="Its name or number; needed where there are several.")
@with_appcontext
def explain(lead: str, wish: str | None) -> None:
    """Say why each clock of this LEAD is due when it is.

    LEAD is its number in the address of its page, or its id in the file it came from.
    """
    now = edge.clock()()
    try:
        with db.reading(edge.engine()) as session:
            workspace = workspace_called(session, wish)
            found = _lead(session, workspace, lead)
            people = {x.id: x.name for x in accounts.active_people_of(session, workspace.id)}
            clocks = clocks_of(session, found, now=now)
            click.echo("\n".join(as_words(found, clocks, zone=workspace.zone, people=people)))
    except Refused as reason:
        raise click.ClickException(str(reason)) from reason


def as_words(
    lead: Lead, clocks: list[Inspected], *, zone: str, people: dict[int, str]
) -> Iterator[str]:
    """The lead, then each clock with its reasons, instants in ``zone``."""
    yield f"{lead.name}, {lead.company} (times in {zone})"
    if not clocks:
        yield "No promise was in force when it was handed off."
    for clock in clocks:
        yield f"\n{clock.target.name}: {clock.chip.replace('_', ' ')}"
        for sentence in clock.why(zone, people=people):
            yield f"  {sentence}"


def _lead(session: Session, workspace: Workspace, wish: str) -> Lead:
    found = queries.lead_called(session, workspace.id, wish)
    if found is None:
        raise Refused(f"There is no lead {wish} in {workspace.name}.")
    return found
