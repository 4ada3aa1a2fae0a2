"""The figures of speed to lead in their order, for the page, the command and files alike."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from alignment.accounts.models import Workspace
from alignment.files.export import Column, Written
from alignment.metrics.figures import Value
from alignment.metrics.formulas import Share, Wait
from alignment.metrics.pace import WITHIN, Speed
from alignment.metrics.speed import MEANS, SpeedToLead


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number: its key in files, its name on pages, and the part of the way it is about."""

    key: str
    name: str
    part: str
    of: Callable[[Speed], Value]


def _within(minutes: int) -> Figure:
    return Figure(
        key=f"within_{minutes}",
        name=f"In {minutes} min",
        part="In all",
        of=lambda speed: speed.within[minutes],
    )


FIGURES: Final = (
    Figure(key="leads", name="Leads", part="Leads", of=lambda x: x.leads),
    Figure(key="untouched", name="No touch yet", part="Leads", of=lambda x: x.untouched),
    Figure(key="unassigned", name="Without an owner", part="Leads", of=lambda x: x.unassigned),
    Figure(key="dated_back", name="Dated back", part="Leads", of=lambda x: x.dated_back),
    Figure(key="total_median", name="Median", part="In all", of=lambda x: x.total.median),
    Figure(key="total_p90", name="p90", part="In all", of=lambda x: x.total.p90),
    *(_within(minutes) for minutes in WITHIN),
    Figure(key="system_median", name="Median", part="System", of=lambda x: x.system.median),
    Figure(key="system_p90", name="p90", part="System", of=lambda x: x.system.p90),
    Figure(key="human_leads", name="Leads", part="People", of=lambda x: x.human.leads),
    Figure(key="human_median", name="Median", part="People", of=lambda x: x.human.median),
    Figure(key="human_p90", name="p90", part="People", of=lambda x: x.human.p90),
)


def document(workspace: Workspace, found: SpeedToLead) -> dict[str, Any]:
    """Ready for JSON: a length is seconds, and whether it may turn out longer."""
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


def columns() -> dict[str, Column]:
    """The heading of each column of a file; shares stand as parts and wholes."""
    names = ["name", *(name for figure in FIGURES for name in _names(figure))]
    return dict.fromkeys(names, Column.NUMBER) | {"name": Column.TEXT}


def rows(found: SpeedToLead) -> Iterator[tuple[Written, ...]]:
    """A row a line, the total last; an empty cell says that there is nothing to tell."""
    for name, speed in [*((x.name, x.speed) for x in found.lines), ("Total", found.total)]:
        cells = (cell for figure in FIGURES for cell in _cells(figure, figure.of(speed)))
        yield (name, *cells)


def _figures(speed: Speed) -> dict[str, Any]:
    return {figure.key: _value(figure.of(speed)) for figure in FIGURES}


def _value(value: Value) -> Any:
    match value:
        case Wait():
            return {"seconds": value.seconds, "at_least": value.at_least}
        case Share():
            return {"part": value.part, "whole": value.whole, "ratio": value.ratio}
        case _:
            return value


def _names(figure: Figure) -> tuple[str, ...]:
    if figure.key.startswith("within"):
        return f"{figure.key}_minutes", f"{figure.key}_minutes_of"
    if figure.key.endswith(("median", "p90")):
        return f"{figure.key}_seconds", f"{figure.key}_at_least"
    return (figure.key,)


def _cells(figure: Figure, value: Value) -> tuple[Written, ...]:
    match value:
        case Wait():
            return value.seconds, value.at_least
        case Share():
            return value.part, value.whole
        case int():
            return (value,)
        case _:
            return (None,) * len(_names(figure))
