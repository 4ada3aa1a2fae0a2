"""Register every blueprint, template filter and context processor on the app."""

from typing import Any

from flask import Flask
from htmx_flask import Htmx
from werkzeug.routing import IntegerConverter, Map

from alignment.accounts.models import LARGEST_ID
from alignment.web import desk, filters, health, navigation
from alignment.web.accounts import profile, setup, sign_in
from alignment.web.agreements import editor
from alignment.web.agreements.replay import result_page
from alignment.web.breaches import board, detail_page, excuses
from alignment.web.imports import wizard
from alignment.web.leads import records
from alignment.web.mail import action_links, deliveries, inbound, problem_banner
from alignment.web.messages import endpoints, inbox, preferences, slack_buttons, snoozes
from alignment.web.metrics import compare, speed_to_lead
from alignment.web.people import absences, deactivation, invitations, members
from alignment.web.plans import planning
from alignment.web.settings import region_hours, team_closing, team_hours, teams

BLUEPRINT_MODULES = (
    desk,
    records,
    board,
    detail_page,
    excuses,
    editor,
    result_page,
    planning,
    compare,
    speed_to_lead,
    wizard,
    members,
    invitations,
    region_hours,
    team_hours,
    teams,
    team_closing,
    deliveries,
    profile,
    absences,
    deactivation,
    preferences,
    snoozes,
    endpoints,
    inbox,
    slack_buttons,
    action_links,
    inbound,
    sign_in,
    setup,
    health,
)


class RowIdConverter(IntegerConverter):
    """The number of a row: one that no database can hold is no address of ours."""

    regex = r"[0-9]{1,19}"

    def __init__(self, url_map: Map, **arguments: Any) -> None:
        super().__init__(url_map, max=LARGEST_ID, **arguments)


def register(app: Flask) -> None:
    """Hang every blueprint, the filters and the navigation on the app."""
    app.url_map.converters["int"] = RowIdConverter
    Htmx(app)
    filters.register(app)
    app.context_processor(navigation.template_context)
    app.context_processor(problem_banner.template_context)
    for part in BLUEPRINT_MODULES:
        app.register_blueprint(part.pages)
