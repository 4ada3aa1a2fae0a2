"""Delivery health: outcomes of the last week by kind and channel, failing endpoints, and scheduler
downtime.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from alignment.accounts.roles import Right
from alignment.edge import needs, now, session, user
from alignment.notifications.downtime.queries import downtimes_since
from alignment.notifications.health import queries
from alignment.notifications.models import Outcome
from alignment.web.mail.labels import channel_word, kind_word

COUNT_SINCE = timedelta(days=7)
DOWNTIME_SINCE = timedelta(days=30)

OutcomeRow = tuple[str, str, Counter[Outcome]]
"""What is counted, its words, and how many came to each outcome."""
pages = Blueprint("state", __name__)


@pages.get("/mail/state")
@needs(Right.MAIL)
def show() -> ResponseReturnValue:
    workspace_id = user().workspace_id
    rows = queries.outcomes_since(session(), workspace_id, now() - COUNT_SINCE)
    return render_template(
        "mail/delivery_health.html",
        outcomes=[
            column for column in Outcome if any(column is outcome for _, _, outcome, _ in rows)
        ],
        by_kind=_grouped(
            (kind, kind_word(kind), outcome, count) for kind, _, outcome, count in rows
        ),
        by_channel=_grouped(
            (way, channel_word(way), outcome, count) for _, way, outcome, count in rows
        ),
        endpoints=queries.endpoints_in_trouble(session(), workspace_id),
        gaps=downtimes_since(session(), since=now() - DOWNTIME_SINCE),
        waiting=queries.backlog(session(), workspace_id, now=now()),
    )


def _grouped(counted: Iterable[tuple[str, str, Outcome, int]]) -> list[OutcomeRow]:
    added: dict[tuple[str, str], Counter[Outcome]] = {}
    for name, words, outcome, count in counted:
        added.setdefault((name, words), Counter())[outcome] += count
    return [(name, words, counts) for (name, words), counts in sorted(added.items())]
