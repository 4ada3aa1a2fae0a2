"""Render Vega-Lite charts as SVG for pages and PNG for mails, on the server.

Colours are variables of the style sheet, so one SVG is right in light and dark and in the
workspace's two hues.
"""

import json
from functools import lru_cache
from typing import Any, Final

Spec = dict[str, Any]
"""A chart in the words of Vega-Lite."""

WIDTH = 380
CHART_CONFIG: Final = {
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
MAIL_COLOURS: Final = {
    "marketing": "#7048c6",
    "sales": "#0b7f75",
    "ink": "#1f2933",
    "words": "#1f2933",
    "quiet": "#5b6673",
    "line": "#d9dee4",
    "surface": "#ffffff",
}
"""The same colours where no style sheet is: those of a mail by day."""
MONTH_LABEL = (
    "[monthAbbrevFormat(toNumber(slice(datum.label, 5)) - 1),"
    " datum.index == 0 || slice(datum.label, 5) == '01' ? slice(datum.label, 0, 4) : '']"
)
BY_MONTH: Final = {
    "field": "month",
    "type": "ordinal",
    "axis": {"labelExpr": MONTH_LABEL, "labelAngle": 0, "labelOverlap": True},
}


def svg(spec: Spec) -> str:
    """The picture; the same content is drawn once."""
    return _render_svg(json.dumps(spec | {"config": CHART_CONFIG}, sort_keys=True))


def png(spec: Spec) -> bytes:
    """The picture for a mail: dots on white, since mail programs know no style sheet of ours."""
    text = json.dumps(spec | {"config": CHART_CONFIG | {"background": "#ffffff"}}, sort_keys=True)
    for variable, colour in MAIL_COLOURS.items():
        text = text.replace(f"var(--{variable})", colour)
    return _render_png(text)


@lru_cache(maxsize=64)
def _render_png(spec: str) -> bytes:
    import vl_convert  # it starts a JavaScript engine

    return bytes(vl_convert.vegalite_to_png(spec, scale=2))


@lru_cache(maxsize=256)
def _render_svg(spec: str) -> str:
    import vl_convert  # it starts a JavaScript engine

    return str(vl_convert.vegalite_to_svg(spec))
