"""alignment demo: a company that does not exist, with a quarter of true-looking work behind it.

The same company every time, at dates that end now, so that every page has something to show.
"""

from datetime import datetime

import click
from flask.cli import with_appcontext
from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db, edge
from alignment.accounts import queries
from alignment.accounts.models import User
from alignment.cli import demo_files, demo_leads, demo_past, demo_plans, demo_promises
from alignment.cli.database import upgrade
from alignment.cli.demo_company import OWNER, found


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
        if queries.is_anybody_here(session):
            return False
        company = found(session, now=now)
        told = demo_leads.take_in(session, company, now=now)
        demo_files.list_imports(session, company, list(told.values()))
        version = demo_promises.sign_agreement(session, company)
        demo_past.look_back(session, company, version, told.keys(), now=now)
        demo_promises.try_quicker_answers(session, company, version, told.keys(), now=now)
        demo_plans.work_on_plans(session, company, now=now)
        demo_past.settle_old_mail(session, company, now=now)
    return True


def owner(session: Session) -> User | None:
    """Who owns the demo company, where it is here."""
    return queries.user_at(session, OWNER)
