"""The one picture of a mail with both teams' numbers: promises kept and missed, day by day."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from alignment.accounts.roles import Side
from alignment.metrics.drawing import Spec, png
from alignment.metrics.promises.outcomes import SIDES, PromiseOutcome
from alignment.notifications.channels.base import InlinePicture
from alignment.notifications.formatting import format_date

CID = "both-teams"
WIDTH, HEIGHT = 240, 110
HUES: Final = {Side.MARKETING: "var(--marketing)", Side.SALES: "var(--sales)"}
# A missed promise is a hollow bar, so that it is told apart without colour.
FILLED: Final = {
    "condition": {"test": f"datum.outcome == '{PromiseOutcome.KEPT}'", "value": 1},
    "value": 0,
}


def outcome_pictures(words: Mapping[str, Any]) -> tuple[InlinePicture, ...]:
    """Marketing left, sales right, on one scale; nothing to draw is no picture."""
    days = words["chart"]
    if not days:
        return ()
    spec: Spec = {
        "hconcat": [_panel(side, days) for side in SIDES],
        "spacing": 28,
        "resolve": {"scale": {"y": "shared"}},
    }
    return (InlinePicture(cid=CID, png=png(spec), alt=words["picture_words"]),)


def picture_words(days: Sequence[Mapping[str, Any]]) -> str:
    """What the picture shows, for who sees none."""
    first, last = min(_dates(days), default=""), max(_dates(days), default="")
    said = "; ".join(f"{side} {_counts(days, side)}" for side in SIDES)
    return (
        f"Promises that fell due from {format_date(first)} to {format_date(last)}: {said}."
        if days
        else ""
    )


def _panel(side: Side, days: Sequence[Mapping[str, Any]]) -> Spec:
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "title": {"text": f"{side.capitalize()}: {_counts(days, side)}", "color": HUES[side]},
        "data": {"values": [day for day in days if day["side"] == side.value and day["count"]]},
        "mark": {"type": "bar", "color": HUES[side], "stroke": HUES[side], "strokeWidth": 1.5},
        "encoding": {
            "x": {
                "field": "on",
                "type": "ordinal",
                "scale": {"domain": sorted(_dates(days))},
                "axis": {"labelExpr": "slice(datum.label, 8)", "labelAngle": 0},
            },
            "y": {
                "field": "count",
                "type": "quantitative",
                "axis": {"tickMinStep": 1, "tickCount": 4, "format": "d"},
            },
            "order": {"field": "outcome"},
            "fillOpacity": FILLED,
        },
    }


def _dates(days: Sequence[Mapping[str, Any]]) -> set[str]:
    return {str(day["on"]) for day in days}


def _counts(days: Sequence[Mapping[str, Any]], side: Side) -> str:
    counts = {
        outcome: sum(
            day["count"]
            for day in days
            if (day["side"], day["outcome"]) == (side.value, outcome.value)
        )
        for outcome in (PromiseOutcome.KEPT, PromiseOutcome.MISSED)
    }
    return f"kept {counts[PromiseOutcome.KEPT]}, missed {counts[PromiseOutcome.MISSED]}"
