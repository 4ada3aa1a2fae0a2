"""Writing down how a person, or the workspace for everybody, wants to be told."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from sqlmodel import Session

from alignment.accounts.models import User, Workspace, id_of
from alignment.events import publish
from alignment.notifications import queries
from alignment.notifications.events import PreferencesChanged
from alignment.notifications.kinds import KINDS
from alignment.notifications.models import ChannelKind, Preference
from alignment.notifications.preferences import channels_of

OFFERED = tuple(kind for kind in KINDS.values() if kind.is_offered)
"""The kinds whose ways a person chooses; the others are about the mail itself."""
BEFORE_MERGING = 5
"""A limit below it would merge nearly every message."""

Blank = BeforeValidator(lambda typed: typed if typed != "" else None)
Wall = Annotated[time | None, Blank]
Maybe = Annotated[bool | None, Blank]
Limit = Annotated[int | None, Field(ge=BEFORE_MERGING, le=10_000), Blank]


class OwnChoice(BaseModel):
    """What one person chose; what is left empty follows the workspace."""

    model_config = ConfigDict(extra="forbid")

    channels: Mapping[str, frozenset[ChannelKind]] = Field(default_factory=dict)
    digest_at: Wall = None
    quiet_from: Wall = None
    quiet_until: Wall = None
    breaks_quiet: Maybe = None
    wants_weekly: Maybe = None

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


class WorkspaceChoice(OwnChoice):
    """What holds for everybody who chose nothing, and what only the workspace decides."""

    allows_codes: Maybe = None
    per_hour: Limit = None
    workspace_per_hour: Limit = None


def choose(session: Session, person: User, choice: OwnChoice, *, now: datetime) -> Preference:
    """Keep what this person chose; doing it again changes nothing."""
    rows = queries.preferences_of(session, person.workspace_id, [id_of(person)])
    row = rows.get(person.id) or _new(person.workspace_id, id_of(person), now=now)
    return _write(session, row, choice, by=person, base=rows.get(None), now=now)


def choose_for_all(
    session: Session, workspace: Workspace, choice: WorkspaceChoice, *, by: User, now: datetime
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
    choice: OwnChoice,
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


def _channels(choice: OwnChoice, base: Preference | None) -> dict[str, list[str]]:
    """Only what differs from what holds anyway, so that the rest goes on following it."""
    return {
        kind: sorted(channel.value for channel in chosen)
        for kind, chosen in choice.channels.items()
        if chosen != frozenset(channels_of(kind, base)) - {ChannelKind.INBOX}
    }
