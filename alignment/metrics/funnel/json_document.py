"""The funnel as JSON, with the definition of each figure."""

from typing import Any

from alignment.accounts.models import Workspace
from alignment.metrics.formulas import Share, WaitDuration
from alignment.metrics.funnel.breakdown import Funnel, FunnelLine
from alignment.metrics.funnel.definitions import DEFINITIONS
from alignment.metrics.funnel.figures import Conversion, Figures, FigureValue, HandoffCount
from alignment.metrics.promises.tally import PromiseTally


def funnel_document(workspace: Workspace, funnel: Funnel) -> dict[str, Any]:
    """Ready for JSON; instants are never in it, only local dates of the workspace's zone."""
    return {
        "workspace": workspace.name,
        "zone": funnel.period.zone,
        "from": funnel.period.from_on.isoformat(),
        "until": funnel.period.until_on.isoformat(),
        "by": funnel.by.value,
        "rows": [_row(line) for line in funnel.lines],
        "total": _figures(funnel.total),
        "apart": {fate.value: count for fate, count in funnel.leads_without_handoff.items()},
        "definitions": [
            {
                "key": definition.key,
                "name": definition.name,
                "means": definition.meaning,
                "owner": definition.owner.value if definition.owner else "both",
                "counted_by": definition.anchor.value,
            }
            for definition in DEFINITIONS
        ],
    }


def _row(line: FunnelLine) -> dict[str, Any]:
    about: dict[str, Any] = {}
    if line.month:
        about["month"] = line.month.key
    if line.origin:
        about |= {"source_id": line.origin.id, "source": line.origin.name}
    return about | _figures(line.figures)


def _figures(figures: Figures) -> dict[str, Any]:
    return {definition.key: _value(definition.read(figures)) for definition in DEFINITIONS}


def _value(value: FigureValue) -> Any:
    match value:
        case HandoffCount():
            return value.handoffs
        case PromiseTally():
            return {
                **_share(value.share),
                "open": value.open,
                "excused": value.excused,
                "ratio_without_excused": value.share_without_excused.ratio,
            }
        case Conversion():
            return {**_share(value.share), "open": value.open}
        case Share():
            return _share(value)
        case WaitDuration():
            return {"seconds": value.seconds, "at_least": value.at_least}
        case _:
            return value


def _share(share: Share) -> dict[str, Any]:
    return {"part": share.part, "whole": share.whole, "ratio": share.ratio}
