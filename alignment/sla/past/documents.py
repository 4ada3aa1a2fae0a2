"""A replayed draft as a document for other programs: the same numbers, with their names."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from alignment.sla.comparison import Beside, Line
from alignment.sla.documents import to_document
from alignment.sla.models import Agreement
from alignment.sla.replaying import DraftReplayed, PromiseReplayed, TargetReplayed
from alignment.sla.tallies import Tally
from alignment.worktime.timeline import FIRST_ORDINAL


def document(agreement: Agreement, found: DraftReplayed) -> dict[str, Any]:
    """Ready for JSON: instants in UTC, weeks by their local Monday, rates as shares of 1."""
    return {
        "agreement": {"id": agreement.id, "name": agreement.name},
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "wanted_rate": float(found.wanted),
        "sides": {side.value: _beside(beside) for side, beside in found.sides.items()},
        "promises": [_promise(promise, found) for promise in found.promises],
    }


def monday(line: Line) -> date:
    """The first day of the week that a line is about."""
    return date.fromordinal(FIRST_ORDINAL + line.group)


def _promise(promise: PromiseReplayed, found: DraftReplayed) -> dict[str, Any]:
    compared = promise.compared
    return {
        "key": promise.key,
        "owed_by": promise.owed_by.value,
        **_beside(compared.total),
        "targets": [_target(target) for target in promise.targets],
        "by_week": [{"week": monday(x).isoformat(), **_beside(x)} for x in compared.by_week],
        "by_source": list(_named("source", compared.by_source, found.sources)),
        "by_owner": list(_named("owner", compared.by_owner, found.people)),
    }


def _target(replayed: TargetReplayed) -> dict[str, Any]:
    told = to_document(replayed.target)
    return {
        "segment": replayed.target.segment.name,
        "name": told["name"],
        "allowed": told["allowed"],
        "rounds": replayed.rounds,
        "read_one_by_one": replayed.one_by_one,
        "shortest_seconds": replayed.shortest,
    }


def _named(what: str, lines: Iterable[Line], names: Mapping[int, str]) -> Iterable[dict[str, Any]]:
    """Nobody and no source have no id and no name."""
    for line in lines:
        yield {f"{what}_id": line.group or None, what: names.get(line.group), **_beside(line)}


def _beside(beside: Beside) -> dict[str, Any]:
    return {"draft": _tally(beside.draft), "then": _tally(beside.then)}


def _tally(tally: Tally) -> dict[str, Any]:
    return {**asdict(tally), "settled": tally.settled, "kept_rate": tally.kept_rate}
