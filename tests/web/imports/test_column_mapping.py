"""The form that maps columns."""

import pytest

from alignment.errors import Refused
from alignment.files.encodings import Encoding
from alignment.web.imports.column_mapping import chosen_encoding, mapping_document


def test_what_is_left_empty_is_not_in_the_mapping():
    form = {
        "csrf_token": "t",
        "column-email": "E-Mail",
        "column-name": "",
        "date_order": "",
        "zone": " Europe/Berlin ",
        "decimal": ",",
        "missing": "Select, n/a,",
    }

    assert mapping_document(form) == {
        "columns": {"email": "E-Mail"},
        "missing": {"*": ["Select", "n/a"]},
        "dates": {"zone": "Europe/Berlin"},
        "numbers": {"decimal": ","},
    }


def test_an_encoding_is_chosen_from_the_list_or_found_out():
    assert chosen_encoding("") is None
    assert chosen_encoding("utf_16") is Encoding.UTF_16
    with pytest.raises(Refused, match="from the list"):
        chosen_encoding("klingon")
