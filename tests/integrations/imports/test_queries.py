"""Finding imports and their problems."""

from datetime import timedelta

import pytest

from alignment.errors import NotFound
from alignment.integrations.imports import queries
from alignment.integrations.imports.models import Import, ImportKind, ImportProblem, ImportState
from tests.factories import MONDAY_NINE, Cast, save

AGO = MONDAY_NINE - timedelta(minutes=1)


def make_import(session, acme: Cast, state: ImportState, **columns) -> Import:
    return save(
        session,
        Import(
            workspace_id=acme.id,
            kind=ImportKind.LEADS,
            file_name="leads.csv",
            state=state,
            created_at=MONDAY_NINE,
            **columns,
        ),
    )


@pytest.mark.parametrize(
    ("state", "lease_until", "is_next"),
    [
        (ImportState.UPLOADED, None, False),
        (ImportState.WAITING, None, True),
        (ImportState.RUNNING, AGO, True),
        (ImportState.RUNNING, MONDAY_NINE, False),
        (ImportState.DONE, None, False),
        (ImportState.FAILED, AGO, False),
    ],
)
def test_what_waits_or_was_abandoned_is_next(session, acme, state, lease_until, is_next):
    imported = make_import(session, acme, state, lease_until=lease_until)

    found = queries.next_to_run(session, now=MONDAY_NINE)

    assert found == (imported if is_next else None)


def test_the_oldest_goes_first(session, acme):
    first = make_import(session, acme, ImportState.WAITING)
    make_import(session, acme, ImportState.WAITING)

    assert queries.next_to_run(session, now=MONDAY_NINE) == first


def test_an_import_of_another_workspace_is_not_here(session, acme, stella):
    imported = make_import(session, acme, ImportState.DONE)

    assert queries.import_for(session, acme.mona, imported.id) == imported
    assert queries.latest_imports(session, stella) == []
    with pytest.raises(NotFound):
        queries.import_for(session, stella, imported.id)


def test_problems_come_in_the_order_of_the_file_fifty_at_a_time(session, acme):
    imported = make_import(session, acme, ImportState.DONE)
    for row in range(120, 1, -1):
        problem = ImportProblem(
            workspace_id=acme.id, import_id=imported.id, row=row, reason="is over 200 characters"
        )
        save(session, problem)

    page = queries.import_problems_page(session, imported, is_rejected=True, number=2)

    assert (page.total, page.last, page.shown[0].row, len(page.shown)) == (119, 3, 52, 50)
    assert queries.import_problems_page(session, imported, is_rejected=False).total == 0
    assert queries.rejected_rows(session, imported) == set(range(2, 121))
