"""The first row: the names of the columns."""

from collections.abc import Sequence

from alignment.files import limits
from alignment.files.errors import BadFile
from alignment.normalisation import nfc, nfkc


def column_names(cells: Sequence[str]) -> tuple[str, ...]:
    """The names, trimmed; a nameless column is called by its place. No name may come twice."""
    if len(cells) > limits.COLUMNS:
        raise BadFile(f"The file has {len(cells):,} columns, over {limits.COLUMNS} columns.")

    names = tuple(_tidy(cell) or f"column {place}" for place, cell in enumerate(cells, start=1))
    _refuse_twice(names)
    return names


def normalised_name(name: str) -> str:
    """What two spellings of one name share: ``E-Mail `` and ``email`` give the same."""
    folded = nfkc(name).casefold()
    return "".join(character for character in folded if character.isalnum())


def _tidy(cell: str) -> str:
    return " ".join(nfc(cell).replace("\ufeff", "").split())


def _refuse_twice(names: Sequence[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise BadFile(f"The column {name} appears twice. Rename or remove one.")
        seen.add(name.casefold())
