"""Charts as SVG, drawn on the server: no script and no style in them, so any page may hold them.

Colours are the variables of the style sheet, so one picture is right in light and in dark, and in
the two hues of the workspace.
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from alignment.accounts.roles import Side
from alignment.leads.fates import Fate
from alignment.metrics.formulas import Share
from alignment.metrics.funnel import Funnel, Line
from alignment.metrics.queries import SIDES
from alignment.metrics.wording import share_words

Spec = dict[str, Any]

WIDTH, HEIGHT, PANEL = 380, 200, 52
MOST_MONTHS, MOST_LABELS = 24, 12
HUES: Final = {Side.MARKETING: "var(--marketing)", Side.SALES: "var(--sales)"}
PANELS: Final = (
    (Fate.HANDED_OFF, "Handed off", "var(--marketing)"),
    (Fate.ACCEPTED, "Accepted", "var(--sales)"),
    (Fate.WON, "Won", "var(--ink)"),
)
LOOK: Final = {
    "background": None,
    "font": "sans-serif",
    "view": {"stroke": None},
    "title": {"anchor": "start", "fontSize": 13, "offset": 6},
    "text": {"fontSize": 13},
    "axis": {
        "labelColor": "var(--quiet)",
        "labelFontSize": 12,
        "domainColor": "var(--line)",
        "gridColor": "var(--line)",
        "ticks": False,
        "labelPadding": 6,
        "title": None,
    },
}
MONTH_LABEL = (
    "[monthAbbrevFormat(toNumber(slice(datum.label, 5)) - 1),"
    " datum.index == 0 || slice(datum.label, 5) == '01' ? slice(datum.label, 0, 4) : '']"
)
BY_MONTH: Final = {
    "field": "month",
    "type": "ordinal",
    "axis": {"labelExpr": MONTH_LABEL, "labelAngle": 0, "labelOverlap": True},
}
HUE: Final = {
    "field": "side",
    "type": "nominal",
    "legend": None,
    "scale": {"domain": list(HUES), "range": list(HUES.values())},
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
FILL: Final = {"fill": HUE | {"condition": {"test": "datum.is_small", "value": "var(--surface)"}}}


def promises_kept(by_month: Funnel) -> str | None:
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
            "encoding": {"x": BY_MONTH | {"scale": {"domain": months}}, "y": RATIO, "color": HUE},
            "layer": [
                {"mark": {"type": "line", "strokeWidth": 2.5}},
                {"mark": {"type": "point", "size": 70, "opacity": 1}, "encoding": FILL},
                *_names(by_month),
            ],
        }
    )


def handed_off_accepted_won(by_month: Funnel) -> str:
    """Three rows of bars on one scale: what was handed off, and what came of it."""
    return svg(
        {
            "vconcat": [_bars(by_month, *panel) for panel in PANELS],
            "spacing": 14,
            "resolve": {"scale": {"y": "shared"}},
        }
    )


def svg(spec: Spec) -> str:
    """The picture; the same content is drawn once."""
    return _drawn(json.dumps(spec | {"config": LOOK}, sort_keys=True))


@lru_cache(maxsize=256)
def _drawn(spec: str) -> str:
    import vl_convert  # it starts a JavaScript engine

    return str(vl_convert.vegalite_to_svg(spec))


def _names(by_month: Funnel) -> Iterator[Spec]:
    """Each side's name and figure at its last point; the higher one above, the other below."""
    last = {side: (_key(line), share) for line in _shown(by_month) for side, share in _shares(line)}
    highest = max(last, key=lambda side: last[side][1].ratio or 0)
    is_alone = len(_shown(by_month)) == 1
    for side, (month, share) in last.items():
        words = f"{side.capitalize()} {share_words(share)}"
        place = {
            "type": "text",
            "align": "center" if is_alone else "right",
            "dx": 0 if is_alone else 10,
            "dy": -14 if side is highest else 18,
            "fontWeight": "bold",
        }
        # A line may pass behind the words: a broad stroke of the ground keeps them readable.
        halo = place | {"stroke": "var(--surface)", "strokeWidth": 5, "strokeJoin": "round"}
        yield {
            "data": {
                "values": [{"month": month, "side": side, "ratio": share.ratio, "words": words}]
            },
            "encoding": {"text": {"field": "words"}},
            "layer": [{"mark": halo}, {"mark": place}],
        }


def _bars(by_month: Funnel, fate: Fate, name: str, hue: str) -> Spec:
    months = _shown(by_month)
    rows = [{"month": _key(x), "count": x.figures.counted[fate].handoffs} for x in months]
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


def _shown(by_month: Funnel) -> tuple[Line, ...]:
    return by_month.lines[-MOST_MONTHS:]


def _shares(line: Line) -> list[tuple[Side, Share]]:
    """What each side kept of what fell due, where anything did."""
    shares = [(side, line.figures.promises[side].share) for side in SIDES]
    return [(side, share) for side, share in shares if share.whole]


def _key(line: Line) -> str:
    return line.month.key if line.month else ""
