"""PURE. The action buttons of one mail and the confirmation code printed in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

WHOLE_MESSAGE = ""
"""The thread under which the buttons stand that are about the whole message."""


@dataclass(frozen=True, kw_only=True)
class Button:
    """Words and a path; pressing it opens a page and does nothing yet."""

    label: str
    path: str


@dataclass(frozen=True, kw_only=True)
class ActionButtons:
    """The buttons of a mail, by what they are about ("task-7"), and the code that it prints."""

    by_thread: Mapping[str, tuple[Button, ...]] = field(default_factory=dict)
    code: str = ""

    def on(self, thread: str = WHOLE_MESSAGE) -> tuple[Button, ...]:
        return self.by_thread.get(thread, ())

    def with_hidden_links(self, instead: str) -> "ActionButtons":
        """As our own copy of the mail shows it: it lets nobody act."""
        return ActionButtons(
            by_thread={
                thread: tuple(Button(label=one.label, path=instead) for one in those)
                for thread, those in self.by_thread.items()
            },
            code="····" if self.code else "",
        )
