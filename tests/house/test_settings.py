"""Every setting can be looked up."""

from alignment.config import Settings
from tests.house.source import ROOT


def test_every_setting_is_explained_in_the_operator_guide() -> None:
    guide = (ROOT / "docs" / "operators.md").read_text()

    missing = [name for name in Settings.names() if f"`ALIGNMENT_{name.upper()}`" not in guide]

    assert missing == []
