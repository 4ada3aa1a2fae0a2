"""What a person sees before anything is brought in."""

import pytest

from alignment.files.dates import DateOrder
from alignment.files.encodings import Encoding
from alignment.files.errors import BadFile
from alignment.integrations.imports.models import ImportKind
from alignment.integrations.imports.preview import preview_file

LEADS = ImportKind.LEADS


def test_the_header_the_first_rows_and_how_they_were_read(write):
    path = write("id;E-Mail ;Shoe size\n" + "".join(f"{n};;44\n" for n in range(9)))

    seen = preview_file(path, LEADS)

    assert seen.header == ("id", "E-Mail", "Shoe size")
    assert (len(seen.rows), seen.rows[0]) == (5, ("0", "", "44"))
    assert seen.read_as == "UTF-8, semicolon"
    assert seen.mapping.columns == {"external_id": "id", "email": "E-Mail"}
    assert seen.ignored == ("Shoe size",)


def test_another_encoding_is_tried_when_asked_for(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_bytes("id,name\n1,Müller\n".encode())

    assert preview_file(path, LEADS, encoding=Encoding.WINDOWS_1252).rows == [("1", "MÃ¼ller")]


@pytest.mark.parametrize(
    ("dates", "order", "ambiguous"),
    [
        (["2026-04-03"], DateOrder.YMD, ""),
        (["13/04/2026", "03/04/2026"], DateOrder.DMY, ""),
        (["03/04/2026"], None, "03/04/2026"),
    ],
)
def test_the_order_of_dates_is_found_or_asked_for(write, dates, order, ambiguous):
    rows = "".join(f"{number},{date}\n" for number, date in enumerate(dates))

    seen = preview_file(write(f"id,created\n{rows}"), LEADS)

    assert (seen.date_order, seen.ambiguous) == (order, ambiguous)


def test_a_file_without_rows_is_refused(write):
    with pytest.raises(BadFile, match="a header and no rows"):
        preview_file(write("id,name\n"), LEADS)
