"""Guess the delimiter of a CSV file."""

import csv
import io
from itertools import islice

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_CHARACTERS = 65_536
SAMPLE_ROWS = 20


def guess_delimiter(sample: str) -> str:
    """The delimiter that gives the most rows as many cells as the header; a comma if none does."""
    return max(DELIMITERS, key=lambda delimiter: _fit(sample, delimiter))


def _fit(sample: str, delimiter: str) -> tuple[float, int]:
    lines = io.StringIO(sample, newline="")
    widths = [len(cells) for cells in islice(csv.reader(lines, delimiter=delimiter), SAMPLE_ROWS)]
    widths = [width for width in widths if width]
    if not widths or widths[0] == 1:
        return 0.0, 1
    return widths.count(widths[0]) / len(widths), widths[0]
