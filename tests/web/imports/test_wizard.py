"""The import pages: upload, columns, progress and report."""

from io import BytesIO

import pytest
from sqlmodel import select

from alignment import db
from alignment.accounts.roles import Role
from alignment.config import Settings
from alignment.integrations.imports import jobs
from alignment.integrations.imports.models import Import, ImportState
from alignment.leads.models import Lead
from tests.factories import make_user

LEADS = b"Record ID,Email,Score\n1,ada@byron.example,5\n2,bea@byron.example,ten\n"


def form(content: bytes = LEADS, *, name: str = "leads.csv", kind: str = "leads"):
    return {"file": (BytesIO(content), name), "kind": kind}


def the_import(engine) -> Import:
    with db.read_only_session(engine) as session:
        return session.exec(select(Import)).one()


@pytest.fixture
def olga(browser, here):
    return browser(here.olga)


@pytest.fixture
def viewer(browser, engine, here):
    with db.transaction(engine) as session:
        vera = make_user(session, here.workspace, "Vera", role=Role.VIEWER)
    return browser(vera)


@pytest.fixture
def uploaded(engine, olga) -> Import:
    olga.post("/imports", data=form())
    return the_import(engine)


@pytest.fixture
def run(engine, clock, tmp_path):
    settings = Settings(data_dir=tmp_path)
    return lambda: jobs.run_waiting(engine, settings=settings, clock=clock)


COLUMNS = {"column-external_id": "Record ID", "column-email": "Email", "column-score": "Score"}


@pytest.fixture
def finished(engine, olga, uploaded, run) -> Import:
    olga.post(f"/imports/{uploaded.id}/columns", data=COLUMNS)
    run()
    return the_import(engine)


def test_without_any_import_the_page_says_what_to_do(olga):
    page = olga.get("/imports")

    assert page.status_code == 200
    assert "No import yet" in page.text
    assert 'accept=".csv,.xlsx"' in page.text


def test_an_uploaded_file_is_shown_before_anything_is_brought_in(engine, olga):
    answer = olga.post("/imports", data=form(), follow_redirects=True)

    assert answer.request.path == f"/imports/{the_import(engine).id}/columns"
    assert "ada@byron.example" in answer.text
    assert "Read as UTF-8, comma." in answer.text
    assert '<option value="Record ID" selected>' in answer.text
    with db.read_only_session(engine) as session:
        assert session.exec(select(Lead)).all() == []


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"kind": "leads"}, "Choose a file."),
        (form(b""), "The file is empty."),
        (form(b"<html></html>"), "This looks like HTML."),
        (form(kind="cats"), "Choose whether the file holds leads or events."),
    ],
    ids=["none", "empty", "html", "kind"],
)
def test_what_cannot_be_read_is_refused_beside_the_field(engine, olga, data, sentence):
    answer = olga.post("/imports", data=data)

    assert answer.status_code == 422
    assert sentence in answer.text
    with db.read_only_session(engine) as session:
        assert session.exec(select(Import)).all() == []


def test_started_rows_are_read_in_the_background_and_reported(engine, olga, uploaded, run):
    answer = olga.post(f"/imports/{uploaded.id}/columns", data=COLUMNS)
    assert (answer.status_code, answer.location) == (303, f"/imports/{uploaded.id}")
    waiting = olga.get(f"/imports/{uploaded.id}")
    assert 'hx-trigger="every 1s"' in waiting.text
    assert f'<a class="btn" href="/imports/{uploaded.id}">Refresh</a>' in waiting.text

    run()

    done = olga.get(f"/imports/{uploaded.id}")
    assert "hx-trigger" not in done.text
    assert "ten is not a whole number" in done.text
    assert (the_import(engine).created, the_import(engine).rejected) == (1, 1)


def test_progress_is_a_part_while_it_runs_and_then_the_way_to_the_report(olga, uploaded, run):
    path = f"/imports/{uploaded.id}"
    olga.post(f"{path}/columns", data=COLUMNS)
    running = olga.get(f"{path}/progress", headers={"HX-Request": "true"})

    run()
    done = olga.get(f"{path}/progress", headers={"HX-Request": "true"})

    assert running.text.startswith(f'<div id="import-{uploaded.id}-progress"')
    assert done.headers["HX-Redirect"] == path
    assert olga.get(f"{path}/progress").location == path


def test_half_way_the_bar_says_how_far(engine, olga, uploaded):
    with db.transaction(engine) as session:
        row = session.get_one(Import, uploaded.id)
        row.state, row.rows_done, row.rows_total = ImportState.RUNNING, 1_250, 5_000

    page = olga.get(f"/imports/{uploaded.id}")

    assert '<progress value="1250" max="5000"' in page.text
    assert "1,250 of 5,000 rows" in page.text


def test_the_rejected_rows_come_as_a_file(olga, finished):
    answer = olga.get(f"/imports/{finished.id}/rejected.csv")

    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.get_data().decode("utf-8-sig").splitlines() == [
        '"row","column","value","reason"',
        '3,"Score","ten","ten is not a whole number"',
    ]


