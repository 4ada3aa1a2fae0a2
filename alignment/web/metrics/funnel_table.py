"""The funnel tables of the Compare page: each figure with its wording and the link to the leads
behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from flask import url_for

from alignment.accounts.roles import Side
from alignment.leads.handoff_outcomes import HandoffOutcome
from alignment.metrics.funnel.breakdown import Funnel, FunnelBy, FunnelLine, SourceLabel
from alignment.metrics.funnel.definitions import DEFINITIONS, Definition
from alignment.metrics.funnel.figure_words import value_remark, value_words
from alignment.metrics.funnel.figures import Figures, FigureValue, HandoffCount
from alignment.metrics.periods import ReportPeriod
from alignment.metrics.promises.tally import PromiseTally
from alignment.metrics.wording import share_words

NO_SOURCE = "none"


@dataclass(frozen=True, kw_only=True)
class FigureCell:
    """One number: its words, a smaller remark, and where the leads behind it are."""

    definition: Definition
    words: str
    remark: str
    href: str

    @property
    def side(self) -> str:
        return self.definition.owner or ""


@dataclass(frozen=True, kw_only=True)
class FunnelRow:
    """One line of a table."""

    name: str
    cells: Sequence[FigureCell]


@dataclass(frozen=True, kw_only=True)
class FunnelTable:
    """A funnel as a table, with its total."""

    key: str
    about: str
    rows: Sequence[FunnelRow]
    total: FunnelRow

    @property
    def groups(self) -> list[tuple[str, list[FigureCell]]]:
        """The total's cells by side: marketing's, those that both share, those of sales."""
        return [
            (side, list(cells)) for side, cells in groupby(self.total.cells, key=attrgetter("side"))
        ]


def funnel_table(funnel: Funnel) -> FunnelTable:
    about = {FunnelBy.MONTH: "Month", FunnelBy.SOURCE: "Source"}[funnel.by]
    return FunnelTable(
        key=funnel.by.value,
        about=about,
        rows=[_row(line, funnel.period) for line in funnel.lines],
        total=FunnelRow(name="Total", cells=_cells(funnel.total, funnel.period, None)),
    )


def finding_on_promises(by_month: Funnel) -> str:
    """The newest month in which both sides had promises due, said in one sentence."""
    for line in reversed(by_month.lines):
        kept = {side: line.figures.promises[side].share for side in (Side.MARKETING, Side.SALES)}
        if line.month and all(share.whole for share in kept.values()):
            marketing, sales = (share_words(share) for share in kept.values())
            return (
                f"In {line.month.words} marketing kept {marketing} of its promises, sales {sales}"
            )
    return "Promises kept in time"


def finding_on_handoffs(by_month: Funnel) -> str:
    total = by_month.total.handoffs_by_outcome
    handed_off, accepted, won = (
        f"{total[fate].handoffs:,}"
        for fate in (HandoffOutcome.HANDED_OFF, HandoffOutcome.ACCEPTED, HandoffOutcome.WON)
    )
    return f"Of {handed_off} handed off, {accepted} were accepted and {won} won so far"


def uncounted_leads(funnel: Funnel) -> list[tuple[str, str, str]]:
    """Name, number and way to the leads that no handoff counts."""
    names = {
        HandoffOutcome.WON_WITHOUT_HANDOFF: "Won without a handoff",
        HandoffOutcome.NOT_HANDED_OFF: "Not handed off, not won",
    }
    return [
        (name, f"{funnel.leads_without_handoff[fate]:,}", _leads(funnel.period, None, fate))
        for fate, name in names.items()
    ]


def is_empty(funnel: Funnel) -> bool:
    """Nothing was handed off, promised or won in this period."""
    due = (kept.share.whole + kept.open for kept in funnel.total.promises.values())
    return not (funnel.total.handed_off or any(due) or any(funnel.leads_without_handoff.values()))


def source_in_address(origin: SourceLabel | None) -> str | int | None:
    """As addresses name a source: its id, or that nobody gave one."""
    return None if origin is None else origin.id or NO_SOURCE


def _row(line: FunnelLine, period: ReportPeriod) -> FunnelRow:
    month, origin = line.month or period, line.origin
    return FunnelRow(
        name=origin.name if origin else month.words,
        cells=_cells(line.figures, month, origin),
    )


def _cells(figures: Figures, period: ReportPeriod, origin: SourceLabel | None) -> list[FigureCell]:
    return [
        _cell(definition, definition.read(figures), period, origin) for definition in DEFINITIONS
    ]


def _cell(
    definition: Definition, value: FigureValue, period: ReportPeriod, origin: SourceLabel | None
) -> FigureCell:
    return FigureCell(
        definition=definition,
        words=value_words(value),
        remark=value_remark(value),
        href=_behind(definition, period, origin) if _is_something(value) else "",
    )


def _is_something(value: FigureValue) -> bool:
    """A number of nothing has nobody behind it."""
    match value:
        case HandoffCount():
            return value.handoffs > 0
        case PromiseTally():
            return value.share.whole + value.open > 0
        case _:
            return bool(value)


def _behind(definition: Definition, period: ReportPeriod, origin: SourceLabel | None) -> str:
    if definition.handoff_outcome:
        return _leads(period, origin, definition.handoff_outcome)
    return url_for(
        "metrics.promises",
        side=definition.owner,
        source=source_in_address(origin),
        **dates(period, "from_on", "until_on"),
    )


def _leads(period: ReportPeriod, origin: SourceLabel | None, fate: HandoffOutcome) -> str:
    return url_for(
        "leads.index",
        fate=fate,
        source=source_in_address(origin),
        **dates(period, "handed_off_from", "handed_off_until"),
    )


def dates(period: ReportPeriod, first: str, last: str) -> dict[str, Any]:
    """The period as an address says it."""
    return {first: period.from_on.isoformat(), last: period.until_on.isoformat()}
