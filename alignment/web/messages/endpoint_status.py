"""What the list of channels shows for each endpoint: its service, its state, its last test and
failures.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from alignment.accounts.models import id_of
from alignment.accounts.people import queries as accounts
from alignment.accounts.roles import Right
from alignment.edge import allowed, session, settings, user
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.encryption import CannotDecrypt
from alignment.notifications.channels.push import VapidIdentity
from alignment.notifications.channels.registry import FORMS, spec_of
from alignment.notifications.endpoints import lifecycle, queries, team_channels
from alignment.notifications.models import Delivery, Endpoint, Outcome, Preference
from alignment.notifications.notice_kinds import KINDS, kind_of
from alignment.notifications.outbox.team_copies import is_for_team_channels
from alignment.notifications.preferences import queries as people
from alignment.notifications.preferences.effective import channels_of


def index_context() -> dict[str, Any]:
    """Mine, those of each team, and what can be added."""
    mine = queries.endpoints_of(session(), user())
    of_teams = queries.endpoints_of_teams(session(), user().workspace_id)
    rows = {row["id"]: row for row in _rows([*mine, *of_teams])}
    teams = accounts.open_teams_of(session(), user().workspace_id)
    return {
        "mine": [rows[endpoint.id] for endpoint in mine],
        "teams": [
            (team, [rows[endpoint.id] for endpoint in of_teams if endpoint.team_id == team.id])
            for team in teams
        ],
        "forms": [(name, form.label) for name, form in FORMS.items()],
        "address_help": " ".join(f"{form.label}: {form.address_help}." for form in FORMS.values()),
        "choices": [(team.id, team.name) for team in teams if _may_set_up(id_of(team))],
        "kinds": [(name, kind.title) for name, kind in KINDS.items() if is_for_team_channels(name)],
        "push_key": VapidIdentity(settings().secret()).public,
        "slack": queries.chat_account_of(session(), user()),
        "has_slack_buttons": bool(settings().slack_signing_secret),
    }


def _may_set_up(team_id: int) -> bool:
    return team_channels.may_set_up(session(), user(), team_id)


def row_context(endpoint: Endpoint) -> dict[str, Any]:
    """One channel, as its row on the page shows it."""
    return _rows([endpoint])[0]


def _rows(known: Sequence[Endpoint]) -> list[dict[str, Any]]:
    ids, workspace_id = [id_of(endpoint) for endpoint in known], user().workspace_id
    wishes = people.preferences_of(session(), workspace_id, [id_of(user())])
    tests = queries.last_trials(session(), workspace_id, ids)
    failures = queries.last_failures(session(), workspace_id, ids)
    return [
        _row(
            endpoint,
            hears=endpoint.kinds if endpoint.team_id else _wanted(endpoint.channel, wishes),
            test=tests.get(id_of(endpoint)),
            failures=failures.get(id_of(endpoint), ()),
        )
        for endpoint in known
    ]


def _wanted(channel: ChannelKind, wishes: Mapping[int | None, Preference]) -> list[str]:
    """The kinds that this person wants by such a channel."""
    rows = (wishes.get(user().id), wishes.get(None))
    offered = (name for name, kind in KINDS.items() if kind.is_selectable)
    return [name for name in offered if channel in channels_of(name, *rows)]


def _row(
    endpoint: Endpoint,
    *,
    hears: Sequence[str],
    test: Delivery | None,
    failures: Sequence[Delivery],
) -> dict[str, Any]:
    facts = lifecycle.decrypted_address(endpoint, settings().secret())
    return {
        "id": endpoint.id,
        "label": endpoint.label,
        "is": spec_of(endpoint.channel, facts).label,
        "is_webhook": endpoint.channel is ChannelKind.WEBHOOK,
        "is_on": endpoint.disabled_at is None,
        "why_off": endpoint.disabled_reason,
        "failing_since": endpoint.failing_since,
        "unreadable": "" if facts else str(CannotDecrypt()),
        "is_own": endpoint.team_id is None,
        "hears": [kind_of(name).title for name in hears],
        "test": _test(test) if test else None,
        "failures": [
            {
                "title": failure.subject or kind_of(failure.kind).title,
                "at": failure.created_at,
                "why": failure.reason,
            }
            for failure in failures
            if failure.kind != queries.CHANNEL_TEST
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
