"""Every SELECT that loads a workspace's history as columns. The workspace is the scope.

Each row is formatted as text by the database and numpy parses many rows at once: a quarter of the
cost of fetching rows one by one, on both databases."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    String,
    case,
    cast,
    extract,
    func,
    type_coerce,
)
from sqlmodel import Session, col, select

from alignment.accounts.models import User
from alignment.accounts.roles import Side
from alignment.db import WorkspaceRow
from alignment.leads.event_kinds import EventKind
from alignment.leads.models import Handoff, Lead, LeadEvent, counting
from alignment.sla.clock.history import LIFE_ORDER
from alignment.sla.models import Agreement, AgreementVersion, Timer
from alignment.sla.replay.columns.history import RELEASED, Column
from alignment.sla.replay.columns.stopwatch import STATES

ROWS_PER_QUERY = 1_000_000
"""Rows that become one text; a database's texts end at a gigabyte."""


def event_columns(session: Session, workspace_id: int) -> Sequence[Column]:
    """Of every line that counts: id, lead, kind, instant, new owner and person, nobody being 0; the
    new owner is RELEASED where it tells that nobody has it any more.
    """
    columns = [
        LeadEvent.id,
        LeadEvent.lead_id,
        _code_of_word(LeadEvent.kind, LIFE_ORDER),
        _seconds(LeadEvent.at),
        case(
            (col(LeadEvent.kind) == EventKind.RELEASED, RELEASED),
            else_=func.coalesce(LeadEvent.owner_id, 0),
        ),
        func.coalesce(LeadEvent.by_id, 0),
    ]
    return _numbers(session, LeadEvent, workspace_id, columns, counting())


def facts_by_event(session: Session, workspace_id: int) -> Mapping[int, str]:
    """By line, the document of facts that it told; many lines tell the same."""
    document = cast(LeadEvent.facts, String)
    rows = session.exec(
        select(LeadEvent.id, document).where(
            LeadEvent.workspace_id == workspace_id,
            counting(),
            document != "null",
        )
    )
    return dict(rows.all())


def source_columns(session: Session, workspace_id: int) -> Sequence[Column]:
    """Every lead and its source as it is now; no source is 0."""
    columns = [Lead.id, func.coalesce(Lead.source_id, 0)]
    return _numbers(session, Lead, workspace_id, columns)


def handoff_columns(session: Session, workspace_id: int) -> Sequence[Column]:
    """Every handoff: its lead, its instant, and the source it was made with; no source is 0."""
    columns = [
        Handoff.lead_id,
        _seconds(Handoff.handed_off_at),
        func.coalesce(Handoff.source_id, 0),
    ]
    return _numbers(session, Handoff, workspace_id, columns)


def promise_sides(session: Session, agreement: Agreement, *, since: datetime) -> dict[str, Side]:
    """Which promises of this agreement started clocks since then, and who owes them."""
    rows = session.exec(
        select(Timer.target_key, Timer.owed_by)
        .where(*_timer_conditions(agreement, since=since))
        .distinct()
    )
    return {key: Side(side) for key, side in rows}


def timer_columns(
    session: Session, agreement: Agreement, key: str, *, since: datetime
) -> Sequence[Column]:
    """Of each clock of one promise: its lead, state, owner and start, as they were kept."""
    columns = [
        Timer.lead_id,
        _code_of_word(Timer.state, {state: place for place, state in enumerate(STATES)}),
        func.coalesce(Timer.owner_id, 0),
        _seconds(Timer.started_at),
    ]
    conditions = [*_timer_conditions(agreement, since=since), col(Timer.target_key) == key]
    return _numbers(session, Timer, agreement.workspace_id, columns, *conditions)


def people_names(session: Session, workspace_id: int) -> dict[int, str]:
    rows = session.exec(select(User.id, User.name).where(User.workspace_id == workspace_id))
    return dict(rows.all())


def _timer_conditions(agreement: Agreement, *, since: datetime) -> list[ColumnElement[bool]]:
    versions = select(AgreementVersion.id).where(
        AgreementVersion.workspace_id == agreement.workspace_id,
        AgreementVersion.agreement_id == agreement.id,
    )
    return [
        col(Timer.workspace_id) == agreement.workspace_id,
        col(Timer.version_id).in_(versions),
        ~col(Timer.is_shadow),
        col(Timer.started_at) >= since,
    ]


def _numbers(
    session: Session,
    table: type[WorkspaceRow],
    workspace_id: int,
    columns: Sequence[Any],
    *conditions: ColumnElement[bool],
) -> Sequence[Column]:
    """Whole columns of the rows of a workspace, all in one order, whichever it is."""
    parts = [np.empty((0, len(columns)), np.int64)]
    for since in range(*_ids(session, table, workspace_id), ROWS_PER_QUERY):
        texts = session.exec(
            select(_row_as_text(columns)).where(
                col(table.workspace_id) == workspace_id,
                col(table.id).between(since, since + ROWS_PER_QUERY - 1),
                *conditions,
            )
        ).one()
        read = np.fromstring(texts or "", np.int64, sep=" ")
        parts.append(read.reshape(-1, len(columns)))
    return list(np.concatenate(parts).T)


def _ids(session: Session, table: type[WorkspaceRow], workspace_id: int) -> tuple[int, int]:
    """From the first id to the one after the last; asked apart, each is one look at an index."""
    first, last = (
        session.exec(select(end(table.id)).where(col(table.workspace_id) == workspace_id)).one()
        for end in (func.min, func.max)
    )
    return (first, last + 1) if last else (0, 0)


def _row_as_text(columns: Sequence[Any]) -> ColumnElement[str]:
    line: ColumnElement[str] = cast(columns[0], String)
    for column in columns[1:]:
        line = line + " " + cast(column, String)
    return func.aggregate_strings(line, " ")


def _code_of_word(column: Any, codes: Mapping[Any, int]) -> ColumnElement[int]:
    """The number of a word, as Python counts it."""
    words = {word.value: code for word, code in codes.items()}
    return case(words, value=type_coerce(column, String))


def _seconds(at: Any) -> ColumnElement[int]:
    return cast(extract("epoch", at), BigInteger)
