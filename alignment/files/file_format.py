"""Recognise a file's format by its content, never by its name."""

from enum import StrEnum
from pathlib import Path

from alignment.files import limits
from alignment.files.errors import BadFile

SAMPLE_BYTES = 65_536
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<meta", b"<table", b"<?xml", b"<!--")
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
OTHER_BINARY_MARKS = (b"%PDF", b"\x1f\x8b", b"\x89PNG", b"Rar!", b"7z\xbc\xaf")


class FileFormat(StrEnum):
    """The two kinds of file that are read."""

    DELIMITED = "delimited"
    WORKBOOK = "workbook"


def file_format_of(path: Path) -> FileFormat:
    """Delimited text or a workbook; anything else is refused with what to do instead."""
    if path.stat().st_size > limits.FILE_BYTES:
        raise BadFile(f"The file is over the limit of {limits.FILE_BYTES // 1_000_000} MB.")

    start = _start(path)
    if start.startswith(b"PK"):
        return FileFormat.WORKBOOK

    _refuse_empty(start)
    _refuse_markup(start)
    _refuse_binary(start)
    return FileFormat.DELIMITED


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(SAMPLE_BYTES)


def _refuse_empty(start: bytes) -> None:
    if not _letters(start):
        raise BadFile("The file is empty.")


def _refuse_markup(start: bytes) -> None:
    if _letters(start).lower().startswith(MARKUP):
        raise BadFile("This looks like HTML. Export the table as CSV or XLSX.")


def _refuse_binary(start: bytes) -> None:
    if start.startswith(OLD_OFFICE):
        raise BadFile("This workbook is locked or old. Save it as XLSX without a password.")

    is_text = start.startswith(UTF_16_MARKS) or start.count(0) <= len(start) // 4
    if start.startswith(OTHER_BINARY_MARKS) or not is_text:
        raise BadFile("This is not a table. Export it as CSV or XLSX.")


def _letters(start: bytes) -> bytes:
    """The start without byte order marks, space and the NULs of two-byte text."""
    return start.lstrip(b"\xff\xfe\xef\xbb\xbf").replace(b"\0", b"").strip()
