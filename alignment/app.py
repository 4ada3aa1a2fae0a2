"""create_app(): settings and a clock in, the application out; and the command that runs it."""

import os

from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from alignment import db, edge, wiring
from alignment.cli.main import command_group, register_commands
from alignment.clock import Clock, system_clock
from alignment.config import RESTORE_UNFINISHED, BadSetting, Settings
from alignment.folders import PACKAGE, TEMPLATES
from alignment.notifications.channels import email
from alignment.private_files import make_private_folder
from alignment.web import routes, security


def create_app(settings: Settings | None = None, *, clock: Clock = system_clock) -> Flask:
    """The whole application; tests hand in settings and a clock of their own."""
    settings = settings or Settings.from_environment()
    email.check_settings(settings)
    engine = _connect(settings)
    app = Flask("alignment", root_path=str(PACKAGE), template_folder=str(TEMPLATES))
    app.secret_key = settings.secret()
    wiring.connect()
    security.init_app(app, settings)
    edge.init_app(app, engine=engine, clock=clock, settings=settings)
    routes.register(app)
    register_commands(app)
    return app


def _connect(settings: Settings) -> Engine:
    """The database, once the data folder is there and ours alone."""
    if (settings.data_dir / RESTORE_UNFINISHED).exists():
        raise BadSetting(
            f"A restore into {settings.data_dir} was broken off. Run it again: "
            "alignment restore FILE --force"
        )
    try:
        make_private_folder(settings.data_dir)
        return db.connect(settings.database)
    except OSError as why:
        raise BadSetting(
            f"{why.filename or settings.data_dir} cannot be used ({why.strerror}). Make it belong "
            "to the account that runs Alignment, or choose another place by ALIGNMENT_DATA_DIR or "
            "ALIGNMENT_DATABASE_URL."
        ) from why


def main() -> None:
    """The ``alignment`` command; what its options set counts before the environment."""
    context = ScriptInfo(create_app=lambda: create_app(_settings(context)), set_debug_flag=False)
    try:
        command_group().main(prog_name="alignment", obj=context)
    except BadSetting as wrong:
        raise SystemExit(str(wrong)) from wrong
    except OperationalError as why:
        raise SystemExit(f"The database cannot be used: {why.orig}".strip()) from why


def _settings(context: ScriptInfo) -> Settings:
    return Settings.from_environment(os.environ | context.data)
