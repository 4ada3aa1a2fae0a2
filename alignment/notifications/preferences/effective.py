"""Effective preferences: a person's own row wins over the workspace's, which wins over the kind's
defaults; from them follow the routes of a notice and its deferral.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlmodel import Session

from alignment.accounts.absences import queries as absences_queries
from alignment.accounts.models import User, id_of
from alignment.accounts.opening_hours import queries as opening_hours_queries
from alignment.accounts.opening_hours.calendars import calendar_for
from alignment.accounts.people import queries as people_queries
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.models import Endpoint, Preference
from alignment.notifications.notice_kinds import kind_of
from alignment.notifications.preferences import queries, quiet_hours
from alignment.notifications.preferences.mutes import mute_names_of
from alignment.notifications.preferences.quiet_hours import EffectivePreferences
from alignment.worktime.calendar import Calendar


@dataclass(frozen=True, kw_only=True)
class Route:
    """One way to a person; ``endpoint_id`` says which chat, webhook or browser."""

    channel: ChannelKind
    endpoint_id: int | None = None


INBOX_ROUTE = (Route(channel=ChannelKind.INBOX),)


def routes_for(
    session: Session, workspace_id: int, kind: str, recipient_ids: Iterable[int]
) -> Mapping[int, Sequence[Route]]:
    """The ways to each of these people for this kind; always at least one.

    A muted kind, and one to which no way is left, is told in the inbox alone.
    """
    ids = sorted(set(recipient_ids))
    rows = queries.preferences_of(session, workspace_id, ids)
    muted = queries.who_muted(session, workspace_id, mute_names_of(kind), ids)
    endpoints = queries.open_endpoints_of(session, workspace_id, ids)
    return {
        user_id: INBOX_ROUTE
        if user_id in muted
        else _routes(
            channels_of(kind, rows.get(user_id), rows.get(None)), endpoints.get(user_id, ())
        )
        for user_id in ids
    }


def channels_of(kind: str, *rows: Preference | None) -> tuple[ChannelKind, ...]:
    """The channels of a kind: of the first row that names it, else those it has by default."""
    for row in rows:
        if row is not None and kind in row.channels:
            return tuple(ChannelKind(name) for name in row.channels[kind])
    return kind_of(kind).default_channels


def effective_preferences_of(
    session: Session, people: Sequence[User], *, now: datetime
) -> Mapping[int, EffectivePreferences]:
    """How each of these people of one workspace wants to be told, in a few questions for all."""
    if not people:
        return {}
    workspace_id, ids = people[0].workspace_id, [id_of(person) for person in people]
    rows = queries.preferences_of(session, workspace_id, ids)
    # Those that are over too: a digest tells what happened since the working day before them.
    since = now.date() - quiet_hours.LONGEST_DEFERRAL_DAYS * quiet_hours.ONE_DAY
    days_off = absences_queries.days_off_of(session, workspace_id, ids, since=since)
    calendars = _calendars(session, workspace_id, ids)
    snoozed = queries.snoozed_threads(session, workspace_id, ids, now=now)
    return {
        id_of(person): EffectivePreferences(
            zone=person.zone,
            days_off=days_off.get(id_of(person), ()),
            calendars=calendars[id_of(person)],
            snoozed=snoozed.get(id_of(person), {}),
            **_first_chosen(rows.get(person.id), rows.get(None)),
        )
        for person in people
    }


def _routes(channels: Sequence[ChannelKind], endpoints: Sequence[Endpoint]) -> tuple[Route, ...]:
    email_route = [Route(channel=item) for item in channels if item is ChannelKind.EMAIL]
    endpoint_routes = [
        Route(channel=item.channel, endpoint_id=item.id)
        for item in endpoints
        if item.channel in channels
    ]
    return (*email_route, *endpoint_routes) or INBOX_ROUTE


def _first_chosen(*rows: Preference | None) -> dict[str, Any]:
    """What the first row that says anything says; quiet hours are chosen as a pair."""
    present = [row for row in rows if row is not None]
    chosen = {
        name: next(value for row in present if (value := getattr(row, name)) is not None)
        for name in ("digest_at", "breaks_quiet", "wants_weekly")
        if any(getattr(row, name) is not None for row in present)
    }
    return chosen | _quiet_hours(present)


def _quiet_hours(rows: Sequence[Preference]) -> dict[str, time]:
    """The quiet hours of the first row that has any, and the hour of the digest at their end where
    they cover one that nobody chose as closely as them.
    """
    for place, row in enumerate(rows):
        if row.quiet_from is not None and row.quiet_until is not None:
            quiet = {"quiet_from": row.quiet_from, "quiet_until": row.quiet_until}
            if any(closer.digest_at is not None for closer in rows[: place + 1]):
                return quiet
            hours = (wider.digest_at for wider in rows if wider.digest_at is not None)
            hour = next(hours, quiet_hours.DEFAULT_DIGEST_TIME)
            return quiet | {"digest_at": quiet_hours.hour_after_quiet(hour, **quiet)}
    return {}


def _calendars(
    session: Session, workspace_id: int, ids: Sequence[int]
) -> Mapping[int, tuple[Calendar, ...]]:
    """Of each person's teams; somebody without a team works when any team does."""
    hours = opening_hours_queries.newest_hours_by_team(session, workspace_id)
    calendars = {team_id: calendar_for(row) for team_id, row in hours.items()}
    teams = people_queries.team_ids_of(session, workspace_id, ids)
    return {
        user_id: tuple(
            calendar
            for team_id, calendar in calendars.items()
            if team_id in teams.get(user_id, calendars)
        )
        for user_id in ids
    }


def effective_preferences_of_all(
    session: Session, people: Sequence[User], *, now: datetime
) -> Mapping[int, EffectivePreferences]:
    """How each of these people wants to be told, of whatever workspaces."""
    by_workspace: dict[int, list[User]] = {}
    for person in people:
        by_workspace.setdefault(person.workspace_id, []).append(person)
    by_person: dict[int, EffectivePreferences] = {}
    for people_of_workspace in by_workspace.values():
        by_person |= effective_preferences_of(session, people_of_workspace, now=now)
    return by_person
