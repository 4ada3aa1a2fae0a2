"""Import jobs: upload a file, map its columns, run it in the background or at once."""

import logging
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, delete, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session, col

from alignment import db
from alignment.accounts.models import User, Workspace
from alignment.clock import Clock
from alignment.config import Settings
from alignment.errors import Refused
from alignment.files.encodings import Encoding
from alignment.files.mapping import mapping_from
from alignment.files.tables import open_table
from alignment.integrations.imports import queries, storage
from alignment.integrations.imports.batches import (
    LEASE_DURATION,
    ImportReport,
    LeaseLost,
    ProgressCallback,
    import_rows,
)
from alignment.integrations.imports.models import Import, ImportKind, ImportProblem, ImportState
from alignment.integrations.imports.opened_file import (
    FIELDS_BY_KIND,
    SAMPLE_ROWS,
    OpenedFile,
    ReadOptions,
    open_import,
)
from alignment.integrations.imports.people_lookup import PeopleLookup
from alignment.integrations.imports.row_reader import ImportContext
from alignment.leads.intake import clean_text

logger = logging.getLogger(__name__)

NAME_CHARACTERS = 200
PROBLEM_CHARACTERS = 500


def new_import(file_name: str, *, kind: ImportKind, by: User, now: datetime) -> Import:
    """An import of ``by``'s workspace that is not stored yet."""
    return Import(
        workspace_id=by.workspace_id,
        kind=kind,
        file_name=display_name(file_name),
        state=ImportState.UPLOADED,
        by_id=by.id,
        created_at=now,
    )


def upload_file(
    session: Session, imported: Import, content: IO[bytes], *, settings: Settings
) -> None:
    """Keep the file for its preview; one that is no table is refused and not kept."""
    imported.stored_name = storage.store(settings, content)
    try:
        open_table(storage.stored(settings, imported.stored_name))
    except Refused:
        storage.discard(settings, imported.stored_name)
        raise
    session.add(imported)
    session.flush()


def start_import(
    session: Session, imported: Import, options: ReadOptions, *, settings: Settings
) -> None:
    """Let it run; a mapping that does not fit the file's beginning is refused."""
    if not imported.may_be_mapped:
        raise Refused(f"The import of {imported.file_name} has begun already.")
    _set_options(imported, options)
    path = storage.stored(settings, imported.stored_name)
    _open(path, imported, place=import_context(session, imported), sample=SAMPLE_ROWS)

    session.execute(
        delete(ImportProblem).where(
            col(ImportProblem.workspace_id) == imported.workspace_id,
            col(ImportProblem.import_id) == imported.id,
        )
    )
    imported.rows_done = imported.created = imported.updated = 0
    imported.unchanged = imported.rejected = 0
    imported.state, imported.failure_reason = ImportState.WAITING, ""
    imported.finished_at = None
    session.add(imported)
    session.flush()


def remove_import(session: Session, imported: Import, *, settings: Settings) -> None:
    """Forget an upload of which no row was read."""
    if not imported.may_be_mapped or imported.rows_done:
        raise Refused(f"The import of {imported.file_name} has begun and stays in the list.")
    storage.discard(settings, imported.stored_name)
    session.delete(imported)
    session.flush()


def run_waiting(engine: Engine, *, settings: Settings, clock: Clock) -> int:
    """Bring in every file that waits or was abandoned, one after another; how many there were."""
    brought = 0
    while (imported := _claim(engine, now=clock())) is not None:
        _run_import(engine, imported, settings=settings, clock=clock)
        brought += 1
    return brought


def import_file(
    engine: Engine,
    path: Path,
    imported: Import,
    options: ReadOptions,
    *,
    settings: Settings,
    clock: Clock,
    watch: ProgressCallback | None = None,
) -> ImportReport:
    """Bring a file in right here; should this process die, background work goes on with it.

    A refused file raises Refused.
    """
    opened = _open_at_once(engine, path, imported, options)
    imported.state, imported.lease_until = ImportState.RUNNING, clock() + LEASE_DURATION
    with path.open("rb") as content:
        imported.stored_name = storage.store(settings, content)
    with db.transaction(engine) as session:
        session.add(imported)
    try:
        report = import_rows(engine, opened, imported, clock=clock, watch=watch)
    except KeyboardInterrupt:
        _mark_failed(engine, imported, "It was stopped. Import the file again.", now=clock())
        raise
    _mark_done(engine, imported, settings=settings, now=clock())
    return report


