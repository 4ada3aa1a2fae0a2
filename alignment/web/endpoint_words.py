"""What the page of channels says of each of them: what it is, whether it works, what failed."""

from collections.abc import Mapping, Sequence
from typing import Any

from alignment.accounts import queries as accounts
from alignment.accounts.models import id_of
from alignment.accounts.roles import Right
from alignment.edge import allowed, session, settings, user
from alignment.notifications import endpoints
from alignment.notifications import queries as people
from alignment.notifications.adding import Form
from alignment.notifications.channels import queries
from alignment.notifications.channels.push import Identity
from alignment.notifications.kinds import KINDS, kind_of
from alignment.notifications.models import ChannelKind, Delivery, Endpoint, Outcome, Preference
from alignment.notifications.preferences import channels_of
from alignment.notifications.sealing import Unreadable
from alignment.notifications.team_channels import is_for_many

FORMS = {
    Form.SLACK: "Slack",
    Form.TEAMS: "Microsoft Teams",
    Form.OTHER: "Another chat",
    Form.WEBHOOK: "Webhook for a program",
}
IS = {ChannelKind.WEBHOOK: "Webhook", ChannelKind.PUSH: "Browser"}


def index_words() -> dict[str, Any]:
    """Mine, those of each team, and what can be added."""
    mine = queries.endpoints_of(session(), user())
    of_teams = queries.endpoints_of_teams(session(), user().workspace_id)
    rows = {row["id"]: row for row in _rows([*mine, *of_teams])}
    teams = accounts.teams_of(session(), user().workspace_id)
    return {
        "mine": [rows[one.id] for one in mine],
        "teams": [
            (team, [rows[one.id] for one in of_teams if one.team_id == team.id]) for team in teams
        ],
        "forms": list(FORMS.items()),
        "choices": [(team.id, team.name) for team in teams] if allowed(Right.SETTINGS) else [],
        "kinds": [(name, kind.title) for name, kind in KINDS.items() if is_for_many(name)],
        "push_key": Identity(settings().secret()).public,
        "slack": queries.chat_account_of(session(), user()),
        "has_slack_buttons": bool(settings().slack_signing_secret),
    }


def row_words(endpoint: Endpoint) -> dict[str, Any]:
    """One channel, as its row on the page shows it."""
    return _rows([endpoint])[0]


def _rows(known: Sequence[Endpoint]) -> list[dict[str, Any]]:
    ids, workspace_id = [id_of(one) for one in known], user().workspace_id
    wishes = people.preferences_of(session(), workspace_id, [id_of(user())])
    tests = queries.last_tests(session(), workspace_id, ids)
    failures = queries.last_failures(session(), workspace_id, ids)
    return [
        _row(
            one,
            hears=one.kinds if one.team_id else _wanted(one.channel, wishes),
            test=tests.get(id_of(one)),
            failures=failures.get(id_of(one), ()),
        )
        for one in known
    ]


def _wanted(channel: ChannelKind, wishes: Mapping[int | None, Preference]) -> list[str]:
    """The kinds that this person wants by such a channel."""
    rows = (wishes.get(user().id), wishes.get(None))
    offered = (name for name, kind in KINDS.items() if kind.is_offered)
    return [name for name in offered if channel in channels_of(name, *rows)]


def _row(
    endpoint: Endpoint,
    *,
    hears: Sequence[str],
    test: Delivery | None,
    failures: Sequence[Delivery],
) -> dict[str, Any]:
    facts = endpoints.address_of(endpoint, settings().secret())
    return {
        "id": endpoint.id,
        "label": endpoint.label,
        "is": IS.get(endpoint.channel) or FORMS.get(Form(facts.get("service", Form.OTHER))),
        "is_webhook": endpoint.channel is ChannelKind.WEBHOOK,
        "is_on": endpoint.disabled_at is None,
        "why_off": endpoint.disabled_reason,
        "failing_since": endpoint.failing_since,
        "unreadable": "" if facts else str(Unreadable()),
        "is_own": endpoint.team_id is None,
        "hears": [kind_of(name).title for name in hears],
        "test": _test(test) if test else None,
        "failures": [
            {
                "title": one.subject or kind_of(one.kind).title,
                "at": one.created_at,
                "why": one.reason,
            }
            for one in failures
            if one.kind != queries.TESTED
        ],
        "may_change": endpoint.team_id is None or allowed(Right.SETTINGS),
    }


def _test(test: Delivery) -> dict[str, Any]:
    return {
        "is_on_its_way": test.attempts == 0 and test.settled_at is None,
        "worked": test.outcome is Outcome.ACCEPTED,
        "at": test.settled_at or test.created_at,
        "why": test.reason,
    }
