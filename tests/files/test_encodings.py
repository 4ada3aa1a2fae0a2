import pytest

from alignment.files.encodings import Encoding, detect_encoding, stray_byte


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"email\n", Encoding.UTF_8),
        ("Müller, Łódź\n".encode(), Encoding.UTF_8),
        (b"M\xfcller\n", Encoding.WINDOWS_1252),
        (b"\x93quoted\x94 \x80 5\n", Encoding.WINDOWS_1252),
        (b"damaged \xff here\n", Encoding.UTF_8),
        ("Zoë ".encode() * 3 + b"M\xfcller\n", Encoding.UTF_8),
        (b"\xff\xfee\0", Encoding.UTF_16),
        (b"\xfe\xff\0e", Encoding.UTF_16),
    ],
)
def test_the_encoding_is_what_most_odd_characters_speak_for(make_file, content, encoding):
    assert detect_encoding(make_file(content)) is encoding


def test_the_only_odd_letter_may_stand_far_behind(make_file):
    path = make_file(b"a,b\n" * 600_000 + b"M\xfcller\n")

    assert detect_encoding(path) is Encoding.WINDOWS_1252


def test_people_read_the_name_they_know():
    assert [encoding.label for encoding in Encoding] == ["UTF-8", "UTF-16", "Windows-1252"]


def test_a_stray_byte_is_found_by_its_place_in_the_file():
    text = b"\xc3\xa9\xff".decode("utf_8", "surrogateescape")

    assert stray_byte(text, Encoding.UTF_8) == 3
    assert stray_byte("é", Encoding.UTF_8) is None
