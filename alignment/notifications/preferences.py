"""Which ways lead to a person for one kind of message, and when a message may go.

A person's own row wins over the workspace's, which wins over what the kind itself suggests.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from alignment.accounts import queries as accounts
from alignment.accounts.models import User, id_of
from alignment.accounts.working_hours import calendar_for
from alignment.notifications import queries, quiet
from alignment.notifications.kinds import Kind, kind_of
from alignment.notifications.models import ChannelKind, Delivery, Endpoint, Preference
from alignment.notifications.mutes import names_of
from alignment.notifications.quiet import Wishes
from alignment.worktime.calendar import Calendar

NEEDS_NO_ENDPOINT = frozenset({ChannelKind.EMAIL, ChannelKind.INBOX})
MAKES_NO_SOUND = frozenset({ChannelKind.INBOX, ChannelKind.WEBHOOK})
"""Nobody is disturbed by a list that is read at will, or by a machine that is told."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way to a person; ``endpoint_id`` says which chat, webhook or browser."""

    channel: ChannelKind
    endpoint_id: int | None = None


INBOX_ONLY = (Way(channel=ChannelKind.INBOX),)


def ways_for(
    session: Session, workspace_id: int, kind: str, recipient_ids: Iterable[int]
) -> Mapping[int, Sequence[Way]]:
    """The ways to each of these people for this kind; always at least one.

    A muted kind, and one to which no way is left, is told in the inbox alone.
    """
    ids = sorted(set(recipient_ids))
    rows = queries.preferences_of(session, workspace_id, ids)
    muted = queries.who_muted(session, workspace_id, names_of(kind), ids)
    endpoints = queries.open_endpoints_of(session, workspace_id, ids)
    return {
        user_id: INBOX_ONLY
        if user_id in muted
        else _ways(channels_of(kind, rows.get(user_id), rows.get(None)), endpoints.get(user_id, ()))
        for user_id in ids
    }


def channels_of(kind: str, *rows: Preference | None) -> tuple[ChannelKind, ...]:
    """The channels of a kind: of the first row that names it, else those it has by default."""
    for row in rows:
        if row is not None and kind in row.channels:
            return tuple(ChannelKind(name) for name in row.channels[kind])
    return kind_of(kind).default_channels


def next_allowed(
    session: Session, delivery: Delivery, recipient: User, kind: Kind, now: datetime
) -> datetime | None:
    """Until when this message must wait for its reader; None when it may go now."""
    found = why_wait(session, delivery, recipient, kind, now)
    return found.until if found else None


def why_wait(
    session: Session, delivery: Delivery, recipient: User, kind: Kind, now: datetime
) -> quiet.Wait | None:
    """As ``next_allowed``, with the reason in words for the reader."""
    if delivery.channel in MAKES_NO_SOUND or kind.at_chosen_hour:
        return None
    wishes = wishes_of(session, [recipient], now=now)[id_of(recipient)]
    return quiet.wait(wishes, thread=delivery.thread, is_urgent=kind.breaks_quiet, now=now)


def wishes_of(session: Session, people: Sequence[User], *, now: datetime) -> Mapping[int, Wishes]:
    """How each of these people of one workspace wants to be told, in a few questions for all."""
    if not people:
        return {}
    workspace_id, ids = people[0].workspace_id, [id_of(person) for person in people]
    rows = queries.preferences_of(session, workspace_id, ids)
    days_off = accounts.days_off_of(session, workspace_id, ids, since=now.date() - quiet.ONE_DAY)
    calendars = _calendars(session, workspace_id, ids)
    snoozed = queries.snoozed_threads(session, workspace_id, ids, now=now)
    return {
        id_of(person): Wishes(
            zone=person.zone,
            days_off=days_off.get(id_of(person), ()),
            calendars=calendars[id_of(person)],
            snoozed=snoozed.get(id_of(person), {}),
            **_chosen(rows.get(person.id), rows.get(None)),
        )
        for person in people
    }


def _ways(channels: Sequence[ChannelKind], endpoints: Sequence[Endpoint]) -> tuple[Way, ...]:
    named = [Way(channel=x) for x in channels if x is ChannelKind.EMAIL]
    reached = [Way(channel=x.channel, endpoint_id=x.id) for x in endpoints if x.channel in channels]
    return (*named, *reached) or INBOX_ONLY


def _chosen(*rows: Preference | None) -> dict[str, Any]:
    """What the first row that says anything says; quiet hours are chosen as a pair."""
    present = [row for row in rows if row is not None]
    chosen = {
        name: next(value for row in present if (value := getattr(row, name)) is not None)
        for name in ("digest_at", "breaks_quiet", "wants_weekly")
        if any(getattr(row, name) is not None for row in present)
    }
    quiet_row = next((row for row in present if row.quiet_from and row.quiet_until), None)
    if quiet_row:
        chosen |= {"quiet_from": quiet_row.quiet_from, "quiet_until": quiet_row.quiet_until}
    return chosen


def _calendars(
    session: Session, workspace_id: int, ids: Sequence[int]
) -> Mapping[int, tuple[Calendar, ...]]:
    """Of each person's teams; somebody without a team works when any team does."""
    hours = accounts.newest_hours(session, workspace_id)
    calendars = {team_id: calendar_for(row) for team_id, row in hours.items()}
    teams = accounts.team_ids_of(session, workspace_id, ids)
    return {
        user_id: tuple(
            calendar
            for team_id, calendar in calendars.items()
            if team_id in teams.get(user_id, calendars)
        )
        for user_id in ids
    }
