"""Importing a file: upload, map the columns, watch the progress, read and download the report."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine
from werkzeug.datastructures import FileStorage

from alignment import db
from alignment.accounts.models import Workspace
from alignment.accounts.opening_hours.time_zones import zone_names
from alignment.accounts.roles import Right
from alignment.edge import engine, needs, now, session, settings, user
from alignment.errors import NotFound, Refused
from alignment.files import csv_export, limits
from alignment.files.csv_export import ColumnKind, ExportValue
from alignment.files.encodings import Encoding
from alignment.files.errors import AmbiguousDates
from alignment.files.mapping import mapping_from
from alignment.integrations.imports import jobs, queries, storage
from alignment.integrations.imports.models import Import, ImportKind
from alignment.integrations.imports.opened_file import FIELDS_BY_KIND, ReadOptions
from alignment.integrations.imports.preview import FilePreview, preview_file
from alignment.web.imports.column_mapping import (
    DATE_ORDERS,
    DECIMALS,
    chosen_encoding,
    initial_values,
    mapping_document,
)
from alignment.web.paging import pager, requested_page
from alignment.web.request_limits import takes_files
from alignment.web.responses import WHOLE_FORM

pages = Blueprint("imports", __name__, url_prefix="/imports")

MAX_UPLOAD_BYTES = limits.FILE_BYTES + 1_000_000
"""The file, and what a form puts around it."""
REJECTED_COLUMNS = {
    "row": ColumnKind.NUMBER,
    "column": ColumnKind.TEXT,
    "value": ColumnKind.TEXT,
    "reason": ColumnKind.TEXT,
}


@pages.get("")
@needs(Right.IMPORT)
def index() -> ResponseReturnValue:
    return index_page(values={"kind": ImportKind.LEADS}, errors={})


@pages.post("")
@needs(Right.IMPORT)
@takes_files(MAX_UPLOAD_BYTES)
def upload() -> ResponseReturnValue:
    try:
        file = uploaded_file()
        imported = jobs.new_import(file.filename or "", kind=requested_kind(), by=user(), now=now())
        jobs.upload_file(session(), imported, file.stream, settings=settings())
    except Refused as reason:
        return index_page(values=request.form, errors={"file": str(reason)}), 422
    return redirect(url_for("imports.map_columns", import_id=imported.id), 303)


@pages.get("/<int:import_id>")
@needs(Right.IMPORT)
def show(import_id: int) -> ResponseReturnValue:
    imported = queries.import_for(session(), user(), import_id)
    return render_template("imports/show.html", **report_context(imported))


@pages.get("/<int:import_id>/progress")
@needs(Right.IMPORT)
def progress(import_id: int) -> ResponseReturnValue:
    """The part of the page that changes while rows are read; at the end, the way to the report."""
    imported = queries.import_for(session(), user(), import_id)
    if imported.is_under_way:
        return render_template("imports/_progress.html", imported=imported)
    report = url_for("imports.show", import_id=imported.id)
    if "HX-Request" in request.headers:
        return Response(headers={"HX-Redirect": report})
    return redirect(report, 303)


@pages.get("/<int:import_id>/columns")
@needs(Right.IMPORT)
def map_columns(import_id: int) -> ResponseReturnValue:
    imported = queries.import_for(session(), user(), import_id)
    if not imported.may_be_mapped:
        return redirect(url_for("imports.show", import_id=imported.id), 303)
    encoding = chosen_encoding(request.args.get("encoding", ""))
    seen = preview_of(imported, encoding)
    zone = session().get_one(Workspace, imported.workspace_id).zone
    values = initial_values(seen, zone=zone, encoding=encoding)
    return columns_page(imported, seen, values=values, errors={})


@pages.post("/<int:import_id>/columns")
@needs(Right.IMPORT)
def start(import_id: int) -> ResponseReturnValue:
    """Let it run; pressed twice, it runs once."""
    imported = queries.import_for(session(), user(), import_id)
    if not imported.may_be_mapped:
        return redirect(url_for("imports.show", import_id=imported.id), 303)
    encoding = chosen_encoding(request.form.get("encoding", ""))
    try:
        fields = FIELDS_BY_KIND[imported.kind]
        options = ReadOptions(
            mapping=mapping_from(mapping_document(request.form), fields=fields),
            encoding=encoding,
            keeps_extra_columns="keeps_extra_columns" in request.form,
        )
        jobs.start_import(session(), imported, options, settings=settings())
    except NotFound:
        raise
    except Refused as reason:
        field = "date_order" if isinstance(reason, AmbiguousDates) else WHOLE_FORM
        session().expire(imported)
        seen = preview_of(imported, encoding)
        page = columns_page(imported, seen, values=request.form, errors={field: str(reason)})
        return page, 422
    return redirect(url_for("imports.show", import_id=imported.id), 303)


@pages.post("/<int:import_id>/removal")
@needs(Right.IMPORT)
def remove(import_id: int) -> ResponseReturnValue:
    imported = queries.import_for(session(), user(), import_id)
    jobs.remove_import(session(), imported, settings=settings())
    flash(f"{imported.file_name} is forgotten. Nothing was brought in.")
    return redirect(url_for("imports.index"), 303)


@pages.get("/<int:import_id>/rejected.csv")
@needs(Right.IMPORT)
def rejected(import_id: int) -> ResponseReturnValue:
    """Every rejected row; a spreadsheet shows it and executes nothing of it."""
    imported = queries.import_for(session(), user(), import_id)
    session().expunge(imported)
    lines = csv_export.csv_lines(REJECTED_COLUMNS, rejected_cells(engine(), imported))
    name = f"rejected-rows-of-import-{imported.id}.csv"
    return Response(
        lines,
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


def rejected_cells(bind: Engine, imported: Import) -> Iterator[tuple[ExportValue, ...]]:
    """Read while the answer is sent, by when the request's own session is closed."""
    with db.read_only_session(bind) as own:
        for problem in queries.rejected_problems(own, imported):
            yield problem.row, problem.column, problem.value, problem.reason


