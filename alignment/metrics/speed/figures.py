"""The figures of speed to lead in order, as table, CSV rows and JSON."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from alignment.accounts.models import Workspace
from alignment.files.csv_export import ColumnKind, ExportValue
from alignment.metrics.formulas import Share, Unknown, WaitDuration
from alignment.metrics.funnel.figures import FigureValue
from alignment.metrics.speed.breakdown import MEANS, SpeedToLead
from alignment.metrics.speed.durations import WITHIN_MINUTES, SpeedStats


@dataclass(frozen=True, kw_only=True)
class SpeedFigure:
    """One number: its key in files, its name on pages, and the part of the way it is about."""

    key: str
    name: str
    part: str
    of: Callable[[SpeedStats], FigureValue]


def _within(minutes: int) -> SpeedFigure:
    return SpeedFigure(
        key=f"within_{minutes}",
        name=f"In {minutes} min",
        part="In all",
        of=lambda speed: speed.within[minutes],
    )


SPEED_FIGURES: Final = (
    SpeedFigure(key="stays", name="Stays", part="Stays", of=lambda x: x.stays),
    SpeedFigure(key="untouched", name="No touch yet", part="Stays", of=lambda x: x.untouched),
    SpeedFigure(
        key="never_touched", name="Never touched", part="Stays", of=lambda x: x.never_touched
    ),
    SpeedFigure(key="unassigned", name="Without an owner", part="Stays", of=lambda x: x.unassigned),
    SpeedFigure(
        key="owner_unknown", name="Owner not known", part="Stays", of=lambda x: x.owner_unknown
    ),
    SpeedFigure(key="dated_back", name="Dated back", part="Stays", of=lambda x: x.backdated),
    SpeedFigure(key="total_median", name="Median", part="In all", of=lambda x: x.total.median),
    SpeedFigure(key="total_p90", name="p90", part="In all", of=lambda x: x.total.p90),
    *(_within(minutes) for minutes in WITHIN_MINUTES),
    SpeedFigure(key="system_median", name="Median", part="System", of=lambda x: x.system.median),
    SpeedFigure(key="system_p90", name="p90", part="System", of=lambda x: x.system.p90),
    SpeedFigure(key="human_stays", name="Stays", part="People", of=lambda x: x.human.stays),
    SpeedFigure(key="human_median", name="Median", part="People", of=lambda x: x.human.median),
    SpeedFigure(key="human_p90", name="p90", part="People", of=lambda x: x.human.p90),
)


def speed_document(workspace: Workspace, found: SpeedToLead) -> dict[str, Any]:
    """Ready for JSON: a length is seconds, and whether it may turn out longer; null where it is not
    known.
    """
    return {
        "workspace": workspace.name,
        "zone": found.period.zone,
        "from": found.period.from_on.isoformat(),
        "until": found.period.until_on.isoformat(),
        "by": found.by.value,
        "means": MEANS,
        "rows": [{"name": line.name, **_figures(line.speed)} for line in found.lines],
        "total": _figures(found.total),
    }


def speed_columns() -> dict[str, ColumnKind]:
    """The heading of each column of a file; shares stand as parts and wholes."""
    names = ["name", *(name for figure in SPEED_FIGURES for name in _names(figure))]
    return dict.fromkeys(names, ColumnKind.NUMBER) | {"name": ColumnKind.TEXT}


def speed_rows(found: SpeedToLead) -> Iterator[tuple[ExportValue, ...]]:
    """A row a line, the total last; an empty cell says that there is nothing to tell."""
    for name, speed in [*((x.name, x.speed) for x in found.lines), ("Total", found.total)]:
        cells = (cell for figure in SPEED_FIGURES for cell in _cells(figure, figure.of(speed)))
        yield (name, *cells)


def _figures(speed: SpeedStats) -> dict[str, Any]:
    return {figure.key: _value(figure.of(speed)) for figure in SPEED_FIGURES}


def _value(value: FigureValue) -> Any:
    match value:
        case WaitDuration():
            return {"seconds": value.seconds, "at_least": value.at_least}
        case Share():
            return {"part": value.part, "whole": value.whole, "ratio": value.ratio}
        case Unknown():
            return None
        case _:
            return value


def _names(figure: SpeedFigure) -> tuple[str, ...]:
    if figure.key.startswith("within"):
        return f"{figure.key}_minutes", f"{figure.key}_minutes_of"
    if figure.key.endswith(("median", "p90")):
        return f"{figure.key}_seconds", f"{figure.key}_at_least"
    return (figure.key,)


def _cells(figure: SpeedFigure, value: FigureValue) -> tuple[ExportValue, ...]:
    match value:
        case WaitDuration():
            return value.seconds, value.at_least
        case Share():
            return value.part, value.whole
        case int():
            return (value,)
        case _:
            return (None,) * len(_names(figure))
