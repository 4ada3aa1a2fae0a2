"""The file of a backup: a tar archive that lists what it holds, each with its checksum.

It holds the database, the secret key and the other files of the data folder.
"""

import hashlib
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

CONTENTS = "contents.json"
DATABASE = "database"
FORMAT = 1
"""Of the archive; a later one that this program cannot read has a higher number."""


class BadBackup(Exception):
    """The file cannot be restored; ``str()`` says why."""


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What stands in the archive about itself."""

    database: str
    """"sqlite" or "postgresql"."""
    schema_version: str
    made_at: str
    checksums: dict[str, str]
    """SHA-256 of each file, by its path in the archive."""
    format: int = FORMAT


def write(archive: Path, folder: Path, **about: str) -> None:
    """Make an archive of everything in ``folder``, readable by its owner only.

    It has its name once it is whole and on the disk; a file of that name stays as it is, and
    ``FileExistsError`` is raised.
    """
    unfinished = archive.with_name(f".{archive.name}.{os.getpid()}.unfinished")
    try:
        _write(unfinished, folder, **about)
        os.link(unfinished, archive)
    finally:
        unfinished.unlink(missing_ok=True)
    _save(archive.parent)


def _write(file: Path, folder: Path, **about: str) -> None:
    names = [path.relative_to(folder).as_posix() for path in _files(folder)]
    checksums = {name: _checksum(folder / name) for name in names}
    contents = Contents(checksums=checksums, **about)  # type: ignore[arg-type]
    (folder / CONTENTS).write_text(json.dumps(asdict(contents), indent=1))
    descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        with tarfile.open(fileobj=target, mode="w:gz", compresslevel=1) as tar:
            for name in (CONTENTS, *names):
                tar.add(folder / name, arcname=name, recursive=False)
        target.flush()
        os.fsync(target.fileno())


def unpack(archive: Path, folder: Path) -> Contents:
    """Lay the files into ``folder``; raises ``BadBackup`` unless each is as it was backed up."""
    try:
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        contents = _contents(json.loads((folder / CONTENTS).read_text()))
    except FileNotFoundError as why:
        raise BadBackup(f"There is no backup in {archive}.") from why
    except (OSError, EOFError, tarfile.TarError, ValueError, TypeError) as why:
        raise BadBackup(f"{archive} is damaged, or no backup of Alignment ({why}).") from why
    (folder / CONTENTS).unlink()
    found = {path.relative_to(folder).as_posix(): _checksum(path) for path in _files(folder)}
    if found != contents.checksums or DATABASE not in found:
        raise BadBackup(f"{archive} is damaged: its files are not those that were backed up.")
    return contents


def _contents(told: dict[str, Any]) -> Contents:
    if told.get("format") != FORMAT:
        raise ValueError("it is of another version")
    return Contents(**told)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _checksum(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _save(folder: Path) -> None:
    """Have the disk keep what was renamed in it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
