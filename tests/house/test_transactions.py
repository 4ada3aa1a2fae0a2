"""Slices ask in their queries only, and never end the transaction of their caller."""

from pathlib import Path

import pytest

from tests.house.source import HOUSE, calls_in, name_of


@pytest.mark.parametrize("path", HOUSE, ids=name_of)
def test_select_stands_in_queries_only(path: Path) -> None:
    if path.name == "queries.py":
        return

    selects = [
        call.lineno
        for call in calls_in(path)
        if getattr(call.func, "id", None) in ("select", "text")
    ]

    assert not selects


@pytest.mark.parametrize("path", HOUSE, ids=name_of)
def test_slices_never_commit(path: Path) -> None:
    if path.name in ("db.py", "edge.py"):
        return

    ends = {"commit", "rollback"} & {getattr(call.func, "attr", "") for call in calls_in(path)}

    assert ends == set()
