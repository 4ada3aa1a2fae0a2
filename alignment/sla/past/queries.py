"""Every SELECT that reads a whole workspace's past as columns. The workspace is always the scope.

A row becomes a line of whole numbers and many rows one text, which numpy reads: a quarter of what
rows cost one by one, on both databases.
"""

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
from alignment.db import Row
from alignment.leads.models import Lead, LeadEvent
from alignment.sla.columns.lines import Column
from alignment.sla.columns.readings import STATES
from alignment.sla.history import ORDER
from alignment.sla.models import Agreement, AgreementVersion, Timer

PORTION = 1_000_000
"""Rows that become one text; a database's texts end at a gigabyte."""


def lines(session: Session, workspace_id: int) -> Sequence[Column]:
    """Of every line that counts: id, lead, kind, instant, new owner and person, nobody being 0."""
    columns = [
        LeadEvent.id,
        LeadEvent.lead_id,
        _code(LeadEvent.kind, ORDER),
        _seconds(LeadEvent.at),
        func.coalesce(LeadEvent.owner_id, 0),
        func.coalesce(LeadEvent.by_id, 0),
    ]
    return _numbers(session, LeadEvent, workspace_id, columns, col(LeadEvent.undone_at).is_(None))


def facts(session: Session, workspace_id: int) -> Mapping[int, str]:
    """By line, the document of facts that it told; many lines tell the same."""
    document = cast(LeadEvent.facts, String)
    found = session.exec(
        select(LeadEvent.id, document).where(
            LeadEvent.workspace_id == workspace_id,
            col(LeadEvent.undone_at).is_(None),
            document != "null",
        )
    )
    return dict(found.all())


def sources(session: Session, workspace_id: int) -> Sequence[Column]:
    """Every lead and its source as it is now; no source is 0."""
    columns = [Lead.id, func.coalesce(Lead.source_id, 0)]
    return _numbers(session, Lead, workspace_id, columns)


def promised(session: Session, agreement: Agreement, *, since: datetime) -> dict[str, Side]:
    """Which promises of this agreement started clocks since then, and who owes them."""
    found = session.exec(
        select(Timer.target_key, Timer.owed_by).where(*_clocks(agreement, since=since)).distinct()
    )
    return {key: Side(side) for key, side in found}


def clocks(
    session: Session, agreement: Agreement, key: str, *, since: datetime
) -> Sequence[Column]:
    """Of each clock of one promise: its lead, state, owner and start, as they were kept."""
    columns = [
        Timer.lead_id,
        _code(Timer.state, {state: place for place, state in enumerate(STATES)}),
        func.coalesce(Timer.owner_id, 0),
        _seconds(Timer.started_at),
    ]
    conditions = [*_clocks(agreement, since=since), col(Timer.target_key) == key]
    return _numbers(session, Timer, agreement.workspace_id, columns, *conditions)


def people(session: Session, workspace_id: int) -> dict[int, str]:
    found = session.exec(select(User.id, User.name).where(User.workspace_id == workspace_id))
    return dict(found.all())


def _clocks(agreement: Agreement, *, since: datetime) -> list[ColumnElement[bool]]:
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
    table: type[Row],
    workspace_id: int,
    columns: Sequence[Any],
    *conditions: ColumnElement[bool],
) -> Sequence[Column]:
    """Whole columns of the rows of a workspace, all in one order, whichever it is."""
    parts = [np.empty((0, len(columns)), np.int64)]
    for since in range(*_ids(session, table, workspace_id), PORTION):
        told = session.exec(
            select(_text(columns)).where(
                col(table.workspace_id) == workspace_id,
                col(table.id).between(since, since + PORTION - 1),
                *conditions,
            )
        ).one()
        read = np.fromstring(told or "", np.int64, sep=" ")
        parts.append(read.reshape(-1, len(columns)))
    return list(np.concatenate(parts).T)


def _ids(session: Session, table: type[Row], workspace_id: int) -> tuple[int, int]:
    """From the first id to the one after the last; asked apart, each is one look at an index."""
    first, last = (
        session.exec(select(end(table.id)).where(col(table.workspace_id) == workspace_id)).one()
        for end in (func.min, func.max)
    )
    return (first, last + 1) if last else (0, 0)


def _text(columns: Sequence[Any]) -> ColumnElement[str]:
    line: ColumnElement[str] = cast(columns[0], String)
    for column in columns[1:]:
        line = line + " " + cast(column, String)
    return func.aggregate_strings(line, " ")


def _code(column: Any, codes: Mapping[Any, int]) -> ColumnElement[int]:
    """The number of a word, as Python counts it."""
    words = {word.value: code for word, code in codes.items()}
    return case(words, value=type_coerce(column, String))


def _seconds(at: Any) -> ColumnElement[int]:
    return cast(extract("epoch", at), BigInteger)
