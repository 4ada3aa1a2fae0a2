"""PURE. A letter's words as a chat shows them: what happened, what to do, why it is told."""

from dataclasses import dataclass

from alignment.notifications.channels.base import Message

FOOT = "\n--\n"
"""Parts a plain letter from the lines that say why it came."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """The three parts of a message."""

    title: str
    body: str
    why: str


def told(message: Message, *, longest: int) -> Told:
    """The parts of a message; the body is cut at ``longest`` characters."""
    above, _, foot = message.text.partition(FOOT)
    lines = above.strip().splitlines()
    body = "\n".join(line for line in lines[1:] if not _is_link(line, message)).strip()
    why = foot.strip().splitlines()[0] if foot.strip() else ""
    return Told(title=message.subject, body=_cut(body, longest), why=why)


def _is_link(line: str, message: Message) -> bool:
    """The button below leads there already."""
    return bool(message.link) and line.strip() == message.link


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
