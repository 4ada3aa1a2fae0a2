"""PURE. Unicode normalisation in linear time, whatever text is sent to us.

Normalising sorts the marks on a letter, which takes the square of their number: a letter with
250,000 marks holds a processor for minutes. So no letter keeps more marks than the thirty of the
Stream-Safe Text Format (Unicode Standard Annex 15, section 13), more than any language needs.
"""

import re
import sys
import unicodedata
from functools import cache
from itertools import groupby

MARKS_AT_MOST = 30


def nfc(text: str) -> str:
    """Letters with their marks as one character where there is one; further marks are dropped."""
    return _normalised("NFC", text)


def nfkc(text: str) -> str:
    """As ``nfc``, and characters that only look different made alike: "ﬁ" becomes "fi"."""
    return _normalised("NFKC", text)


def _normalised(form: str, text: str) -> str:
    if text.isascii():
        return text
    if len(text) > MARKS_AT_MOST:
        text = _surplus_marks().sub(r"\1", text)
    return unicodedata.normalize(form, text)  # type: ignore[arg-type]


@cache
def _surplus_marks() -> re.Pattern[str]:
    """Finds runs of marks that are too long; its first group is what stays of a run."""
    marks = f"[{''.join(_ranges_of_marks())}]"
    return re.compile(f"({marks}{{{MARKS_AT_MOST}}}){marks}+")


def _ranges_of_marks() -> list[str]:
    marks = (code for code in range(sys.maxunicode + 1) if unicodedata.combining(chr(code)))
    runs = groupby(enumerate(marks), key=lambda numbered: numbered[1] - numbered[0])
    codes = [[code for _, code in run] for _, run in runs]
    return [f"{chr(run[0])}-{chr(run[-1])}" for run in codes]
