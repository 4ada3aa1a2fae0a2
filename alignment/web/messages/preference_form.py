"""The form of notification preferences: what it shows of a row, and the choice that it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from flask import request

from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.models import Preference
from alignment.notifications.notice_kinds import NoticeKind
from alignment.notifications.preferences.editing import SELECTABLE_KINDS
from alignment.notifications.preferences.effective import channels_of
from alignment.notifications.preferences.quiet_hours import DEFAULT_DIGEST_TIME
from alignment.web.forms import submitted_fields

COLUMNS = {
    ChannelKind.EMAIL: "Mail",
    ChannelKind.CHAT: "Chat",
    ChannelKind.PUSH: "Browser",
    ChannelKind.WEBHOOK: "Webhook",
}
CHANNEL_BOX = "way"
"""A box of the table is named way.<kind>.<channel>."""
YES_NO = {True: "yes", False: "no"}


@dataclass(frozen=True, kw_only=True)
class KindRow:
    """One kind of message, and which channels carry it."""

    kind: NoticeKind
    ticked: frozenset[ChannelKind]


def kind_rows(*preferences: Preference | None) -> list[KindRow]:
    return [
        KindRow(kind=kind, ticked=frozenset(channels_of(kind.name, *preferences)))
        for kind in SELECTABLE_KINDS
    ]


def submitted_choices(
    columns: Sequence[ChannelKind], *preferences: Preference | None
) -> dict[str, Any]:
    """The form as the slice takes it; a channel without a column stays as it is."""
    words = {name: text for name, text in submitted_fields(request.form).items() if "." not in name}
    ticked = {name for name in request.form if name.startswith(f"{CHANNEL_BOX}.")}
    channels = {
        kind.name: {
            channel for channel in columns if f"{CHANNEL_BOX}.{kind.name}.{channel.value}" in ticked
        }
        | (set(channels_of(kind.name, *preferences)) - set(columns) - {ChannelKind.INBOX})
        for kind in SELECTABLE_KINDS
    }
    return words | {"channels": channels}


def form_values(row: Preference | None) -> dict[str, Any]:
    """A row as its form shows it; empty where nothing was chosen."""
    if row is None:
        return {}
    return {
        "digest_at": time_text(row.digest_at),
        "quiet_from": time_text(row.quiet_from),
        "quiet_until": time_text(row.quiet_until),
        "breaks_quiet": yes_no_text(row.breaks_quiet),
        "wants_weekly": yes_no_text(row.wants_weekly),
        "allows_codes": yes_no_text(row.allows_codes),
        "max_per_person_hour": row.max_per_person_hour,
        "max_per_workspace_hour": row.max_per_workspace_hour,
    }


def inherited_texts(base: Preference | None) -> dict[str, str]:
    """What holds where nothing is chosen, in words."""
    known = form_values(base)
    quiet = f"{known['quiet_from']} to {known['quiet_until']}" if known.get("quiet_from") else ""
    return {
        "digest_at": known.get("digest_at") or time_text(DEFAULT_DIGEST_TIME),
        "quiet": quiet or "none",
        "breaks_quiet": known.get("breaks_quiet") or "no",
        "wants_weekly": known.get("wants_weekly") or "yes",
    }


def time_text(at: time | None) -> str:
    return f"{at:%H:%M}" if at else ""


def yes_no_text(chosen: bool | None) -> str:  # noqa: FBT001 a value to be shown, not a switch
    return "" if chosen is None else YES_NO[chosen]