def uploaded_file() -> FileStorage:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Refused("Choose a file.")
    return file


def requested_kind() -> ImportKind:
    wish = request.form.get("kind", "")
    if wish not in list(ImportKind):
        raise Refused("Choose whether the file holds leads or events.")
    return ImportKind(wish)


def preview_of(imported: Import, encoding: Encoding | None) -> FilePreview:
    path = storage.stored(settings(), imported.stored_name)
    return preview_file(path, imported.kind, encoding=encoding)


def index_page(*, values: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    return render_template(
        "imports/index.html",
        imports=queries.latest_imports(session(), user()),
        kinds=[
            (ImportKind.LEADS, "Leads: one row a lead"),
            (ImportKind.EVENTS, "Events: what happened to leads that are here"),
        ],
        values=values,
        errors=errors,
    )


def columns_page(
    imported: Import, seen: FilePreview, *, values: Mapping[str, Any], errors: Mapping[str, str]
) -> str:
    return render_template(
        "imports/columns.html",
        imported=imported,
        seen=seen,
        fields=[field.name for field in FIELDS_BY_KIND[imported.kind]],
        columns=[(name, name) for name in seen.header],
        encodings=[(encoding.value, encoding.label) for encoding in Encoding],
        date_orders=DATE_ORDERS,
        decimals=DECIMALS,
        zones=zone_names(),
        values=values,
        errors=errors,
    )


def report_context(imported: Import) -> dict[str, Any]:
    """What the progress and the report show."""
    page = requested_page()
    problems = queries.import_problems_page(session(), imported, is_rejected=True, number=page)
    remarks = queries.import_problems_page(session(), imported, is_rejected=False)
    return {
        "imported": imported,
        "rejections": problems,
        "remarks": remarks,
        "pager": pager(
            problems.total, page=page, size=queries.PROBLEMS_PER_PAGE, import_id=imported.id
        ),
    }
