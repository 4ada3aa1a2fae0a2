"""The navigation: one table of its entries, and who sees which."""

from dataclasses import dataclass
from typing import Any

from flask import request

from alignment.accounts.roles import Right
from alignment.edge import allowed
from alignment.web.messages import inbox


@dataclass(frozen=True, kw_only=True)
class NavigationItem:
    """One entry of the navigation."""

    endpoint: str
    label: str
    icon: str
    right: Right = Right.READ
    group: str = "main"


NAVIGATION_ITEMS = (
    NavigationItem(endpoint="desk.show", label="My desk", icon="home"),
    NavigationItem(endpoint="leads.index", label="Leads", icon="users"),
    NavigationItem(endpoint="board.show", label="Board", icon="layout-kanban"),
    NavigationItem(endpoint="agreements.index", label="Agreement", icon="file-text"),
    NavigationItem(endpoint="plans.index", label="Plans", icon="list-check"),
    NavigationItem(endpoint="metrics.compare", label="Compare", icon="chart-bar"),
    NavigationItem(endpoint="imports.index", label="Import", icon="upload", right=Right.IMPORT),
    NavigationItem(endpoint="people.index", label="People", icon="users", group="administration"),
    NavigationItem(
        endpoint="settings.index",
        label="Teams",
        icon="settings",
        right=Right.SETTINGS,
        group="administration",
    ),
    NavigationItem(
        endpoint="mail.index", label="Mail", icon="mail", right=Right.MAIL, group="administration"
    ),
)
ACCOUNT_ITEMS = (
    NavigationItem(endpoint="account.show", label="My account", icon="user"),
    NavigationItem(endpoint="endpoints.index", label="Channels", icon="bell"),
)


def template_context() -> dict[str, Any]:
    """What ``layout.html`` shows of it to this person."""
    return {
        "nav": _items(NAVIGATION_ITEMS),
        "account": _items(ACCOUNT_ITEMS),
        "unread": inbox.unread_count,
    }


def _items(places: tuple[NavigationItem, ...]) -> list[dict[str, Any]]:
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
