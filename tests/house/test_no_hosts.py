"""No file names the host of a package registry: an installation uses the index of its machine."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-node.lock")

# In two parts each, or this file would name them.
REGISTRIES = re.compile(
    "|".join(
        re.escape(host)
        for host in (
            "py" + "pi.org",
            "python" + "hosted.org",
            "npm" + "js.org",
            "npm" + "js.com",
            "deb.deb" + "ian.org",
            "security.deb" + "ian.org",
        )
    )
)


def our_files() -> list[Path]:
    """Every file that is committed, or would be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [file for file in files if file.is_file()]


def test_no_file_names_a_registry():
    naming = [
        str(file.relative_to(ROOT))
        for file in our_files()
        if REGISTRIES.search(file.read_bytes().decode("utf-8", errors="replace"))
    ]

    assert naming == []


def test_the_front_end_lock_says_what_but_not_where_from():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    installed = {path: part for path, part in packages.items() if path}

    assert installed
    assert all("integrity" in part and "resolved" not in part for part in installed.values())


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_of_a_python_lock_has_its_hashes(name):
    pins = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())

    assert pins
    assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []
