"""Load a workspace's histories as the columns that the replay takes."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import numpy as np
from sqlmodel import Session

from alignment.sla.clock.history import HistoryEvent
from alignment.sla.replay import queries
from alignment.sla.replay.columns.history import Column, Facts, HistoryColumns
from alignment.sla.timers import queries as sla
from alignment.sla.timers.histories import event_of_row

LEADS_PER_QUERY = 1_000
"""Leads of one SELECT."""


def load_history_columns(
    session: Session, workspace_id: int, *, until: datetime, with_facts: bool
) -> HistoryColumns:
    """Every history up to ``until``; facts only where promises depend on them."""
    ids, lead_ids, kinds, at, owners, people = queries.event_columns(session, workspace_id)
    columns = queries.facts_by_event(session, workspace_id) if with_facts else {}
    facts, documents = _number_documents(ids, columns)
    return HistoryColumns(
        leads=lead_ids,
        kinds=kinds,
        at=at,
        owners=owners,
        people=people,
        sequence=ids,
        facts=facts,
        documents=documents,
        until=int(until.timestamp()),
    )


def load_histories_of(
    session: Session, workspace_id: int, lead_ids: Collection[int]
) -> Mapping[int, Sequence[HistoryEvent]]:
    """Line by line, for leads that columns cannot tell."""
    histories: defaultdict[int, list[HistoryEvent]] = defaultdict(list)
    wanted = sorted(lead_ids)
    for first in range(0, len(wanted), LEADS_PER_QUERY):
        for row in sla.event_rows_of_leads(
            session, workspace_id, wanted[first : first + LEADS_PER_QUERY]
        ):
            histories[row.lead_id].append(event_of_row(row))
    return histories


def _number_documents(ids: Column, texts: Mapping[int, str]) -> tuple[Column, list[Facts]]:
    """Each line's facts as a number; equal documents are read once and share one."""
    codes: dict[str, int] = {}
    facts = np.zeros(len(ids), np.int64)
    order = np.argsort(ids)
    lines = order[np.searchsorted(ids, np.fromiter(texts, np.int64), sorter=order)]
    facts[lines] = [codes.setdefault(text, len(codes) + 1) for text in texts.values()]
    return facts, [{}, *map(json.loads, codes)]
