"""Health checks for monitoring: is the process up, and can people work with it?"""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from alignment import readiness
from alignment.edge import engine, public, settings

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@public
def is_up() -> ResponseReturnValue:
    return {"status": "up"}


@pages.get("/readyz")
@public
def is_ready() -> ResponseReturnValue:
    if problems := [*readiness.problems(engine(), settings().data_dir)]:
        return {"status": "not ready", "problems": problems}, 503, {"Retry-After": "10"}
    return {"status": "ready"}
