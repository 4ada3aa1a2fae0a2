"""Why a file, its mapping or one of its cells is refused."""

from alignment.errors import Refused


class BadFile(Refused):
    """The file as a whole cannot be read."""


class AmbiguousDates(BadFile):
    """Nobody has said whether the day or the month comes first; ``example`` is such a date."""

    def __init__(self, example: str) -> None:
        super().__init__(f"Choose day first or month first for dates like {example}.")
        self.example = example


class BadMapping(Refused):
    """The mapping names something that does not exist, or names it wrongly."""


class BadCell(Refused):
    """One value does not say what its field needs."""
