"""Every page of the house, in one list."""

from typing import Any

from flask import Flask
from htmx_flask import Htmx
from werkzeug.routing import IntegerConverter, Map

from alignment.accounts.models import LARGEST_ID
from alignment.web import (
    absences,
    account,
    accounts,
    acting,
    agreements,
    banners,
    board,
    breaches,
    desk,
    endpoints,
    excuses,
    filters,
    health,
    imports,
    inbound,
    inbox,
    invitations,
    leads,
    mail,
    metrics,
    navigation,
    people,
    plans,
    preferences,
    region_hours,
    replays,
    settings,
    setup,
    slack,
    snoozes,
    speed,
)

PAGES = (
    desk,
    leads,
    board,
    breaches,
    excuses,
    agreements,
    replays,
    plans,
    metrics,
    speed,
    imports,
    people,
    invitations,
    region_hours,
    settings,
    mail,
    account,
    absences,
    preferences,
    snoozes,
    endpoints,
    inbox,
    slack,
    acting,
    inbound,
    accounts,
    setup,
    health,
)


class Id(IntegerConverter):
    """The number of a row: one that no database can hold is no address of ours."""

    def __init__(self, url_map: Map, **arguments: Any) -> None:
        super().__init__(url_map, max=LARGEST_ID, **arguments)


def register(app: Flask) -> None:
    """Hang every blueprint, the filters and the navigation on the app."""
    app.url_map.converters["int"] = Id
    Htmx(app)
    filters.register(app)
    app.context_processor(navigation.words)
    app.context_processor(banners.words)
    for part in PAGES:
        app.register_blueprint(part.pages)
