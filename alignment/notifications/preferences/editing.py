"""Save what a person, or the workspace for everybody, chose about notifications."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from sqlmodel import Session

from alignment.accounts.models import User, Workspace, id_of
from alignment.events import publish
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.events import PreferencesChanged
from alignment.notifications.models import Preference
from alignment.notifications.notice_kinds import KINDS
from alignment.notifications.preferences import queries
from alignment.notifications.preferences.effective import channels_of

SELECTABLE_KINDS = tuple(kind for kind in KINDS.values() if kind.is_selectable)
"""The kinds whose ways a person chooses; the others are about the mail itself."""
LOWEST_LIMIT = 5
"""A limit below it would merge nearly every message."""

EmptyAsNone = BeforeValidator(lambda typed: typed if typed != "" else None)
WallTime = Annotated[time | None, EmptyAsNone]
OptionalBool = Annotated[bool | None, EmptyAsNone]
Limit = Annotated[int | None, Field(ge=LOWEST_LIMIT, le=10_000), EmptyAsNone]


class PreferenceChoice(BaseModel):
    """What one person chose; what is left empty follows the workspace."""

    model_config = ConfigDict(extra="forbid")

    channels: Mapping[str, frozenset[ChannelKind]] = Field(default_factory=dict)
    digest_at: WallTime = None
    quiet_from: WallTime = None
    quiet_until: WallTime = None
    breaks_quiet: OptionalBool = None
    wants_weekly: OptionalBool = None

    @field_validator("channels")
    @classmethod
    def _names_kinds(
        cls, channels: Mapping[str, frozenset[ChannelKind]]
    ) -> Mapping[str, frozenset[ChannelKind]]:
        if not channels.keys() <= KINDS.keys():
            raise ValueError("There is no such kind of message.")
        return channels

    @model_validator(mode="after")
    def _has_both_ends(self) -> Self:
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise ValueError("Enter both times of the quiet hours, or neither.")
        return self


class WorkspacePreferenceChoice(PreferenceChoice):
    """What holds for everybody who chose nothing, and what only the workspace decides."""

    allows_codes: OptionalBool = None
    max_per_person_hour: Limit = None
    max_per_workspace_hour: Limit = None


def save_preferences(
    session: Session, person: User, choice: PreferenceChoice, *, now: datetime
) -> Preference:
    """Keep what this person chose; doing it again changes nothing."""
    rows = queries.preferences_of(session, person.workspace_id, [id_of(person)])
    row = rows.get(person.id) or _new(person.workspace_id, id_of(person), now=now)
    return _write(session, row, choice, by=person, base=rows.get(None), now=now)


def save_workspace_preferences(
    session: Session,
    workspace: Workspace,
    choice: WorkspacePreferenceChoice,
    *,
    by: User,
    now: datetime,
) -> Preference:
    """Keep what holds where people chose nothing themselves."""
    # The unique index cannot tell two rows without a person apart: one writer at a time.
    session.refresh(workspace, with_for_update=True)
    row = queries.preferences_of(session, workspace.id, []).get(None) or _new(
        workspace.id, None, now=now
    )
    return _write(session, row, choice, by=by, base=None, now=now)


def _new(workspace_id: int, user_id: int | None, *, now: datetime) -> Preference:
    return Preference(workspace_id=workspace_id, user_id=user_id, channels={}, updated_at=now)


def _write(
    session: Session,
    row: Preference,
    choice: PreferenceChoice,
    *,
    by: User,
    base: Preference | None,
    now: datetime,
) -> Preference:
    for name, value in choice.model_dump(exclude={"channels"}).items():
        setattr(row, name, value)
    row.channels = _channels(choice, base)
    row.updated_at = now
    session.add(row)
    changed = PreferencesChanged(
        workspace_id=row.workspace_id, at=now, user_id=row.user_id, by_id=id_of(by)
    )
    publish(session, changed)
    return row


def _channels(choice: PreferenceChoice, base: Preference | None) -> dict[str, list[str]]:
    """Only what differs from what holds anyway, so that the rest goes on following it."""
    return {
        kind: sorted(channel.value for channel in chosen)
        for kind, chosen in choice.channels.items()
        if chosen != frozenset(channels_of(kind, base)) - {ChannelKind.INBOX}
    }
