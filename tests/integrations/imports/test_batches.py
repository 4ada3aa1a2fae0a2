"""One batch after another, each whole or not at all."""

from datetime import timedelta

import pytest
from sqlmodel import select

from alignment import db
from alignment.integrations.imports import batches, jobs
from alignment.integrations.imports.batches import LeaseLost, import_rows
from alignment.integrations.imports.models import Import, ImportKind, ImportState
from alignment.integrations.imports.opened_file import ReadOptions, open_import
from alignment.leads.models import Lead
from tests.integrations.imports.conftest import NOW, clock


@pytest.fixture
def running(engine, here) -> Import:
    """An import that is ours for a minute."""
    with db.transaction(engine) as session:
        imported = Import(
            workspace_id=here.id,
            kind=ImportKind.LEADS,
            file_name="leads.csv",
            state=ImportState.RUNNING,
            by_id=here.olga.id,
            created_at=NOW,
            lease_until=NOW + timedelta(minutes=1),
        )
        session.add(imported)
    return imported


@pytest.fixture
def opened(engine, running, write):
    with db.read_only_session(engine) as session:
        place = jobs.import_context(session, running)
    path = write("id\n" + "".join(f"{number}\n" for number in range(600)))
    return open_import(path, ImportKind.LEADS, ReadOptions(), place=place)


def test_each_batch_renews_the_lease_and_tells_how_far_it_is(engine, running, opened):
    told = []

    import_rows(engine, opened, running, clock=clock, watch=lambda *far: told.append(far))

    with db.read_only_session(engine) as session:
        assert session.get_one(Import, running.id).lease_until == NOW + batches.LEASE_DURATION
    assert told == [(250, 600), (500, 600), (600, 600)]


def test_who_lost_the_lease_writes_nothing_more(engine, running, opened):
    with db.transaction(engine) as session:
        session.get_one(Import, running.id).rows_done = 250

    with pytest.raises(LeaseLost):
        import_rows(engine, opened, running, clock=clock)

    with db.read_only_session(engine) as session:
        assert session.exec(select(Lead)).all() == []


def test_the_report_shows_rejections_before_remarks_and_no_more_than_twenty(bring_in, write):
    rows = "".join(f"{number},owner {number},\n" for number in range(30))

    report = bring_in(write(f"id,owner,score\n{rows}x,,ten\n"))

    assert (report.remarks, len(report.first_problems)) == (30, 20)
    assert [(row, is_rejected) for row, _, is_rejected in report.first_problems[:2]] == [
        (32, True),
        (2, False),
    ]
