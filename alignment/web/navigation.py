"""The way around: one table of what stands in the navigation, and for whom."""

from dataclasses import dataclass
from typing import Any

from flask import request

from alignment.accounts.roles import Right
from alignment.edge import allowed
from alignment.web import inbox


@dataclass(frozen=True, kw_only=True)
class Place:
    """One entry of the navigation."""

    endpoint: str
    label: str
    icon: str
    right: Right = Right.READ
    group: str = "main"


PLACES = (
    Place(endpoint="desk.show", label="My desk", icon="home"),
    Place(endpoint="leads.index", label="Leads", icon="users"),
    Place(endpoint="board.show", label="Board", icon="layout-kanban"),
    Place(endpoint="agreements.index", label="Agreement", icon="file-text"),
    Place(endpoint="plans.index", label="Plans", icon="list-check"),
    Place(endpoint="metrics.compare", label="Compare", icon="chart-bar"),
    Place(endpoint="imports.index", label="Import", icon="upload", right=Right.IMPORT),
    Place(endpoint="people.index", label="People", icon="users", group="administration"),
    Place(
        endpoint="settings.index",
        label="Teams",
        icon="settings",
        right=Right.SETTINGS,
        group="administration",
    ),
    Place(
        endpoint="mail.index", label="Mail", icon="mail", right=Right.MAIL, group="administration"
    ),
)
OWN = (
    Place(endpoint="account.show", label="My account", icon="user"),
    Place(endpoint="endpoints.index", label="Channels", icon="bell"),
)


def words() -> dict[str, Any]:
    """What ``layout.html`` shows of it to this person."""
    return {"nav": _items(PLACES), "account": _items(OWN), "unread": inbox.unread}


def _items(places: tuple[Place, ...]) -> list[dict[str, Any]]:
    here = (request.endpoint or "").split(".")[0]
    return [
        {
            "endpoint": place.endpoint,
            "label": place.label,
            "icon": place.icon,
            "group": place.group,
            "active": place.endpoint.split(".")[0] == here,
        }
        for place in places
        if allowed(place.right)
    ]
