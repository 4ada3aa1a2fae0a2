"""A workspace's whole past, as the columns that replay takes."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import numpy as np
from sqlmodel import Session

from alignment.sla import queries as sla
from alignment.sla.columns.lines import Column, Facts, Lines
from alignment.sla.history import Happened
from alignment.sla.past import queries
from alignment.sla.tracking import happened

AT_ONCE = 1_000
"""Leads of one SELECT."""


def all_lines(session: Session, workspace_id: int, *, until: datetime, with_facts: bool) -> Lines:
    """Every history up to ``until``; facts only where promises depend on them."""
    ids, lead_ids, kinds, at, owners, people = queries.lines(session, workspace_id)
    told = queries.facts(session, workspace_id) if with_facts else {}
    facts, documents = _coded(ids, told)
    return Lines(
        leads=lead_ids,
        kinds=kinds,
        at=at,
        owners=owners,
        people=people,
        told=ids,
        facts=facts,
        documents=documents,
        until=int(until.timestamp()),
    )


def some_histories(
    session: Session, workspace_id: int, lead_ids: Collection[int]
) -> Mapping[int, Sequence[Happened]]:
    """Line by line, for leads that columns cannot tell."""
    found: defaultdict[int, list[Happened]] = defaultdict(list)
    wanted = sorted(lead_ids)
    for first in range(0, len(wanted), AT_ONCE):
        for line in sla.lines_of_leads(session, workspace_id, wanted[first : first + AT_ONCE]):
            found[line.lead_id].append(happened(line))
    return found


def _coded(ids: Column, told: Mapping[int, str]) -> tuple[Column, list[Facts]]:
    """Each line's facts as a number; equal documents are read once and share one."""
    codes: dict[str, int] = {}
    facts = np.zeros(len(ids), np.int64)
    order = np.argsort(ids)
    lines = order[np.searchsorted(ids, np.fromiter(told, np.int64), sorter=order)]
    facts[lines] = [codes.setdefault(text, len(codes) + 1) for text in told.values()]
    return facts, [{}, *map(json.loads, codes)]
