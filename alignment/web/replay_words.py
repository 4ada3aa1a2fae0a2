"""A replayed version in words: each promise as it would have gone, beside how it went."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from alignment.accounts.roles import Side
from alignment.files.export import Column, Written
from alignment.sla.comparison import Beside, Line
from alignment.sla.past.documents import monday
from alignment.sla.phrases import duration
from alignment.sla.promise_phrases import allowed
from alignment.sla.replaying import DraftReplayed, PromiseReplayed, TargetReplayed
from alignment.sla.segments import EVERYTHING_ELSE
from alignment.sla.tallies import Tally
from alignment.sla.targets import OpenTime

NOTHING = "–"
COLUMNS = {
    "Promise": Column.TEXT,
    "Owed by": Column.TEXT,
    "Grouped by": Column.TEXT,
    "Group": Column.TEXT,
    **{
        f"{what}, {whose}": Column.NUMBER
        for whose in ("this version", "as promised then")
        for what in ("Kept", "Kept late", "Missed", "Open", "Cancelled")
    },
}


@dataclass(frozen=True, kw_only=True)
class LineSaid:
    """Two kept rates side by side."""

    name: str
    draft: str
    then: str


@dataclass(frozen=True, kw_only=True)
class PromiseSaid:
    key: str
    name: str
    owed_by: Side
    total: LineSaid
    needed: tuple[str, ...]
    """Which time would have reached the wanted rate, a sentence a segment."""
    groups: tuple[tuple[str, tuple[LineSaid, ...]], ...]
    """By week, by source, by owner."""


def teams_said(found: DraftReplayed) -> list[LineSaid]:
    return [_line(side.capitalize(), beside) for side, beside in found.sides.items()]


def promises_said(found: DraftReplayed, names: Mapping[str, str]) -> list[PromiseSaid]:
    return [_promise(one, found, names) for one in found.promises]


def rows_of(found: DraftReplayed, names: Mapping[str, str]) -> Iterator[list[Written]]:
    """Each promise as a whole, then by week, source and owner."""
    for one in found.promises:
        start: list[Written] = [names.get(one.key, one.key), one.owed_by]
        yield [*start, "all", "", *_counts(one.compared.total)]
        for way, lines in _ways(one, found):
            for name, line in lines:
                yield [*start, way, name, *_counts(line)]


def _promise(one: PromiseReplayed, found: DraftReplayed, names: Mapping[str, str]) -> PromiseSaid:
    return PromiseSaid(
        key=one.key,
        name=names.get(one.key, one.key),
        owed_by=one.owed_by,
        total=_line("All", one.compared.total),
        needed=tuple(_needed(each, found) for each in one.targets),
        groups=tuple(
            (f"By {way}", tuple(_line(name, line) for name, line in lines))
            for way, lines in _ways(one, found)
        ),
    )


def _needed(one: TargetReplayed, found: DraftReplayed) -> str:
    """Up to the next whole minute, since a shorter time would keep less."""
    wanted = f"{float(found.wanted):.0%}".replace("%", " %")
    whose = "" if one.target.segment.name == EVERYTHING_ELSE else f"{one.target.segment.name}: "
    if not isinstance(one.target.allowed, OpenTime):
        return f"{whose}{allowed(one.target)}; replay another number of days to compare."
    if not one.rounds:
        return f"{whose}nothing started in this time."
    if one.shortest is None:
        return f"{whose}no time would have been kept {wanted} of the time."
    needed = duration(timedelta(minutes=-(-one.shortest // 60)))
    return f"{whose}{needed} would have been kept {wanted} of the time."


def _ways(
    one: PromiseReplayed, found: DraftReplayed
) -> Iterator[tuple[str, list[tuple[str, Line]]]]:
    compared = one.compared
    yield "week", [(f"{monday(line)}", line) for line in compared.by_week]
    yield "source", _named(compared.by_source, found.sources, "no source")
    yield "owner", _named(compared.by_owner, found.people, "nobody")


def _named(lines: Iterable[Line], names: Mapping[int, str], nothing: str) -> list[tuple[str, Line]]:
    return [(names.get(line.group, nothing), line) for line in lines]


def _line(name: str, beside: Beside) -> LineSaid:
    return LineSaid(name=name, draft=rate(beside.draft), then=rate(beside.then))


def rate(tally: Tally) -> str:
    """ "92 % (46 of 50)", or a dash where nothing is settled."""
    if tally.kept_rate is None:
        return NOTHING
    # Cut, not rounded: 100 % is said of nothing less.
    return f"{tally.met * 100 // tally.settled} % ({tally.met:,} of {tally.settled:,})"


def _counts(beside: Beside) -> Iterator[int]:
    for tally in (beside.draft, beside.then):
        yield from (tally.met, tally.met_late, tally.breached)
        yield from (tally.running + tally.paused, tally.cancelled)