def try_file(
    engine: Engine,
    path: Path,
    imported: Import,
    options: ReadOptions,
    *,
    clock: Clock,
    watch: ProgressCallback | None = None,
) -> ImportReport:
    """Count what an import would do, and write nothing. A refused file raises Refused."""
    opened = _open_at_once(engine, path, imported, options)
    return import_rows(engine, opened, imported, clock=clock, is_dry_run=True, watch=watch)


def import_context(session: Session, imported: Import) -> ImportContext:
    """Whose leads they become, and who is known there by name."""
    workspace = session.get_one(Workspace, imported.workspace_id)
    people = queries.everybody(session, workspace.id)
    return ImportContext(
        workspace_id=workspace.id,
        by_id=imported.by_id,
        zone=ZoneInfo(workspace.zone),
        colleagues=PeopleLookup(people),
        owners=PeopleLookup(person for person in people if person.is_active),
    )


def display_name(file_name: str) -> str:
    """The name as people know it; the file itself never lies under it."""
    name = str(clean_text(file_name)).replace("\\", "/").rpartition("/")[2]
    return name[:NAME_CHARACTERS] or "file"


def _open_at_once(engine: Engine, path: Path, imported: Import, options: ReadOptions) -> OpenedFile:
    _set_options(imported, options)
    with db.read_only_session(engine) as session:
        place = import_context(session, imported)
    return _open(path, imported, place=place)


def _open(
    path: Path, imported: Import, *, place: ImportContext, sample: int | None = None
) -> OpenedFile:
    options = _options_of(imported)
    zone = options.mapping.zone or place.zone
    return open_import(path, imported.kind, options, place=replace(place, zone=zone), sample=sample)


def _set_options(imported: Import, options: ReadOptions) -> None:
    imported.mapping = options.mapping.as_dict()
    imported.encoding = options.encoding or ""
    imported.keeps_extra_columns = options.keeps_extra_columns


def _options_of(imported: Import) -> ReadOptions:
    return ReadOptions(
        mapping=mapping_from(imported.mapping, fields=FIELDS_BY_KIND[imported.kind]),
        encoding=Encoding(imported.encoding) if imported.encoding else None,
        keeps_extra_columns=imported.keeps_extra_columns,
    )


def _claim(engine: Engine, *, now: datetime) -> Import | None:
    """The next import is ours for a lease; None where nothing waits or somebody was faster."""
    with db.transaction(engine) as session:
        imported = queries.next_to_run(session, now=now)
        if imported is None:
            return None
        ours = session.execute(
            update(Import)
            .where(
                col(Import.workspace_id) == imported.workspace_id,
                col(Import.id) == imported.id,
                col(Import.state) == imported.state,
                col(Import.lease_until).is_not_distinct_from(imported.lease_until),
            )
            .values(state=ImportState.RUNNING, lease_until=now + LEASE_DURATION)
        )
        return imported if ours.rowcount == 1 else None  # type: ignore[attr-defined]


def _run_import(engine: Engine, imported: Import, *, settings: Settings, clock: Clock) -> None:
    try:
        with db.read_only_session(engine) as session:
            place = import_context(session, imported)
        opened = _open(storage.stored(settings, imported.stored_name), imported, place=place)
        import_rows(engine, opened, imported, clock=clock)
        _mark_done(engine, imported, settings=settings, now=clock())
    except LeaseLost:
        logger.warning("Import %s is continued by another process.", imported.id)
    except Refused as reason:
        _mark_failed(engine, imported, str(reason), now=clock())
    except (IntegrityError, OperationalError):
        # A database that is away, or a lead made by hand at the same instant: the lease runs out,
        # and whoever comes next goes on behind the last batch.
        logger.exception("Import %s waits for its next try.", imported.id)
    except Exception:
        logger.exception("Import %s failed.", imported.id)
        _mark_failed(engine, imported, "Something went wrong here. The log says more.", now=clock())


def _mark_done(engine: Engine, imported: Import, *, settings: Settings, now: datetime) -> None:
    """The file has served; it is deleted once the end is written down."""
    _close_import(engine, imported, now=now, state=ImportState.DONE, stored_name="")
    storage.discard(settings, imported.stored_name)


def _mark_failed(engine: Engine, imported: Import, why: str, *, now: datetime) -> None:
    _close_import(
        engine, imported, now=now, state=ImportState.FAILED, failure_reason=why[:PROBLEM_CHARACTERS]
    )


def _close_import(engine: Engine, imported: Import, *, now: datetime, **columns: str) -> None:
    with db.transaction(engine) as session:
        session.execute(
            update(Import)
            .where(
                col(Import.workspace_id) == imported.workspace_id,
                col(Import.id) == imported.id,
                col(Import.state) == ImportState.RUNNING,
            )
            .values(finished_at=now, lease_until=None, **columns)
        )
