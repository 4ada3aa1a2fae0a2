"""Text is normalised in one place, which takes linear time."""

from pathlib import Path

import pytest

from tests.house.source import HOUSE, calls_in, name_of


@pytest.mark.parametrize("path", HOUSE, ids=name_of)
def test_unicode_is_normalised_by_one_file_only(path: Path) -> None:
    normalised = [
        call.lineno for call in calls_in(path) if getattr(call.func, "attr", "") == "normalize"
    ]

    assert not normalised or name_of(path) in ("alignment/normalisation.py", DECIMALS)


DECIMALS = "alignment/web/agreements/form/field_types.py"
"""Here it is a decimal number that is normalised."""
