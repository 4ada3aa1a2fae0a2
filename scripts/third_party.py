"""Write THIRD_PARTY.md: what Alignment installs to run, and under which licences."""

import json
import re
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
PIN = re.compile(r"^([a-z0-9._-]+)==", re.MULTILINE)
LONGEST_NAME_OF_A_LICENCE = 60
STATED_ELSEWHERE = {"colorama": "BSD-3-Clause"}  # it is installed on Windows only
OPENING = """# Third-party parts

Alignment is under the Apache License 2.0 (see LICENSE). It installs the parts below and copies
none of them into this repository. `make lock` renews this list.
"""
HEADING = "\n## {title}\n\n| part | licence |\n|---|---|\n"


def main() -> None:
    (ROOT / "THIRD_PARTY.md").write_text(page())


def page() -> str:
    """The whole list, from the two locks and what the installed parts say of themselves."""
    return (
        OPENING
        + table("In the browser", front_end_parts())
        + table("In the server", {name: licence(name) for name in python_parts()})
    )


def front_end_parts() -> dict[str, str]:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    return {
        path.removeprefix("node_modules/"): part["license"]
        for path, part in packages.items()
        if path
    }


def python_parts() -> list[str]:
    return sorted(set(PIN.findall((ROOT / "requirements.lock").read_text())))


def licence(name: str) -> str:
    """The licence an installed part declares: as an expression, in short, or by classifier."""
    if name in STATED_ELSEWHERE:
        return STATED_ELSEWHERE[name]
    try:
        said = metadata(name).json
    except PackageNotFoundError:
        raise SystemExit(f"{name} is not installed; run make test once.") from None
    return str(said.get("license_expression", "")) or in_short(said) or by_classifier(said)


def in_short(said: Mapping[str, str | list[str]]) -> str:
    """The free-text field, where it names a licence instead of quoting one."""
    text = str(said.get("license", ""))
    return text if len(text) < LONGEST_NAME_OF_A_LICENCE and "\n" not in text else ""


def by_classifier(said: Mapping[str, str | list[str]]) -> str:
    classifiers = said.get("classifier", [])
    names = [text.split(" :: ")[-1] for text in classifiers if text.startswith("License ::")]
    return " or ".join(sorted(names))


def table(title: str, parts: dict[str, str]) -> str:
    rows = (f"| {name} | {terms} |\n" for name, terms in sorted(parts.items()))
    return HEADING.format(title=title) + "".join(rows)


if __name__ == "__main__":
    main()
