"""What a person sees of a message in the inbox, and that it was seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col

from alignment.accounts.models import User, Workspace, id_of
from alignment.notifications.channels.message_text import MessageParts, split_parts
from alignment.notifications.inbox import queries
from alignment.notifications.models import Delivery
from alignment.notifications.notice_kinds import kind_of
from alignment.notifications.outbox.templates import Reader, RenderError, render_notice

LONGEST = 4_000


@dataclass(frozen=True, kw_only=True)
class InboxEntry:
    """One message of the inbox; ``inside`` are those that it told too."""

    id: int
    kind: str
    parts: MessageParts
    link: str
    created_at: datetime
    is_unread: bool
    merged: Sequence["MergedEntry"] = ()


@dataclass(frozen=True, kw_only=True)
class MergedEntry:
    """A message that was told as part of another one."""

    title: str
    link: str


def page(
    session: Session, user: User, *, skip: int, base_url: str, now: datetime
) -> list[InboxEntry]:
    """One page of the inbox, the newest first."""
    return entries(
        session, user, queries.messages(session, user, skip=skip, now=now), base_url=base_url
    )


def entries(
    session: Session, user: User, rows: Sequence[Delivery], *, base_url: str
) -> list[InboxEntry]:
    """These messages of this person, in words."""
    workspace = session.get_one(Workspace, user.workspace_id)
    reader = Reader(name=user.name, address=user.email, zone=user.zone, workspace=workspace.name)
    carried = queries.merged_into(session, user.workspace_id, [id_of(row) for row in rows])
    return [_entry(row, carried.get(id_of(row), ()), reader, base_url) for row in rows]


def mark_read(session: Session, message: Delivery, *, now: datetime) -> None:
    """Its reader has seen it, and all that it told; seen again changes nothing."""
    if message.read_at is None:
        message.read_at = now
    _mark_read(session, col(Delivery.merged_into_id) == message.id, message.workspace_id, now)


def mark_all_read(session: Session, user: User, *, now: datetime) -> None:
    """This person has seen everything that came so far."""
    mine = (col(Delivery.recipient_id) == user.id) & (col(Delivery.due_at) <= now)
    _mark_read(session, mine, user.workspace_id, now)


def _mark_read(
    session: Session, which: ColumnElement[bool], workspace_id: int, now: datetime
) -> None:
    session.execute(
        update(Delivery)
        .where(col(Delivery.workspace_id) == workspace_id, which, col(Delivery.read_at).is_(None))
        .values(read_at=now)
    )


def _entry(row: Delivery, inside: Sequence[Delivery], reader: Reader, base_url: str) -> InboxEntry:
    link = str(row.words.get("link", ""))
    subject, text = (row.subject, row.text) if row.text else _render_now(row, reader, base_url)
    return InboxEntry(
        id=id_of(row),
        kind=kind_of(row.kind).title,
        parts=split_parts(subject, text, link=f"{base_url}{link}", longest=LONGEST),
        link=link,
        created_at=row.created_at,
        is_unread=row.read_at is None,
        merged=[_merged_entry(one) for one in inside],
    )


def _render_now(row: Delivery, reader: Reader, base_url: str) -> tuple[str, str]:
    """Not sent yet, or told as part of another one: written now, for this page only."""
    try:
        letter = render_notice(row.kind, row.words, reader=reader, base_url=base_url)
    except RenderError:
        return kind_of(row.kind).title, ""
    return letter.subject, letter.text


def _merged_entry(row: Delivery) -> MergedEntry:
    about = row.words.get("company") or row.words.get("lead") or row.words.get("task") or ""
    title = kind_of(row.kind).title
    link = str(row.words.get("link", ""))
    return MergedEntry(title=f"{title}: {about}" if about else title, link=link)
