"""One cell's text as a value. Every refusal is a BadCell that says what is wrong."""

import re

from alignment.files.errors import BadCell
from alignment.files.rows import excerpt
from alignment.normalisation import nfc

INVISIBLE = " \t\r\n\u00a0\u200b\u200c\u200d\u2060\ufeff"
WHOLE = re.compile(r"[+-]?[0-9]{1,18}(?:\.0{1,6})?")
YES = frozenset({"yes", "y", "true", "t", "1"})
NO = frozenset({"no", "n", "false", "f", "0"})


def parse_text(raw: str) -> str:
    """Trimmed of space seen and unseen; letters with marks are one character (NFC)."""
    if raw.isascii():
        return raw.strip()
    return nfc(raw).strip().strip(INVISIBLE)


def parse_integer(raw: str) -> int:
    """A whole number in ASCII digits; ``5.0`` is what spreadsheets make of 5."""
    if not WHOLE.fullmatch(raw):
        raise BadCell(f"{excerpt(raw)} is not a whole number")
    return int(raw.partition(".")[0])


def parse_yes_no(raw: str) -> bool:
    """Yes, y, true, t, 1 and their opposites, in any case."""
    word = raw.casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise BadCell(f"{excerpt(raw)} is neither yes nor no")
