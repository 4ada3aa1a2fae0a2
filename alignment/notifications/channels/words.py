"""PURE. A letter's words as a chat shows them: what happened, what to do, why it is told."""

from dataclasses import dataclass

from alignment.notifications.channels.base import Message
from alignment.notifications.kinds import kind_of

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
    subject = message.subject
    is_for_team = not message.name and not message.is_several  # lines of several say it each
    if is_for_team and kind_of(message.kind).is_for_one:
        subject = f"For {message.address}: {subject}"
    return parts_of(subject, message.text, link=message.link, longest=longest)


def parts_of(subject: str, text: str, *, link: str, longest: int) -> Told:
    """The parts of a plain letter. Its heading and the line of its link are said elsewhere."""
    above, _, foot = text.partition(FOOT)
    lines = above.strip().splitlines()[1:]
    body = "\n".join(line for line in lines if line.strip() != link or not link).strip()
    why = foot.strip().splitlines()[0] if foot.strip() else ""
    return Told(title=subject, body=_cut(body, longest), why=why)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
