"""A wheel carries all that serving needs: pages, migrations and front-end files."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.serving import PATIENCE, end, free_port, printed

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a wheel built here, unpacked by pip; what it depends on is installed here."""
    folder = tmp_path_factory.mktemp("wheel")
    run("hatchling", "build", "--target", "wheel", "--directory", str(folder), folder=ROOT)
    [wheel] = folder.glob("alignment-*.whl")
    run("pip", "install", "--no-deps", "--no-index", "--target", str(folder), str(wheel))
    return folder


def run(module: str, *arguments: str, folder: Path | None = None) -> None:
    subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=folder, check=True, capture_output=True
    )


def test_an_installed_wheel_serves(installed: Path, tmp_path: Path) -> None:
    port = str(free_port())
    settings = {
        "PYTHONPATH": str(installed),
        "PYTHONUNBUFFERED": "1",
        "ALIGNMENT_DATA_DIR": str(tmp_path / "data"),
        "ALIGNMENT_DATABASE_URL": "",
        "ALIGNMENT_MAIL_URL": "",
        "ALIGNMENT_PORT": port,
    }
    command = "import alignment.app as app; print(app.__file__); app.main()"
    process = subprocess.Popen(
        [sys.executable, "-c", command, "serve"],
        cwd=tmp_path,
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert printed(process, str(installed))
        link = printed(process, rf"http://127\.0\.0\.1:{port}/set-up\S*")
        with urlopen(link, timeout=PATIENCE) as page:
            assert "<form" in page.read().decode()
        for file in ("vendor/htmx.min.js", "vendor/tabler.min.css", "vendor/icons.svg"):
            with urlopen(f"http://127.0.0.1:{port}/static/{file}", timeout=PATIENCE) as answer:
                assert answer.status == 200
    finally:
        end(process)
