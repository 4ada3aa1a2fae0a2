"""PURE. One section of submitted form data: typed reading of each field, with errors collected by
field name.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from alignment.errors import Refused

Parsed = TypeVar("Parsed")
EnumChoice = TypeVar("EnumChoice", bound=StrEnum)
FieldErrors = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class FormSection:
    """``path`` is how its fields' names begin; ``problems`` is shared by all cards of a form."""

    path: str
    data: Mapping[str, Any]
    problems: FieldErrors

    def text(self, name: str) -> str:
        value = self.data.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def is_ticked(self, name: str) -> bool:
        return bool(self.text(name))

    def text_list(self, name: str) -> list[str]:
        value = self.data.get(name, [])
        return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []

    def lines(self, name: str) -> tuple[str, ...]:
        """One a line, empty ones left out."""
        return tuple(filter(None, (line.strip() for line in self.text(name).splitlines())))

    def identifiers(self, name: str) -> tuple[str, ...]:
        """ "handed off, fixed" as lower_snake words, in their order, each once."""
        parts = (part.strip() for part in re.split(r"[,;\n]", self.text(name)))
        return tuple(
            dict.fromkeys(
                re.sub(r"\s+", "_", part_text.casefold()) for part_text in parts if part_text
            )
        )

    def choice(self, name: str, kind: type[EnumChoice], default: EnumChoice) -> EnumChoice:
        choice = self.read(name, lambda: kind(self.text(name)), "Choose one from the list.")
        return default if choice is None else choice

    def read(self, name: str, reader: Callable[[], Parsed], sentence: str = "") -> Parsed | None:
        """What the reader makes of it; what it cannot is noted beside the field."""
        try:
            return reader()
        except Refused as reason:
            self.add_problem(name, str(reason))
        except ValueError as reason:
            self.add_problem(name, sentence or str(reason))
        return None

    def add_problem(self, name: str, sentence: str) -> None:
        self.problems.setdefault(f"{self.path}{name}", sentence)

    def subsection(self, name: str) -> "FormSection":
        inner = self.data.get(name, {})
        sheet = inner if isinstance(inner, Mapping) else {}
        return FormSection(path=f"{self.path}{name}.", data=sheet, problems=self.problems)

    def subsections(self, name: str) -> list["FormSection"]:
        rows = self.data.get(name, [])
        kept: Iterable[Any] = rows if isinstance(rows, list) else []
        return [
            FormSection(path=f"{self.path}{name}.{place}.", data=row, problems=self.problems)
            for place, row in enumerate(kept)
            if isinstance(row, Mapping)
        ]
