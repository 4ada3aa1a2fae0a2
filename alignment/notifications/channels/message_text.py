"""Split a rendered notice into title, body and reason, for channels that show short text."""

from collections.abc import Sequence
from dataclasses import dataclass

from alignment.notifications.channels.base import OutgoingMessage
from alignment.notifications.notice_kinds import kind_of

FOOTER_MARK = "\n--\n"
"""Parts a plain letter from the lines that say why it came."""


@dataclass(frozen=True, kw_only=True)
class MessageParts:
    """The three parts of a message."""

    title: str
    body: str
    why: str


def message_parts(message: OutgoingMessage, *, longest: int) -> MessageParts:
    """The parts of a message; the body is cut at ``longest`` characters."""
    subject = message.subject
    is_for_team = not message.name and not message.is_summary  # lines of several say it each
    if is_for_team and kind_of(message.kind).is_for_one:
        subject = f"For {message.address}: {subject}"
    return split_parts(subject, message.text, link=message.link, longest=longest)


def split_parts(subject: str, text: str, *, link: str, longest: int) -> MessageParts:
    """The parts of a plain letter. Its heading and its link are said elsewhere."""
    above, _, foot = text.partition(FOOTER_MARK)
    body = "\n".join(_without_link(above.strip().splitlines()[1:], link)).strip()
    why = foot.strip().splitlines()[0] if foot.strip() else ""
    return MessageParts(title=subject, body=_cut(body, longest), why=why)


def _without_link(lines: Sequence[str], link: str) -> list[str]:
    """The lines but that of the link, and but the one before it that only leads to it."""
    kept: list[str] = []
    for line in lines:
        if not link or line.strip() != link:
            kept.append(line)
        elif kept and kept[-1].endswith(":"):
            kept.pop()
    return kept


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
