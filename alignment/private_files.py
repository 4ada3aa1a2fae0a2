"""Folders and files that only the account that runs Alignment may read, whatever the umask says."""

import os
from pathlib import Path
from stat import S_ISVTX

SQLITE_COMPANIONS = ("-wal", "-shm", "-journal")
"""What SQLite writes beside a database; it gives them the rights of the database itself."""


def make_private_folder(folder: Path) -> None:
    """Make the folder where there is none; raises ``OSError`` where it cannot be made ours.

    A folder that everybody may write to, such as /tmp, is shared on purpose and stays as it is.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not folder.stat().st_mode & S_ISVTX:
        folder.chmod(0o700)


def make_private_database(file: Path) -> None:
    """Make an empty file where there is none; SQLite takes it for a new database."""
    os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    companions = (file.with_name(file.name + ending) for ending in SQLITE_COMPANIONS)
    for each in (file, *companions):
        if each.exists():
            each.chmod(0o600)
