"""Where uploaded files lie: in the data folder, under names that we make."""

import os
import secrets
import shutil
from pathlib import Path
from typing import IO

from alignment.config import Settings
from alignment.errors import NotFound
from alignment.private_files import make_private_folder


def store(settings: Settings, content: IO[bytes]) -> str:
    """Keep the content, readable by this installation's user only; the name it has here.

    Where it does not fit on the disk nothing of it stays, and ``OSError`` is raised.
    """
    name = secrets.token_hex(16)
    path = _folder(settings) / name
    make_private_folder(path.parent)
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            shutil.copyfileobj(content, file)
    except BaseException:
        path.unlink()
        raise
    return name


def stored(settings: Settings, name: str) -> Path:
    """The file of that name; NotFound where it is gone."""
    path = _folder(settings) / name
    if not name or not path.is_file():
        raise NotFound("The uploaded file is gone. Upload it again.")
    return path


def discard(settings: Settings, name: str) -> None:
    """Delete the file, if it is still there."""
    if name:
        (_folder(settings) / name).unlink(missing_ok=True)


def _folder(settings: Settings) -> Path:
    return settings.data_dir / "imports"
