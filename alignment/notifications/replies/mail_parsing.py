"""PURE. Parse a mail that came in: recipients, sender, whether a machine wrote it, whether it is a
bounce, and the text above the quote. Never raises.

The quote begins at the line that our mails print for it, at the first line with something that we
signed, or where a mail program says so in a language that the library or we know.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses
from html import unescape
from typing import Any

from mailparser_reply import EmailReplyParser

from alignment.notifications.actions.secret_texts import has_secrets
from alignment.notifications.formatting import one_line

MAX_MAIL_BYTES = 1024 * 1024
"""Bytes of one mail; more is refused unread."""
MAX_REPLY_CHARACTERS = 2_000
"""Characters of an answer that are kept."""
MAX_HEADER_CHARACTERS = 20_000
"""Characters; a longer one says nothing."""
MAX_CONTAINERS = 100
"""Parts that hold other parts; the library looks into them one within another."""
RECIPIENT_HEADERS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")
AUTOMATIC_HEADERS = ("list-id", "list-unsubscribe", "x-autoreply", "x-autorespond", "x-loop")
AUTOMATIC_PRECEDENCE = frozenset({"bulk", "junk", "list", "auto_reply"})
QUOTE = re.compile(
    r"^(>|On .+ wrote:|Am .+ schrieb.*[:<]|Le .+ a écrit\s*:|-{2,} ?(Original|Urspr|Forward).*"
    r"|_{10,}|From: .+|Von: .+|-- ?)$"
)
CUT_LINE = "-- Reply above this line --"
"""The first line of every mail that can be answered."""
CUT_MARK = CUT_LINE.strip("- ").lower()
"""What is left of it, whatever a mail program puts around it."""
LANGUAGES = ("en", "cs", "da", "es", "fr", "it", "ja", "ko", "nl", "pl", "sv", "zh")
"""In which the library finds the head of a quote. ``QUOTE`` has German: there the library takes
seconds for a long line."""

LINE_BREAK_TAGS = re.compile(r"<(br|/p|/div|/li|/tr)\b[^<>]*>", re.IGNORECASE)
HIDDEN_ELEMENTS = re.compile(
    r"<(?P<end>/?)(?P<name>style|script|head|blockquote)\b[^<>]*>", re.IGNORECASE
)
HTML_TAGS = re.compile(r"<[^<>]*>")
FAILED_ACTION = re.compile(r"(?mi)^Action:\s*failed\b")


@dataclass(frozen=True, kw_only=True)
class InboundMail:
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


def parse_mail(content: bytes, *, envelope_sender: str | None = None) -> InboundMail:
    """The mail; ``envelope_sender`` is "" for the null return path, None where nobody knows."""
    mail = _parsed(content)
    senders = _addresses(mail, ("from",))
    is_report = mail.get_content_type() == "multipart/report"
    has_no_return_path = envelope_sender == "" or _header(mail, "return-path").strip() == "<>"
    return InboundMail(
        to=_addresses(mail, RECIPIENT_HEADERS),
        sender=senders[0].lower() if len(senders) == 1 else "",
        is_automatic=is_report or has_no_return_path or _is_by_machine(mail),
        is_bounce=is_report and _has_failed(mail),
        words=_above_the_quote(_text(mail)),
    )


def first_line(words: str) -> str:
    """The first line that says something, as a command is looked for in it."""
    lines = (line.strip() for line in words.splitlines())
    return next((line for line in lines if line), "")


def _parsed(content: bytes) -> Message:
    """The mail; one built to be looked into for ever is read as an empty one."""
    kinds = content.lower()
    containers = kinds.count(b"multipart/") + kinds.count(b"message/")
    return message_from_bytes(content if containers <= MAX_CONTAINERS else b"")


def _header(mail: Message, name: str) -> str:
    text = str(mail.get(name, ""))
    return text if len(text) <= MAX_HEADER_CHARACTERS else ""


def _addresses(mail: Message, names: tuple[str, ...]) -> tuple[str, ...]:
    pairs = getaddresses([_header(mail, name) for name in names if _header(mail, name)])
    return tuple(dict.fromkeys(address for _, address in pairs if "@" in address))


def _is_by_machine(mail: Message) -> bool:
    auto_submitted = _header(mail, "auto-submitted").partition(";")[0].strip().lower()
    precedence = _header(mail, "precedence").strip().lower()
    return (
        auto_submitted not in ("", "no")
        or precedence in AUTOMATIC_PRECEDENCE
        or any(_header(mail, name) for name in AUTOMATIC_HEADERS)
    )


def _has_failed(mail: Message) -> bool:
    """Delays and receipts are reports too; only a failure is a bounce."""
    parts = (part for part in mail.walk() if part.get_content_type() == "message/delivery-status")
    return any(FAILED_ACTION.search(_of_status(part)) for part in parts)


def _of_status(part: Message) -> str:
    payload = part.get_payload()
    blocks = payload if isinstance(payload, list) else [payload]
    return "\n".join(str(block) for block in blocks)


def _text(mail: Message) -> str:
    parts = {part.get_content_type(): part for part in reversed(list(_visible_parts(mail)))}
    if "text/plain" in parts:
        return _content(parts["text/plain"])
    if "text/html" in parts:
        return _without_tags(_content(parts["text/html"]))
    return ""


def _visible_parts(mail: Message) -> Iterator[Message]:
    for part in mail.walk():
        if part.get_content_disposition() != "attachment" and not part.is_multipart():
            yield part


def _content(part: Message) -> str:
    """In its own charset; unknown ones and wrong bytes are read as far as they can be."""
    payload: Any = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    try:
        text = raw.decode(part.get_content_charset() or "utf-8", errors="replace")
    except (LookupError, ValueError):  # some charsets read whole names only, or cannot be one
        text = raw.decode("utf-8", errors="replace")
    return text.replace("\0", "")


def _without_tags(html: str) -> str:
    return unescape(HTML_TAGS.sub("", LINE_BREAK_TAGS.sub("\n", _visible_html(html))))


def _visible_html(html: str) -> str:
    """Without what stands between marks that hide it."""
    kept, hidden_by, at = [], "", 0
    for mark in HIDDEN_ELEMENTS.finditer(html):
        name = mark["name"].lower()
        if not hidden_by:
            kept.append(html[at : mark.start()])
            hidden_by = "" if mark["end"] else name
        elif mark["end"] and name == hidden_by:
            hidden_by = ""
        at = mark.end()
    return "".join(kept) + ("" if hidden_by else html[at:])


def _above_the_quote(text: str) -> str:
    kept = _above_known_marks(text)
    found = EmailReplyParser(languages=list(LANGUAGES)).parse_reply(kept)
    return (found or "").strip()


def _above_known_marks(text: str) -> str:
    kept, length = list[str](), 0
    for line in text.strip().splitlines():
        if (
            length > MAX_REPLY_CHARACTERS
            or QUOTE.match(line[:MAX_REPLY_CHARACTERS].strip())
            or line.lstrip().startswith(">")
            or CUT_MARK in line[:MAX_REPLY_CHARACTERS].lower()
            or has_secrets(line[:MAX_REPLY_CHARACTERS])
        ):
            break
        kept.append(one_line(line[:MAX_REPLY_CHARACTERS]))
        length += len(kept[-1])
    return "\n".join(kept).strip()[:MAX_REPLY_CHARACTERS]
