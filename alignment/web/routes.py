"""Every page of the house, in one list."""

from flask import Flask
from htmx_flask import Htmx

from alignment.web import (
    account,
    accounts,
    agreements,
    board,
    desk,
    filters,
    health,
    imports,
    invitations,
    leads,
    mail,
    metrics,
    navigation,
    people,
    plans,
    settings,
    setup,
)

PAGES = (
    desk,
    leads,
    board,
    agreements,
    plans,
    metrics,
    imports,
    people,
    invitations,
    settings,
    mail,
    account,
    accounts,
    setup,
    health,
)


def register(app: Flask) -> None:
    """Hang every blueprint, the filters and the navigation on the app."""
    Htmx(app)
    filters.register(app)
    app.context_processor(navigation.words)
    for part in PAGES:
        app.register_blueprint(part.pages)
