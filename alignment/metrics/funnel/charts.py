"""Which charts both teams see: promises kept by each side, and what became of handoffs."""

from collections.abc import Sequence
from typing import Final

from alignment.accounts.roles import Side
from alignment.leads.handoff_outcomes import HandoffOutcome
from alignment.metrics.drawing import BY_MONTH, WIDTH, Spec, svg
from alignment.metrics.formulas import Share
from alignment.metrics.funnel.breakdown import Funnel, FunnelLine
from alignment.metrics.promises.outcomes import SIDES
from alignment.metrics.wording import share_words

HEIGHT, PANEL = 200, 52
MOST_MONTHS, MOST_LABELS = 24, 12
WORDS_WIDTH = 120
"""How wide a side's name and figure are at most."""
LABEL_CLEARANCE = 0.09
"""How far words stay from a line, as a share of the scale."""
SIDE_COLOURS: Final = {Side.MARKETING: "var(--marketing)", Side.SALES: "var(--sales)"}
PANELS: Final = (
    (HandoffOutcome.HANDED_OFF, "Handed off", "var(--marketing)"),
    (HandoffOutcome.ACCEPTED, "Accepted", "var(--sales)"),
    (HandoffOutcome.WON, "Won", "var(--ink)"),
)
SIDE_COLOUR: Final = {
    "field": "side",
    "type": "nominal",
    "legend": None,
    "scale": {"domain": list(SIDE_COLOURS), "range": list(SIDE_COLOURS.values())},
}

# Room above 100 % and below 0 % for the words beside the last points.
RATIO: Final = {
    "field": "ratio",
    "type": "quantitative",
    "scale": {"domain": [-0.15, 1.15]},
    "axis": {
        "values": [0, 0.5, 1],
        "labelExpr": "format(datum.value * 100, '.0f') + ' %'",
        "domain": False,
    },
}
# A hollow point stands for fewer than ten promises.
FILL: Final = {
    "fill": SIDE_COLOUR | {"condition": {"test": "datum.is_small", "value": "var(--surface)"}}
}


def promises_kept_chart(by_month: Funnel) -> str | None:
    """The share of promises kept in time by each side, month by month; None without any."""
    points = [
        {"month": _key(line), "side": side, "ratio": share.ratio, "is_small": share.is_small}
        for line in _shown(by_month)
        for side, share in _shares(line)
    ]
    if not points:
        return None
    months = [_key(line) for line in _shown(by_month)]
    return svg(
        {
            "width": WIDTH,
            "height": HEIGHT,
            "data": {"values": points},
            "encoding": {
                "x": BY_MONTH | {"scale": {"domain": months}},
                "y": RATIO,
                "color": SIDE_COLOUR,
            },
            "layer": [
                {"mark": {"type": "line", "strokeWidth": 2.5}},
                {"mark": {"type": "point", "size": 70, "opacity": 1}, "encoding": FILL},
                _names(by_month, points),
            ],
        }
    )


def funnel_chart(by_month: Funnel) -> str:
    """Three rows of bars on one scale: what was handed off, and what came of it."""
    return svg(
        {
            "vconcat": [_bars(by_month, *panel) for panel in PANELS],
            "spacing": 14,
            "resolve": {"scale": {"y": "shared"}},
        }
    )


def _names(by_month: Funnel, points: Sequence[Spec]) -> Spec:
    """Each side's name and figure near its last point; the higher above the lines, else below."""
    months = [_key(line) for line in _shown(by_month)]
    last = {side: (_key(line), share) for line in _shown(by_month) for side, share in _shares(line)}
    highest = max(last, key=lambda side: last[side][1].ratio or 0)
    rows = [
        {
            "month": month,
            "side": side,
            "words": f"{side.capitalize()} {share_words(share)}",
            "ratio": _label_position(points, months, month, above=side is highest),
        }
        for side, (month, share) in last.items()
    ]
    is_alone = len(months) == 1
    spots = {"align": "center", "dx": 0} if is_alone else {"align": "right", "dx": 10}
    marks = {"type": "text", "fontWeight": "bold", "baseline": "middle"} | spots
    return {"data": {"values": rows}, "mark": marks, "encoding": {"text": {"field": "words"}}}


def _label_position(points: Sequence[Spec], months: list[str], month: str, *, above: bool) -> float:
    """Where words that end at this month cross no line."""
    ends = months.index(month)
    reach = 1 + WORDS_WIDTH * len(months) // WIDTH
    behind = months[max(0, ends - reach) : ends + 1]
    ratios = [float(point["ratio"]) for point in points if point["month"] in behind]
    return max(ratios) + LABEL_CLEARANCE if above else min(ratios) - LABEL_CLEARANCE


def _bars(by_month: Funnel, fate: HandoffOutcome, name: str, hue: str) -> Spec:
    months = _shown(by_month)
    rows = [
        {"month": _key(x), "count": x.figures.handoffs_by_outcome[fate].handoffs} for x in months
    ]
    is_last = fate is PANELS[-1][0]
    labels: Spec = {
        "mark": {"type": "text", "dy": -8, "color": "var(--words)"},
        "encoding": {"text": {"field": "count", "format": ",d"}},
    }
    return {
        "width": WIDTH,
        "height": PANEL,
        "title": {"text": name, "color": hue},
        "data": {"values": rows},
        "encoding": {
            "x": BY_MONTH if is_last else BY_MONTH | {"axis": {"labels": False}},
            "y": {"field": "count", "type": "quantitative", "axis": None},
        },
        "layer": [
            {"mark": {"type": "bar", "color": hue, "width": {"band": 0.6}}},
            *([labels] if len(months) <= MOST_LABELS else []),
        ],
    }


def _shown(by_month: Funnel) -> tuple[FunnelLine, ...]:
    return by_month.lines[-MOST_MONTHS:]


def _shares(line: FunnelLine) -> list[tuple[Side, Share]]:
    """What each side kept of what fell due, where anything did."""
    shares = [(side, line.figures.promises[side].share) for side in SIDES]
    return [(side, share) for side, share in shares if share.whole]


def _key(line: FunnelLine) -> str:
    return line.month.key if line.month else ""
