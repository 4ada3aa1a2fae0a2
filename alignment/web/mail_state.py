"""How messages go: what became of those of a week, which channels fail, when no scheduler ran."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from alignment.accounts.roles import Right
from alignment.edge import needs, now, session, user
from alignment.notifications.models import Outcome
from alignment.notifications.overview import queries
from alignment.notifications.queries import standstills
from alignment.web.mail_words import channel_word, kind_word

COUNTED = timedelta(days=7)
REMEMBERED = timedelta(days=30)

Row = tuple[str, str, Counter[Outcome]]
"""What is counted, its words, and how many came to each outcome."""
pages = Blueprint("state", __name__)


@pages.get("/mail/state")
@needs(Right.MAIL)
def show() -> ResponseReturnValue:
    workspace_id = user().workspace_id
    rows = queries.outcomes_since(session(), workspace_id, now() - COUNTED)
    return render_template(
        "mail/state.html",
        outcomes=[one for one in Outcome if any(one is outcome for _, _, outcome, _ in rows)],
        by_kind=_added((kind, kind_word(kind), outcome, x) for kind, _, outcome, x in rows),
        by_channel=_added((way, channel_word(way), outcome, x) for _, way, outcome, x in rows),
        endpoints=queries.endpoints_in_trouble(session(), workspace_id),
        gaps=standstills(session(), since=now() - REMEMBERED),
        waiting=queries.waiting(session(), workspace_id, now=now()),
    )


def _added(counted: Iterable[tuple[str, str, Outcome, int]]) -> list[Row]:
    added: dict[tuple[str, str], Counter[Outcome]] = {}
    for name, words, outcome, count in counted:
        added.setdefault((name, words), Counter())[outcome] += count
    return [(name, words, counts) for (name, words), counts in sorted(added.items())]
