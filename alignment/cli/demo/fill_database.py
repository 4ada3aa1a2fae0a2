"""alignment demo: fill an empty database with an invented company and one quarter of its work.

The data is the same every time, dated so that it ends now, and every page has something to show."""

from datetime import datetime

import click
from flask.cli import with_appcontext
from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db, edge
from alignment.accounts.authentication import queries as authentication_queries
from alignment.accounts.models import User
from alignment.accounts.people import queries as people_queries
from alignment.cli.database import upgrade
from alignment.cli.demo import (
    backfill,
    joint_plans,
    past_imports,
    quarter_of_leads,
    signed_agreement,
)
from alignment.cli.demo.company_setup import OWNER, found_company


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Fill an empty database with a demo company.

    One that holds somebody already is left alone.
    """
    upgrade(edge.engine())
    is_filled = fill(edge.engine(), now=edge.clock()())
    click.echo("The demo company is here." if is_filled else "Somebody is here. Nothing changed.")


def fill(engine: Engine, *, now: datetime) -> bool:
    """Make the demo company as of ``now``; False where somebody is here already."""
    with db.transaction(engine) as session:
        if people_queries.is_anybody_here(session):
            return False
        company = found_company(session, now=now)
        rows_by_lead = quarter_of_leads.take_in(session, company, now=now)
        past_imports.list_imports(session, company, list(rows_by_lead.values()))
        version = signed_agreement.sign_agreement(session, company)
        backfill.replay_past(session, company, version, rows_by_lead.keys(), now=now)
        signed_agreement.start_shadow_draft(session, company, version, rows_by_lead.keys(), now=now)
        joint_plans.run_plans(session, company, now=now)
        backfill.mark_old_mail_kept(session, company, now=now)
    return True


def demo_owner(session: Session) -> User | None:
    """Who owns the demo company, where it is here."""
    return authentication_queries.user_by_email(session, OWNER)
