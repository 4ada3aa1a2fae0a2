"""From the upload to the report, in the background and right here."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from alignment import db
from alignment.errors import Refused
from alignment.files.errors import AmbiguousDates, BadFile, BadMapping
from alignment.files.mapping import ColumnMapping
from alignment.integrations.imports import jobs, lead_rows, queries
from alignment.integrations.imports.models import Import, ImportKind, ImportProblem, ImportState
from alignment.integrations.imports.opened_file import ReadOptions
from alignment.journal.models import JournalEntry
from alignment.leads.bulk import upsert
from alignment.leads.models import Lead
from tests.integrations.imports.conftest import NOW, clock

TWO = b"id,name\n1,Ada\n2,Bea\n"


@pytest.fixture
def upload(engine, here, settings):
    def uploaded(content: bytes = TWO, name: str = "leads.csv") -> Import:
        with db.transaction(engine) as session:
            imported = jobs.new_import(name, kind=ImportKind.LEADS, by=here.olga, now=NOW)
            jobs.upload_file(session, imported, BytesIO(content), settings=settings)
            return imported

    return uploaded


@pytest.fixture
def start(engine, settings):
    def started(imported: Import, mapping: ColumnMapping | None = None) -> None:
        with db.transaction(engine) as session:
            known = session.get_one(Import, imported.id)
            options = ReadOptions(mapping=mapping or ColumnMapping())
            jobs.start_import(session, known, options, settings=settings)

    return started


@pytest.fixture
def run(engine, settings):
    return lambda: jobs.run_waiting(engine, settings=settings, clock=clock)


def read(engine, imported: Import) -> Import:
    with db.read_only_session(engine) as session:
        return session.get_one(Import, imported.id)


def count(engine, table) -> int:
    with db.read_only_session(engine) as session:
        return len(session.exec(select(table)).all())


def test_an_upload_runs_once_it_is_started(engine, upload, start, run):
    imported = upload()

    assert run() == 0
    start(imported)
    assert run() == 1

    done = read(engine, imported)
    assert (done.state, done.finished_at, done.rows_total) == (ImportState.DONE, NOW, 2)
    assert (done.created, done.rejected, done.rows_done) == (2, 0, 2)
    assert run() == 0


def test_the_file_is_kept_until_it_has_served(engine, settings, upload, start, run):
    imported = upload()
    folder = settings.data_dir / "imports"
    [stored] = folder.iterdir()
    assert (stored.read_bytes(), stored.stat().st_mode & 0o777) == (TWO, 0o600)

    start(imported)
    run()

    assert list(folder.iterdir()) == []
    assert read(engine, imported).stored_name == ""


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/leads.csv", "leads.csv"),
        ("C:\\Users\\Mona\\leads.csv", "leads.csv"),
        ("x" * 500, "x" * 200),
        ("a\r\nb.csv", "a b.csv"),
        ("", "file"),
    ],
)
def test_a_file_is_shown_by_its_name_and_stored_under_ours(settings, upload, given, shown):
    imported = upload(name=given)

    assert imported.file_name == shown
    assert [x.name for x in (settings.data_dir / "imports").iterdir()] == [imported.stored_name]


def test_a_file_that_is_no_table_is_refused_and_not_kept(engine, settings, upload):
    with pytest.raises(BadFile, match="HTML"):
        upload(b"<html><body>Sign in</body></html>")

    assert list((settings.data_dir / "imports").iterdir()) == []
    assert count(engine, Import) == 0


def test_an_import_cannot_be_started_twice(engine, upload, start):
    imported = upload()
    start(imported)

    with pytest.raises(Refused, match="begun already"):
        start(imported)


def test_a_mapping_that_names_no_column_of_the_file_is_refused_at_the_start(engine, upload, start):
    imported = upload()

    with pytest.raises(BadMapping, match="no column Nr"):
        start(imported, ColumnMapping(columns={"external_id": "Nr"}))

    assert read(engine, imported).state is ImportState.UPLOADED


def test_a_failed_import_says_why_and_can_be_mapped_again(engine, upload, start, run, monkeypatch):
    monkeypatch.setattr("alignment.integrations.imports.jobs.SAMPLE_ROWS", 2)
    imported = upload(b"id,created\n1,\n2,\n3,03/04/2026\n")
    start(imported)
    run()
    failed = read(engine, imported)
    assert failed.state is ImportState.FAILED
    assert failed.failure_reason == str(AmbiguousDates("03/04/2026"))

    start(imported, ColumnMapping(columns={"external_id": "id"}))
    run()

    assert read(engine, imported).created == 3


def test_a_file_that_is_gone_fails_with_what_to_do(engine, settings, upload, start, run):
    imported = upload()
    start(imported)
    (settings.data_dir / "imports" / imported.stored_name).unlink()

    run()

    assert read(engine, imported).failure_reason == "The uploaded file is gone. Upload it again."


def test_an_import_that_somebody_works_on_is_left_alone(engine, upload, start, run):
    imported = upload()
    start(imported)
    with db.transaction(engine) as session:
        running = session.get_one(Import, imported.id)
        running.state, running.lease_until = ImportState.RUNNING, NOW + timedelta(seconds=1)

    assert run() == 0


def test_an_abandoned_import_goes_on_behind_its_last_batch(engine, upload, start, run, monkeypatch):
    rows = b"".join(b"%d,Lead %d\n" % (number % 900, number) for number in range(1_000))
    imported = upload(b"id,name\n" + rows)
    start(imported)
    take = upsert.upsert_leads
    with monkeypatch.context() as breaking:
        breaking.setattr(lead_rows, "upsert_leads", broken_after(2, take))
        run()
    stopped = read(engine, imported)
    assert (stopped.state, stopped.rows_done) == (ImportState.RUNNING, 500)

    with db.transaction(engine) as session:
        session.get_one(Import, imported.id).lease_until = NOW - timedelta(seconds=1)
    run()

    done = read(engine, imported)
    assert (done.state, done.created, done.rejected) == (ImportState.DONE, 900, 100)
    assert count(engine, Lead) == count(engine, JournalEntry) == 900
    assert count(engine, ImportProblem) == 100


def test_an_import_that_somebody_stops_is_not_continued(engine, here, settings, write, run):
    path = write("id\n" + "".join(f"{number}\n" for number in range(600)))

    imported = jobs.new_import(path.name, kind=ImportKind.LEADS, by=here.olga, now=NOW)

    with pytest.raises(KeyboardInterrupt):
        jobs.import_file(
            engine, path, imported, ReadOptions(), settings=settings, clock=clock, watch=stop
        )

    with db.read_only_session(engine) as session:
        stopped = session.exec(select(Import)).one()
    assert (stopped.state, stopped.rows_done) == (ImportState.FAILED, 250)
    assert run() == 0


def stop(done: int, total: int) -> None:
    """Somebody presses Ctrl+C."""
    raise KeyboardInterrupt


def broken_after(batches: int, take):
    """The database goes away after so many batches."""
    left = iter(range(batches))

    def taking(*given, **named):
        if next(left, None) is None:
            raise OperationalError("BEGIN", {}, OSError("the server closed the connection"))
        return take(*given, **named)

    return taking


def test_an_upload_can_be_forgotten_before_it_starts(engine, settings, upload):
    imported = upload()

    with db.transaction(engine) as session:
        jobs.remove_import(session, session.get_one(Import, imported.id), settings=settings)

    assert count(engine, Import) == 0
    assert list((settings.data_dir / "imports").iterdir()) == []


def test_what_has_begun_stays_in_the_list(engine, settings, upload, start, run):
    imported = upload()
    start(imported)
    run()

    with pytest.raises(Refused, match="stays in the list"), db.transaction(engine) as session:
        jobs.remove_import(session, session.get_one(Import, imported.id), settings=settings)


def test_every_row_is_accounted_for(engine, bring_in, write):
    bring_in(write("id,score\n1,1\n2,2\n"))

    report = bring_in(write("id,score\n1,1\n2,3\n3,3\n4,x\n3,4\n5\n"))

    assert report.changes == {"created": 1, "updated": 1, "unchanged": 1, "rejected": 3}
    assert report.rows == report.changes.total() == 6
    with db.read_only_session(engine) as session:
        kept = session.get_one(Import, report.import_id)
        problems = list(queries.rejected_problems(session, kept))
    assert (kept.created, kept.updated, kept.unchanged, kept.rejected) == (1, 1, 1, 3)
    assert [(x.row, x.reason) for x in problems] == [
        (5, "x is not a whole number"),
        (6, "duplicate of row 4"),
        (7, "1 cells, header has 2"),
    ]


def test_a_trial_counts_and_writes_nothing(engine, settings, bring_in, write):
    report = bring_in(write("id,source\n1,Fair\n2,Fair\n2,Fair\n"), is_trial=True)

    assert report.changes == {"created": 2, "rejected": 1}
    assert [count(engine, table) for table in (Import, Lead, JournalEntry, ImportProblem)] == [
        0
    ] * 4
    assert not (settings.data_dir / "imports").exists()


def test_a_file_in_windows_letters_is_read(engine, bring_in, tmp_path):
    path = tmp_path / "windows.csv"
    path.write_bytes("id,name\n1,Müller\n".encode("cp1252"))

    bring_in(path)

    with db.read_only_session(engine) as session:
        assert session.exec(select(Lead)).one().name == "Müller"


def test_a_formula_is_stored_as_the_text_it_is(engine, bring_in, write):
    bring_in(write('id,company\n1,"=HYPERLINK(""http://evil.example"")"\n'))

    with db.read_only_session(engine) as session:
        assert session.exec(select(Lead)).one().company == '=HYPERLINK("http://evil.example")'
