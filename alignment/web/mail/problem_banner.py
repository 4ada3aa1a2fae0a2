"""The banner that warns administrators, on every page, of problems that keep messages from being
sent.
"""

from typing import Any

from flask import g

from alignment.accounts.roles import Right
from alignment.edge import allowed, now, session, user
from alignment.notifications.health import problems
from alignment.notifications.health.problems import DeliveryHealth


def template_context() -> dict[str, Any]:
    """What ``layout.html`` needs for it; it asks only where it is shown."""
    return {"in_the_way": delivery_problems}


def delivery_problems() -> DeliveryHealth | None:
    """Asked once a request; None for who is no administrator."""
    if not allowed(Right.MAIL):
        return None
    if "hindrances" not in g:
        g.hindrances = problems.delivery_health(session(), user().workspace_id, now=now())
    known: DeliveryHealth = g.hindrances
    return known
