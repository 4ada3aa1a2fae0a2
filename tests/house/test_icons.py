"""Every icon that a page or the navigation names is in the sprite that is built."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"""\bicon(?:\(|=|":\s*)["']([a-z0-9-]+)["']""")


def icons_in(folder: str, pattern: str) -> set[str]:
    files = (ROOT / folder).rglob(pattern)
    return {name for file in files for name in NAMED.findall(file.read_text())}


def test_every_icon_in_use_is_in_the_list():
    listed = set((ROOT / "alignment" / "static" / "icons.txt").read_text().split())

    in_use = icons_in("templates", "*.html") | icons_in("alignment/web", "*.py")

    assert in_use
    assert in_use - listed == set()
