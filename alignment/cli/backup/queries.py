"""What a restore asks of PostgreSQL itself."""

from sqlalchemy import Engine, text

OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def is_in_use(engine: Engine) -> bool:
    """Whether another connection to this database is open."""
    with engine.connect() as connection:
        return bool(connection.execute(OTHERS).scalar_one())
