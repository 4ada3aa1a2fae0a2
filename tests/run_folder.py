"""What all processes of one test run share: a folder, and what is built in it once.

The process that was started first makes the folder and holds its lock until the run is over; the
operating system frees the lock even where that process is killed.
"""

import fcntl
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PATIENCE = 120.0
"""Seconds to wait for another process; so many only where the machine is very busy."""


class RunFolder:
    """A new folder that lasts as long as the run."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="alignment-tests-"))
        # Started by root, PostgreSQL runs as a user of its own, who must get at its data.
        self.path.chmod(0o755)
        self._held = _lock_file(running(self.path))
        fcntl.flock(self._held, fcntl.LOCK_EX)

    def end(self) -> None:
        """Let the helpers of the run end, wait for them, and remove the folder."""
        self._held.close()
        wait_until(lambda: not any(map(_is_held, self.path.glob("*.lock"))))
        shutil.rmtree(self.path, ignore_errors=True)


def running(run: Path) -> Path:
    """The file that is locked as long as the run lasts."""
    return run / "running.lock"


def built_once(folder: Path, build: Callable[[Path], None]) -> Path:
    """This folder, built by whoever asks first while the others wait."""
    with locked(folder.with_suffix(".lock")):
        if not folder.exists():
            unfinished = folder.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            build(unfinished)
            unfinished.rename(folder)
    return folder


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold this file's lock, which ends with the process at the latest."""
    with _lock_file(path) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def wait_until(is_so: Callable[[], bool], *, within: float = PATIENCE) -> None:
    """Ask again and again until it is so; fail only after a time that no busy machine takes."""
    deadline = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < deadline, f"It did not happen within {within:.0f} seconds."
        time.sleep(0.02)


def _is_held(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:  # whoever held it has removed the folder
        return False
    return False


def _lock_file(path: Path) -> IO[bytes]:
    return path.open("ab")
