"""A partial is one element; no page holds script, style or markup that it trusts."""

import re
from pathlib import Path

import pytest

from tests.house.source import ROOT, name_of

PARTIALS = sorted(
    path
    for path in (ROOT / "templates").rglob("_*.html")
    if path.parent.name not in ("templates", "notices")
)
DRAWN_BY_US = {
    "templates/metrics/compare.html": "| safe",
    "templates/agreements/replay.html": "| safe",
}
"""The only places where markup is trusted: charts that the house itself has drawn."""


@pytest.mark.parametrize("path", PARTIALS, ids=name_of)
def test_a_partial_is_one_element_with_an_id(path: Path) -> None:
    markup = re.sub(r"\{#.*?#\}|\{%.*?%\}", "", path.read_text(), flags=re.DOTALL).strip()

    assert re.match(r"<\w+[^>]*\bid=", markup), f"{path.name} begins with {markup[:60]!r}"


def test_no_template_holds_script_or_style_or_trusts_text() -> None:
    pages = [path for path in (ROOT / "templates").rglob("*.html") if path.parent.name != "notices"]
    inline = re.compile(r"<style|<script(?![^>]*\bsrc=)|\bstyle=|hx-on|\bjs:|\bon\w+=|\|\s*safe\b")

    wrong = {
        name_of(path): match.group(0)
        for path in pages
        if (match := inline.search(path.read_text()))
    }

    assert wrong == DRAWN_BY_US
