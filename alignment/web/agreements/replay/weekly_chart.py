"""The chart of a replay: per promise the weekly share kept, under this version and as promised
then.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from alignment.metrics.drawing import WIDTH, Spec, svg
from alignment.sla.replay.drafts import DraftReport, ReplayedPromise
from alignment.sla.replay.report_document import monday_of

HEIGHT, MOST_WEEKS = 70, 53
DRAFT_LABEL, PROMISED_LABEL = "this version", "as promised then"
LINES: Final = {
    "color": {
        "field": "whose",
        "type": "nominal",
        "legend": None,
        "scale": {
            "domain": [DRAFT_LABEL, PROMISED_LABEL],
            "range": ["var(--words)", "var(--quiet)"],
        },
    },
    "strokeDash": {
        "field": "whose",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": [DRAFT_LABEL, PROMISED_LABEL], "range": [[1, 0], [4, 3]]},
    },
}
RATE: Final = {
    "field": "rate",
    "type": "quantitative",
    "scale": {"domain": [0, 1]},
    "axis": {"values": [0, 0.5, 1], "labelExpr": "format(datum.value * 100, '.0f') + ' %'"},
}


def chart_of(result: DraftReport, names: Mapping[str, str]) -> str | None:
    """None where no week has anything settled."""
    rows = [(promise, list(_points(promise))) for promise in result.promises]
    drawn = [(promise, points) for promise, points in rows if points]
    if not drawn:
        return None
    weeks = sorted({str(point["week"]) for _, points in drawn for point in points})[-MOST_WEEKS:]
    last = drawn[-1][0]
    return svg(
        {
            "vconcat": [
                _row(names.get(promise.key, promise.key), points, weeks, is_last=promise is last)
                for promise, points in drawn
            ],
            "spacing": 12,
        }
    )


def _points(promise: ReplayedPromise) -> Iterator[Spec]:
    for line in promise.compared.by_week:
        for whose, tally in ((DRAFT_LABEL, line.draft), (PROMISED_LABEL, line.actual)):
            if tally.kept_rate is not None:
                yield {"week": f"{monday_of(line)}", "whose": whose, "rate": tally.kept_rate}


def _row(name: str, points: list[Spec], weeks: list[str], *, is_last: bool) -> Spec:
    axis = {"labelAngle": 0, "labelOverlap": True, "labels": is_last}
    week = {"field": "week", "type": "ordinal", "scale": {"domain": weeks}, "axis": axis}
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "title": {"text": name, "color": "var(--words)"},
        "data": {"values": [point for point in points if point["week"] in weeks]},
        "mark": {"type": "line", "strokeWidth": 2.5, "point": {"size": 25}},
        "encoding": {"x": week, "y": RATE, **LINES},
    }
