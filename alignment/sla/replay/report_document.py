"""The result of a draft's replay as a JSON document for other programs."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from alignment.sla.models import Agreement
from alignment.sla.promises.target_documents import target_to_document
from alignment.sla.replay.columns.comparison import GroupComparison, TallyComparison
from alignment.sla.replay.columns.tallies import Tally
from alignment.sla.replay.drafts import DraftReport, ReplayedPromise, TargetReport
from alignment.worktime.open_intervals import FIRST_ORDINAL


def report_document(agreement: Agreement, report: DraftReport) -> dict[str, Any]:
    """Ready for JSON: instants in UTC, weeks by their local Monday, rates as shares of 1."""
    return {
        "agreement": {"id": agreement.id, "name": agreement.name},
        "since": report.since.isoformat(),
        "until": report.until.isoformat(),
        "wanted_rate": float(report.wanted),
        "sides": {
            side.value: _comparison_document(beside) for side, beside in report.sides.items()
        },
        "promises": [_promise_document(promise, report) for promise in report.promises],
    }


def monday_of(group: GroupComparison) -> date:
    """The first day of the week that a line is about."""
    return date.fromordinal(FIRST_ORDINAL + group.group)


def _promise_document(promise: ReplayedPromise, report: DraftReport) -> dict[str, Any]:
    compared = promise.compared
    return {
        "key": promise.key,
        "owed_by": promise.owed_by.value,
        **_comparison_document(compared.total),
        "targets": [_target_document(target) for target in promise.targets],
        "by_week": [
            {"week": monday_of(x).isoformat(), **_comparison_document(x)} for x in compared.by_week
        ],
        "by_source": list(_group_documents("source", compared.by_source, report.sources)),
        "by_owner": list(_group_documents("owner", compared.by_owner, report.people)),
    }


def _target_document(replayed: TargetReport) -> dict[str, Any]:
    document = target_to_document(replayed.target)
    return {
        "segment": replayed.target.segment.name,
        "name": document["name"],
        "allowed": document["allowed"],
        "rounds": replayed.cycles,
        "read_one_by_one": replayed.read_by_fallback,
        "shortest_seconds": replayed.shortest,
        "settled": replayed.settled,
        "never_answered": replayed.never_answered,
    }


def _group_documents(
    what: str, lines: Iterable[GroupComparison], names: Mapping[int, str]
) -> Iterable[dict[str, Any]]:
    """Nobody and no source have no id and no name."""
    for group in lines:
        yield {
            f"{what}_id": group.group or None,
            what: names.get(group.group),
            **_comparison_document(group),
        }


def _comparison_document(beside: TallyComparison) -> dict[str, Any]:
    return {"draft": _tally_document(beside.draft), "then": _tally_document(beside.actual)}


def _tally_document(tally: Tally) -> dict[str, Any]:
    return {**asdict(tally), "settled": tally.settled, "kept_rate": tally.kept_rate}
