"""What keeps messages from going, on top of every page of those who may do something about it."""

from typing import Any

from flask import g

from alignment.accounts.roles import Right
from alignment.edge import allowed, now, session, user
from alignment.notifications.overview import hindrances
from alignment.notifications.overview.hindrances import Hindrances


def words() -> dict[str, Any]:
    """What ``layout.html`` needs for it; it asks only where it is shown."""
    return {"in_the_way": in_the_way}


def in_the_way() -> Hindrances | None:
    """Asked once a request; None for who is no administrator."""
    if not allowed(Right.MAIL):
        return None
    if "hindrances" not in g:
        g.hindrances = hindrances.found(session(), user().workspace_id, now=now())
    known: Hindrances = g.hindrances
    return known
