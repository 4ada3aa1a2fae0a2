"""Rules of the house that a machine can check."""

import ast
import re
from pathlib import Path

import pytest

from alignment import events, wiring
from alignment.config import Settings
from alignment.events import Event

ROOT = Path(__file__).parents[2]
HOUSE = sorted((ROOT / "alignment").rglob("*.py"))
PARTIALS = sorted(
    path
    for path in (ROOT / "templates").rglob("_*.html")
    if path.parent.name not in ("templates", "notices")
)
EDGES = ("cli", "web", "scheduler")
DRAWN_BY_US = {
    "templates/metrics/compare.html": "| safe",
    "templates/agreements/replay.html": "| safe",
}
"""The only places where markup is trusted: charts that the house itself has drawn."""


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", HOUSE, ids=name_of)
def test_select_stands_in_queries_only(path: Path) -> None:
    if path.name == "queries.py":
        return

    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    selects = [
        node.lineno for node in calls if getattr(node.func, "id", None) in ("select", "text")
    ]

    assert not selects or name_of(path) == "alignment/web/health.py"


@pytest.mark.parametrize("path", HOUSE, ids=name_of)
def test_slices_never_commit(path: Path) -> None:
    if path.name in ("db.py", "edge.py"):
        return

    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    ends = {"commit", "rollback"} & {getattr(node.func, "attr", "") for node in calls}

    assert ends == set()


@pytest.mark.parametrize("path", PARTIALS, ids=name_of)
def test_a_partial_is_one_element_with_an_id(path: Path) -> None:
    markup = re.sub(r"\{#.*?#\}|\{%.*?%\}", "", path.read_text(), flags=re.DOTALL).strip()

    assert re.match(r"<\w+[^>]*\bid=", markup), f"{path.name} begins with {markup[:60]!r}"


def test_no_template_holds_script_or_style_or_trusts_text() -> None:
    pages = [path for path in (ROOT / "templates").rglob("*.html") if path.parent.name != "notices"]
    inline = re.compile(r"<style|<script(?![^>]*\bsrc=)|\bstyle=|hx-on|\bjs:|\bon\w+=|\|\s*safe\b")

    wrong = {
        name_of(path): found.group(0)
        for path in pages
        if (found := inline.search(path.read_text()))
    }

    assert wrong == DRAWN_BY_US


def test_every_setting_is_explained_in_the_operator_guide() -> None:
    guide = (ROOT / "docs" / "operators.md").read_text()

    missing = [name for name in Settings.names() if f"`ALIGNMENT_{name.upper()}`" not in guide]

    assert missing == []


def test_every_event_is_heard_by_more_than_the_journal_or_said_to_be_unheard() -> None:
    wiring.connect()
    quiet = {
        kind.__name__
        for kind in every_kind(Event)
        if len(events.listeners_of(kind)) <= 1 and not kind.__subclasses__()
    }

    assert quiet <= wiring.JOURNAL_ONLY_EVENTS, (
        f"Nobody listens to {sorted(quiet - wiring.JOURNAL_ONLY_EVENTS)}"
    )


def every_kind(base: type[Event]) -> set[type[Event]]:
    """The kinds of event derived from this one, at any depth."""
    derived = [kind for kind in base.__subclasses__() if kind.__module__.startswith("alignment.")]
    return {kind for sub in derived for kind in {sub, *every_kind(sub)}}
