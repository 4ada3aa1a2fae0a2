"""The results of a replay as table rows and as CSV: each promise under this version beside what
held then.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from alignment.accounts.roles import Side
from alignment.files.csv_export import ColumnKind, ExportValue
from alignment.sla.replay.columns.comparison import GroupComparison, TallyComparison
from alignment.sla.replay.columns.tallies import Tally
from alignment.sla.replay.drafts import DraftReport, ReplayedPromise
from alignment.sla.replay.report_document import monday_of
from alignment.sla.replay.sufficient_time import sufficient_time_sentence

NOTHING = "–"
COLUMNS = {
    "Promise": ColumnKind.TEXT,
    "Owed by": ColumnKind.TEXT,
    "Grouped by": ColumnKind.TEXT,
    "Group": ColumnKind.TEXT,
    **{
        f"{what}, {whose}": ColumnKind.NUMBER
        for whose in ("this version", "as promised then")
        for what in ("Kept", "Kept late", "Missed", "Open", "Cancelled")
    },
}


@dataclass(frozen=True, kw_only=True)
class RateRow:
    """The share kept under the draft beside the share kept as promised then."""

    name: str
    draft: str
    promised: str


@dataclass(frozen=True, kw_only=True)
class PromiseResult:
    key: str
    name: str
    owed_by: Side
    total: RateRow
    needed: tuple[str, ...]
    """Which time would have reached the wanted rate, a sentence a segment."""
    groups: tuple[tuple[str, tuple[RateRow, ...]], ...]
    """By week, by source, by owner."""


def team_results(result: DraftReport) -> list[RateRow]:
    return [_line(side.capitalize(), beside) for side, beside in result.sides.items()]


def promise_results(result: DraftReport, names: Mapping[str, str]) -> list[PromiseResult]:
    return [_promise(promise, result, names) for promise in result.promises]


def csv_rows(result: DraftReport, names: Mapping[str, str]) -> Iterator[list[ExportValue]]:
    """Each promise as a whole, then by week, source and owner."""
    for promise in result.promises:
        start: list[ExportValue] = [names.get(promise.key, promise.key), promise.owed_by]
        yield [*start, "all", "", *_counts(promise.compared.total)]
        for way, lines in _ways(promise, result):
            for name, line in lines:
                yield [*start, way, name, *_counts(line)]


def _promise(
    promise: ReplayedPromise, result: DraftReport, names: Mapping[str, str]
) -> PromiseResult:
    return PromiseResult(
        key=promise.key,
        name=names.get(promise.key, promise.key),
        owed_by=promise.owed_by,
        total=_line("All", promise.compared.total),
        needed=tuple(sufficient_time_sentence(target, result.wanted) for target in promise.targets),
        groups=tuple(
            (f"By {way}", tuple(_line(name, line) for name, line in lines))
            for way, lines in _ways(promise, result)
        ),
    )


def _ways(
    promise: ReplayedPromise, result: DraftReport
) -> Iterator[tuple[str, list[tuple[str, GroupComparison]]]]:
    compared = promise.compared
    yield "week", [(f"{monday_of(line)}", line) for line in compared.by_week]
    yield "source", _named(compared.by_source, result.sources, "no source")
    yield "owner", _named(compared.by_owner, result.people, "nobody")


def _named(
    lines: Iterable[GroupComparison], names: Mapping[int, str], nothing: str
) -> list[tuple[str, GroupComparison]]:
    return [(names.get(line.group, nothing), line) for line in lines]


def _line(name: str, beside: TallyComparison) -> RateRow:
    return RateRow(name=name, draft=rate_text(beside.draft), promised=rate_text(beside.actual))


def rate_text(tally: Tally) -> str:
    """ "92 % (46 of 50)", or a dash where nothing is settled."""
    if tally.kept_rate is None:
        return NOTHING
    # Cut, not rounded: 100 % is said of nothing less.
    return f"{tally.met * 100 // tally.settled} % ({tally.met:,} of {tally.settled:,})"


def _counts(beside: TallyComparison) -> Iterator[int]:
    for tally in (beside.draft, beside.actual):
        yield from (tally.met, tally.met_late, tally.breached)
        yield from (tally.running + tally.paused, tally.cancelled)
