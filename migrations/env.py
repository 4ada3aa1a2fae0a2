"""How migrations reach the database: the application's engine, or one made from the settings."""

from alembic import context
from sqlalchemy import Engine

from alignment import db
from alignment.config import Settings
from alignment.tables import EVERY_TABLE


def engine() -> Engine:
    given: Engine | None = context.config.attributes.get("engine")
    return given or db.connect(Settings.from_environment().database)


with engine().connect() as connection:
    context.configure(
        connection=connection, target_metadata=EVERY_TABLE, render_as_batch=True, compare_type=True
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
