"""The templates of notices, as they lie in their folder."""

from alignment.folders import TEMPLATES


def notice_templates() -> list[str]:
    """One for each kind of notice, and those that tell several."""
    names = (path.name.split(".")[0] for path in (TEMPLATES / "notices").glob("*.subject.txt"))
    return sorted(names)
