import pytest

from alignment.files.errors import BadFile
from alignment.files.file_format import FileFormat, file_format_of


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf \r\n", "The file is empty"),
        (b"\xff\xfe", "The file is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "locked or old"),
        (b"%PDF-1.7 report", "not a table"),
        (b"\x1f\x8b\x08packed", "not a table"),
        (b"a\0\0\0b\0\0\0", "not a table"),
        (b"<?xml version='1.0'?><html/>", "looks like HTML"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(make_file, content, sentence):
    with pytest.raises(BadFile, match=sentence):
        file_format_of(make_file(content))


@pytest.mark.parametrize("content", [b"email\n", b"\xff\xfee\0,\0", b"a<b,c\n", b"\xe4,b\n"])
def test_text_is_delimited(make_file, content):
    assert file_format_of(make_file(content)) is FileFormat.DELIMITED


def test_an_archive_may_be_a_workbook(make_workbook):
    assert file_format_of(make_workbook("")) is FileFormat.WORKBOOK
