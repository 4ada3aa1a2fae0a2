"""create_app(): settings and a clock in, the application out."""

from pathlib import Path

from flask import Flask

from alignment import db, edge, wiring
from alignment.cli.main import register_commands
from alignment.clock import Clock, system_clock
from alignment.config import Settings
from alignment.web import routes, security

ROOT = Path(__file__).parent.parent


def create_app(settings: Settings | None = None, *, clock: Clock = system_clock) -> Flask:
    """The whole application; tests hand in settings and a clock of their own."""
    settings = settings or Settings.from_environment()
    app = Flask(
        "alignment", template_folder=str(ROOT / "templates"), root_path=str(ROOT / "alignment")
    )
    app.secret_key = settings.secret()
    wiring.connect()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    security.init_app(app, settings)
    edge.init_app(app, engine=db.connect(settings.database), clock=clock, settings=settings)
    routes.register(app)
    register_commands(app)
    return app