def test_a_formula_in_a_rejected_row_is_harmless(engine, olga, run):
    olga.post("/imports", data=form(b"Record ID,Score\n1,=1+1\n"))
    imported = the_import(engine)
    columns = {"column-external_id": "Record ID", "column-score": "Score"}
    olga.post(f"/imports/{imported.id}/columns", data=columns)
    run()

    answer = olga.get(f"/imports/{imported.id}/rejected.csv")

    assert '"\'=1+1"' in answer.text


def test_a_mapping_without_id_or_address_changes_nothing(engine, olga, uploaded):
    answer = olga.post(f"/imports/{uploaded.id}/columns", data={"column-score": "Score"})

    assert answer.status_code == 422
    assert "an id or a mail address" in answer.text
    assert '<option value="Score" selected>' in answer.text
    assert the_import(engine).state is ImportState.UPLOADED


def test_an_open_order_of_dates_is_asked_for(engine, olga):
    olga.post("/imports", data=form(b"id,created\n1,03/04/2026\n"))
    path = f"/imports/{the_import(engine).id}/columns"
    columns = {"column-external_id": "id", "column-arrived_at": "created"}

    asked = olga.get(path)
    unsaid = olga.post(path, data=columns)
    said = olga.post(path, data=columns | {"date_order": "dmy", "zone": "Europe/Berlin"})

    assert "03/04/2026 could be read in two ways." in asked.text
    assert (unsaid.status_code, said.status_code) == (422, 303)
    assert 'id="error-date_order"' in unsaid.text
    assert the_import(engine).mapping["dates"] == {"order": "dmy", "zone": "Europe/Berlin"}


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        ({"zone": "Mars/Phobos"}, "Mars/Phobos is no time zone."),
        ({"date_order": "ydm"}, "dates.order is ydm"),
        ({"column-shoe": "Email"}, "There is no columns key shoe."),
    ],
    ids=["zone", "order", "field"],
)
def test_a_choice_that_nobody_offered_is_refused(olga, uploaded, choice, sentence):
    answer = olga.post(f"/imports/{uploaded.id}/columns", data=COLUMNS | choice)

    assert answer.status_code == 422
    assert sentence in answer.text


def test_letters_that_look_wrong_are_read_again(engine, olga):
    olga.post("/imports", data=form("id,name\n1,Müller\n".encode()))

    page = olga.get(f"/imports/{the_import(engine).id}/columns?encoding=windows_1252")

    assert "MÃ¼ller" in page.text
    assert '<input type="hidden" name="encoding" value="windows_1252">' in page.text


def test_an_upload_can_be_forgotten(engine, olga, uploaded):
    answer = olga.post(f"/imports/{uploaded.id}/removal")

    assert (answer.status_code, answer.location) == (303, "/imports")
    with db.read_only_session(engine) as session:
        assert session.exec(select(Import)).all() == []


def test_a_started_import_leads_to_its_report(olga, finished):
    page = f"/imports/{finished.id}"

    assert olga.get(f"{page}/columns").location == page


def test_pressed_twice_an_import_runs_once(engine, olga, uploaded, run):
    path = f"/imports/{uploaded.id}"

    answers = [olga.post(f"{path}/columns", data=COLUMNS) for _ in range(2)]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, path)] * 2
    assert (run(), run(), the_import(engine).created) == (1, 0, 1)


def test_many_rejected_rows_are_shown_page_by_page(engine, olga, run):
    rows = b"".join(b"%d,ten\n" % number for number in range(120))
    olga.post("/imports", data=form(b"id,score\n" + rows))
    path = f"/imports/{the_import(engine).id}"
    olga.post(f"{path}/columns", data={"column-external_id": "id", "column-score": "score"})
    run()

    second = olga.get(f"{path}?page=2")

    assert "51–100 of 120" in second.text
    assert f'href="{path}?page=3"' in second.text


def test_a_file_name_is_shown_as_text(engine, olga):
    page = olga.post("/imports", data=form(name="<img>.csv"), follow_redirects=True)

    assert "&lt;img&gt;.csv" in page.text
    assert "<img>.csv" not in page.text


PATHS = ("", "/columns", "/progress", "/rejected.csv")


@pytest.mark.parametrize("path", PATHS)
def test_an_outsider_finds_no_import(browser, elsewhere, uploaded, path):
    assert browser(elsewhere).get(f"/imports/{uploaded.id}{path}").status_code == 404


@pytest.mark.parametrize("path", ["columns", "removal"])
def test_an_outsider_changes_no_import(engine, browser, elsewhere, uploaded, path):
    answer = browser(elsewhere).post(f"/imports/{uploaded.id}/{path}", data=COLUMNS)

    assert answer.status_code == 404
    assert the_import(engine).state is ImportState.UPLOADED


@pytest.mark.parametrize("path", PATHS)
def test_a_viewer_may_not_import(viewer, uploaded, path):
    assert viewer.get(f"/imports/{uploaded.id}{path}").status_code == 403


def test_a_viewer_may_not_upload(engine, viewer):
    assert viewer.get("/imports").status_code == 403
    assert viewer.post("/imports", data=form()).status_code == 403
    with db.read_only_session(engine) as session:
        assert session.exec(select(Import)).all() == []
