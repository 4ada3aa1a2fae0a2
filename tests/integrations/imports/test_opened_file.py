"""A file opened for import."""

from zoneinfo import ZoneInfo

import pytest

from alignment.files.dates import DateOrder
from alignment.files.errors import AmbiguousDates
from alignment.files.rows import FileRow
from alignment.files.tables import open_table
from alignment.integrations.imports.models import ImportKind
from alignment.integrations.imports.opened_file import ReadOptions, first_rows, open_import
from alignment.integrations.imports.people_lookup import PeopleLookup
from alignment.integrations.imports.row_reader import ImportContext

BERLIN = ZoneInfo("Europe/Berlin")
NOBODY = PeopleLookup([])
PLACE = ImportContext(workspace_id=1, by_id=None, zone=BERLIN, colleagues=NOBODY, owners=NOBODY)


def opened(path, *, sample=None, **options):
    return open_import(path, ImportKind.LEADS, ReadOptions(**options), place=PLACE, sample=sample)


def test_the_beginning_of_a_table_ends_after_so_many_rows(write):
    table = open_table(write("\nid\n1\n2\n3\n"))

    rows = list(first_rows(table, 2).rows())

    assert [row.cells for row in rows if isinstance(row, FileRow)] == [("1",), ("2",)]


def test_a_sample_may_leave_open_what_the_whole_file_says(write):
    path = write("id,created\n1,03/04/2026\n2,13/04/2026\n")

    assert opened(path).mapping.date_order is DateOrder.DMY
    with pytest.raises(AmbiguousDates):
        opened(path, sample=1)


def test_kept_columns_are_read_besides_those_with_a_field(write):
    path = write("id,Shoe size\n1,44\n")

    assert opened(path).mapping.columns == {"external_id": "id"}
    assert opened(path, keeps_extra_columns=True).mapping.columns == {
        "external_id": "id",
        "kept Shoe size": "Shoe size",
    }


def test_rows_that_name_the_same_lead_are_found_before_any_is_read(write):
    repeats, total = opened(write("id,email\n1,a@b.example\n2,A@B.example\n")).repeats()
    repeats.claim_names(2)

    assert (repeats.earlier_row(3), total) == (2, 2)
