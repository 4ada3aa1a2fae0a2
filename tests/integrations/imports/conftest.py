"""Files as people export them, and short ways to bring one in."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from alignment import db
from alignment.config import Settings
from alignment.files.mapping import ColumnMapping
from alignment.integrations.imports import jobs
from alignment.integrations.imports.batches import ImportReport
from alignment.integrations.imports.models import ImportKind
from alignment.integrations.imports.opened_file import ReadOptions
from tests.factories import Cast, make_cast

NOW = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
"""Monday 1 March 2027, 09:00 in Berlin."""

BringIn = Callable[..., ImportReport]


def clock() -> datetime:
    return NOW


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
def here(engine: Engine) -> Cast:
    """Acme, saved for good: an import opens transactions of its own."""
    with db.transaction(engine) as session:
        return make_cast(session)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    """A file of these lines."""

    def written(text: str) -> Path:
        path = tmp_path / "export.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return written


@pytest.fixture
def bring_in(engine: Engine, here: Cast, settings: Settings) -> BringIn:
    """Bring a file in for Olga: leads, unless told otherwise."""

    def brought(
        path: Path,
        kind: ImportKind = ImportKind.LEADS,
        mapping: ColumnMapping | None = None,
        *,
        keeps_extra_columns: bool = False,
        is_trial: bool = False,
    ) -> ImportReport:
        imported = jobs.new_import(path.name, kind=kind, by=here.olga, now=clock())
        options = ReadOptions(
            mapping=mapping or ColumnMapping(), keeps_extra_columns=keeps_extra_columns
        )
        if is_trial:
            return jobs.try_file(engine, path, imported, options, clock=clock)
        return jobs.import_file(engine, path, imported, options, settings=settings, clock=clock)

    return brought
