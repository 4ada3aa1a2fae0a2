"""PURE. What came in by mail, read with care: anybody may send anything here.

Only the first plain part is read, else the HTML one without its marks; what is quoted below an
answer is left out. Nothing in here raises: what cannot be read is empty.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from html import unescape
from typing import Any

from alignment.notifications.wording import one_line

LARGEST = 1024 * 1024
"""Bytes of one mail; more is refused unread."""
LONGEST = 2_000
"""Characters of an answer that are kept."""
TO = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")
BY_MACHINES = ("list-id", "list-unsubscribe", "x-autoreply", "x-autorespond", "x-loop")
IN_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
QUOTE = re.compile(
    r"^(>|On .+ wrote:|Am .+ schrieb.*:|Le .+ a écrit\s*:|-{2,} ?(Original|Urspr|Forward).*|_{10,}"
    r"|From: .+|Von: .+|-- ?)$"
)
BREAKS = re.compile(r"<(br|/p|/div|/li|/tr)\b[^>]*>", re.IGNORECASE)
UNSEEN = re.compile(r"<(style|script|head|blockquote)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
MARKS = re.compile(r"<[^>]*>")
FAILED = re.compile(r"(?mi)^Action:\s*failed\b")


@dataclass(frozen=True, kw_only=True)
class Inbound:
    """One mail that came in."""

    to: tuple[str, ...]
    sender: str
    """Its address alone, in small letters; empty where there is not exactly one."""
    is_automatic: bool
    """Written by a machine (RFC 3834): a holiday note, a list, a receipt. Never answered."""
    is_bounce: bool
    """A report that our mail did not arrive (RFC 3464)."""
    words: str
    """What the person wrote above what is quoted."""


def read(content: bytes, *, envelope_sender: str | None = None) -> Inbound:
    """The mail; ``envelope_sender`` is "" for the null return path, None where nobody knows."""
    mail = message_from_bytes(content, policy=policy.default)
    senders = _addresses(mail, ("from",))
    is_report = mail.get_content_type() == "multipart/report"
    has_no_return_path = envelope_sender == "" or _header(mail, "return-path").strip() == "<>"
    return Inbound(
        to=_addresses(mail, TO),
        sender=senders[0].lower() if len(senders) == 1 else "",
        is_automatic=is_report or has_no_return_path or _is_by_machine(mail),
        is_bounce=is_report and _has_failed(mail),
        words=_above_the_quote(_text(mail)),
    )


def first_line(words: str) -> str:
    """The first line that says something, as a command is looked for in it."""
    lines = (line.strip() for line in words.splitlines())
    return next((line for line in lines if line), "")


def _header(mail: EmailMessage, name: str) -> str:
    """Headers of broken mails raise when they are taken apart; then they say nothing."""
    try:
        return str(mail.get(name, ""))
    except Exception:
        return ""


def _addresses(mail: EmailMessage, names: tuple[str, ...]) -> tuple[str, ...]:
    found = getaddresses([_header(mail, name) for name in names if _header(mail, name)])
    return tuple(dict.fromkeys(address for _, address in found if "@" in address))


def _is_by_machine(mail: EmailMessage) -> bool:
    said = _header(mail, "auto-submitted").partition(";")[0].strip().lower()
    precedence = _header(mail, "precedence").strip().lower()
    return (
        said not in ("", "no")
        or precedence in IN_BULK
        or any(_header(mail, name) for name in BY_MACHINES)
    )


def _has_failed(mail: EmailMessage) -> bool:
    """Delays and receipts are reports too; only a failure is a bounce."""
    parts = (part for part in mail.walk() if part.get_content_type() == "message/delivery-status")
    return any(FAILED.search(_of_status(part)) for part in parts)


def _of_status(part: EmailMessage) -> str:
    payload = part.get_payload()
    blocks = payload if isinstance(payload, list) else [payload]
    return "\n".join(str(block) for block in blocks)


def _text(mail: EmailMessage) -> str:
    parts = {part.get_content_type(): part for part in reversed(list(_shown(mail)))}
    if "text/plain" in parts:
        return _content(parts["text/plain"])
    if "text/html" in parts:
        return _without_marks(_content(parts["text/html"]))
    return ""


def _shown(mail: EmailMessage) -> Iterator[EmailMessage]:
    for part in mail.walk():
        if part.get_content_disposition() != "attachment" and not part.is_multipart():
            yield part


def _content(part: EmailMessage) -> str:
    """In its own charset; unknown ones and wrong bytes are read as far as they can be."""
    payload: Any = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    try:
        text = raw.decode(part.get_content_charset() or "utf-8", errors="replace")
    except LookupError:
        text = raw.decode("utf-8", errors="replace")
    return text.replace("\0", "")


def _without_marks(html: str) -> str:
    return unescape(MARKS.sub("", BREAKS.sub("\n", UNSEEN.sub("", html))))


def _above_the_quote(text: str) -> str:
    kept: list[str] = []
    for line in text.splitlines():
        if QUOTE.match(line.strip()) or line.lstrip().startswith(">"):
            break
        kept.append(one_line(line))
    return "\n".join(kept).strip()[:LONGEST]
