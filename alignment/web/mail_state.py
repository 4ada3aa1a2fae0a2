"""How messages go: what became of those of a week, which channels fail, when no scheduler ran."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from alignment.accounts.roles import Right
from alignment.edge import needs, now, session, user
from alignment.notifications.models import Outcome
from alignment.notifications.overview import queries
from alignment.notifications.queries import standstills

COUNTED = timedelta(days=7)
REMEMBERED = timedelta(days=30)

Counts = Mapping[str, Counter[Outcome]]
pages = Blueprint("state", __name__)


@pages.get("/mail/state")
@needs(Right.MAIL)
def show() -> ResponseReturnValue:
    workspace_id = user().workspace_id
    rows = queries.outcomes_since(session(), workspace_id, now() - COUNTED)
    return render_template(
        "mail/state.html",
        outcomes=[one for one in Outcome if any(one is outcome for _, _, outcome, _ in rows)],
        by_kind=_added((kind, outcome, count) for kind, _, outcome, count in rows),
        by_channel=_added((channel, outcome, count) for _, channel, outcome, count in rows),
        endpoints=queries.endpoints_in_trouble(session(), workspace_id),
        gaps=standstills(session(), since=now() - REMEMBERED),
        waiting=queries.waiting(session(), workspace_id, now=now()),
    )


def _added(rows: Iterable[tuple[str, Outcome, int]]) -> Counts:
    added: dict[str, Counter[Outcome]] = {}
    for name, outcome, count in rows:
        added.setdefault(name, Counter())[outcome] += count
    return added
