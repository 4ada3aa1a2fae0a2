"""Health checks for monitoring: is the process up, and does the database answer?"""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from alignment.edge import public, session

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@public
def is_up() -> ResponseReturnValue:
    return {"status": "up"}


@pages.get("/readyz")
@public
def is_ready() -> ResponseReturnValue:
    try:
        session().execute(text("SELECT 1"))
    except SQLAlchemyError:
        return {"status": "the database does not answer"}, 503, {"Retry-After": "10"}
    return {"status": "ready"}
