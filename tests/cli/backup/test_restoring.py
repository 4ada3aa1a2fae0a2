"""The drill: a company works, is backed up meanwhile, dies, and is there again from the backup."""

import re
import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from stat import S_IMODE
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from alignment.config import RESTORE_UNFINISHED
from tests.cli.backup.commands import alignment
from tests.serving import PATIENCE, printed, running, started

OLGA = {
    "company": "Acme",
    "zone": "Europe/Berlin",
    "name": "Olga",
    "email": "olga@acme.test",
    "password": "seven green umbrellas",
}


class Olga:
    """A browser that has only cookies and forms."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.browser: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))

    def read(self, path: str) -> str:
        page = self.browser.open(self.address + path, timeout=PATIENCE)
        return str(page.read().decode())

    def send(self, path: str, fields: dict[str, str], *, form: str) -> str:
        """Raises ``OSError`` unless the answer is a success."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.read(form))
        assert token
        body = urlencode(fields | {"csrf_token": token[1]}).encode()
        return str(self.browser.open(self.address + path, body, timeout=PATIENCE).read().decode())


@contextmanager
def writing(olga: Olga) -> Iterator[list[str]]:
    """The names of leads whose saving was answered, one after the other until the block ends."""
    saved: list[str] = []
    stop = threading.Event()

    def write() -> None:
        for number in range(10_000):
            if stop.is_set():
                return
            name = f"Ada {number:04}"
            olga.send("/leads", {"name": name, "company": "Globex"}, form="/leads/new")
            saved.append(name)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield saved
    finally:
        stop.set()
        writer.join()


def leads(data: Path) -> set[str]:
    connection = sqlite3.connect(data / "alignment.db")
    names = {name for (name,) in connection.execute("SELECT name FROM lead")}
    connection.close()
    return names


def test_what_was_answered_before_the_backup_is_there_after_the_restore(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "acme.backup"
    with running(data, "serve") as (process, address):
        way_in = printed(process, r"/set-up/\S+")
        olga = Olga(address)
        olga.send(way_in, OLGA, form=way_in)
        with writing(olga) as saved:
            while len(saved) < 10:
                threading.Event().wait(0.05)
            before = set(saved)
            said = alignment(data, "backup", str(file))
            enough = len(saved) + 5
            while len(saved) < enough:
                threading.Event().wait(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
    (data / "imports").mkdir(exist_ok=True)

    assert said.returncode == 0, said.stderr
    assert S_IMODE(file.stat().st_mode) == 0o600
    fresh = tmp_path / "fresh"
    assert alignment(fresh, "restore", str(file)).returncode == 0
    assert before <= leads(fresh) <= set(saved)
    assert (fresh / "secret_key").read_text() == (data / "secret_key").read_text()

    over = alignment(data, "restore", "--force", str(file))
    assert over.returncode == 0, over.stderr
    assert leads(data) == leads(fresh)

    with running(data, "serve") as (process, address):
        printed(process, "Alignment is at")
        olga = Olga(address)
        sign_in = {"email": OLGA["email"], "password": OLGA["password"]}
        olga.send("/sign-in", sign_in, form="/sign-in")
        assert "Ada 0000" in olga.read("/leads?words=Ada+0000")
        refused = alignment(data, "restore", "--force", str(file))
    assert refused.stderr == (
        "Error: Alignment is running on this database. End every process of it first.\n"
    )


def killed_while_it_moves_files(data: Path, file: Path) -> bool:
    """Whether a restore was killed when it had moved some of what was there, and not all."""
    earlier = set(data.glob("before-restore-*"))
    with started(data, "restore", "--force", str(file)) as process:
        while process.poll() is None:
            if set(data.glob("before-restore-*")) - earlier:
                process.kill()
                process.wait()
    return (data / RESTORE_UNFINISHED).exists()


def test_a_restore_that_is_killed_while_it_moves_files_is_run_again(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "acme.backup"
    assert alignment(data, "db", "upgrade").returncode == 0
    for number in range(2_000):
        (data / f"note-{number:04}").write_text("kept beside the database")
    assert alignment(data, "backup", str(file)).returncode == 0
    key = (data / "secret_key").read_text()

    assert any(killed_while_it_moves_files(data, file) for _ in range(10))

    refused = alignment(data, "web")
    assert refused.returncode != 0
    assert "alignment restore FILE --force" in refused.stderr
    assert alignment(data, "restore", "--force", str(file)).returncode == 0
    assert alignment(data, "db", "upgrade").returncode == 0
    assert (data / "secret_key").read_text() == key
    assert len(list(data.glob("note-*"))) == 2_000
