"""Compose the MIME message (RFC 5322) of one mail, with the headers that keep auto-responders
quiet.
"""

import re
import secrets
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Iterable, Mapping
from email.headerregistry import Address
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr
from functools import cache

from alignment.config import BadSetting
from alignment.notifications.channels.base import InlinePicture, OutgoingMessage
from alignment.notifications.formatting import one_line
from alignment.notifications.notice_kinds import kind_of

AUTOMATIC = {
    "Auto-Submitted": "auto-generated",  # RFC 3834: nobody answers it by machine
    "X-Auto-Response-Suppress": "OOF, AutoReply",
}
SENDER = re.compile(r"[^\s@<>\"(),:;]+@[A-Za-z0-9.-]+", re.ASCII)
PLAIN_RECIPIENT = re.compile(
    r"(?=.{,76}\r\n)To: [A-Za-z0-9]+( [A-Za-z0-9]+)* <[a-z0-9]+([.-][a-z0-9]+)*@[a-z0-9.-]+>\r\n"
)


def sender_of(mail_from: str) -> Address:
    """The sender as the setting ``mail_from`` gives it, else ``BadSetting``."""
    name, address = parseaddr(one_line(mail_from))
    if not SENDER.fullmatch(address):
        raise BadSetting(
            f"ALIGNMENT_MAIL_FROM must look like Alignment <alignment@example.com>: {mail_from!r}."
        )
    local, _, domain = address.partition("@")
    return Address(display_name=name, username=local, domain=domain)


def compose(message: OutgoingMessage, *, sender: Address) -> bytes:
    """The mail as it leaves, with CRLF; text that could end a header early has become spaces."""
    is_utf8 = not _is_plain(message.address)
    texts = (
        _sender_line(str(sender)),
        _recipient_line(one_line(message.name), message.address, is_utf8=is_utf8),
        _folded("Subject", one_line(message.subject), is_utf8=is_utf8),
        _header_lines(_headers(message, domain=sender.domain), is_utf8=is_utf8),
    )
    html = _part("html", _html(message, sender.domain))
    pictures = [_picture_part(one, domain=sender.domain) for one in message.inline]
    shown = _multipart("related", [html, *pictures]) if pictures else html
    return b"".join(texts) + _multipart("alternative", [_part("plain", message.text), shown])


@cache
def _sender_line(sender: str) -> bytes:
    return _folded("From", sender, is_utf8=False)


def _recipient_line(name: str, address: str, *, is_utf8: bool) -> bytes:
    plain = f"To: {name} <{address}>\r\n"
    if PLAIN_RECIPIENT.fullmatch(plain):  # most are, and the library is slow to find that out
        return plain.encode("ascii")
    recipient = Address(display_name=name, addr_spec=wire_address(address))
    return _folded("To", recipient, is_utf8=is_utf8)


def _folded(name: str, value: Address | str, *, is_utf8: bool) -> bytes:
    """A header that may hold anything, encoded and folded by the library."""
    policy = SMTPUTF8 if is_utf8 else SMTP
    return policy.fold_binary(name, policy.header_factory(name, value))


def _header_lines(headers: Mapping[str, str], *, is_utf8: bool) -> bytes:
    """Headers of our own making, never folded: the library would encode long addresses beyond
    use."""
    if any("\n" in value or "\r" in value for value in headers.values()):
        raise ValueError("a header may have one line only")
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return lines.encode("utf-8" if is_utf8 else "ascii")


def _part(subtype: str, text: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n") + "\n"
    quoted = b2a_qp(lines.encode(), istext=True).replace(b"\n", b"\r\n")
    how = {
        "Content-Type": f'text/{subtype}; charset="utf-8"',
        "Content-Transfer-Encoding": "quoted-printable",
    }
    return _header_lines(how, is_utf8=False) + b"\r\n" + quoted


def _picture_part(picture: InlinePicture, *, domain: str) -> bytes:
    """Beside the HTML that shows it (multipart/related), never an attachment."""
    how = {
        "Content-Type": "image/png",
        "Content-Transfer-Encoding": "base64",
        "Content-ID": f"<{picture.cid}@{domain}>",
        "Content-Disposition": f'inline; filename="{picture.cid}.png"',
    }
    return (
        _header_lines(how, is_utf8=False)
        + b"\r\n"
        + encodebytes(picture.png).replace(b"\n", b"\r\n")
    )


def _multipart(subtype: str, parts: Iterable[bytes]) -> bytes:
    """These parts as one; "=_" cannot stand in any of them, encoded as they are."""
    boundary = f"=_{secrets.token_hex(12)}"
    between = f"--{boundary}\r\n".encode()
    how = {"Content-Type": f'multipart/{subtype}; boundary="{boundary}"'}
    body = b"".join(between + part + b"\r\n" for part in parts)
    return _header_lines(how, is_utf8=False) + b"\r\n" + body + f"--{boundary}--\r\n".encode()


def _html(message: OutgoingMessage, domain: str) -> str:
    """Pictures named as the whole world knows them (RFC 2392)."""
    html = message.html
    for picture in message.inline:
        html = html.replace(f'"cid:{picture.cid}"', f'"cid:{picture.cid}@{domain}"')
    return html


def wire_address(address: str) -> str:
    """The address as servers know it: an international domain in its ASCII form."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"


def _is_plain(address: str) -> bool:
    return address.rpartition("@")[0].isascii()


def _headers(message: OutgoingMessage, *, domain: str) -> dict[str, str]:
    headers = {
        "MIME-Version": "1.0",
        "Date": format_datetime(message.at),
        "Message-ID": f"<{message.id}@{domain}>",
        **AUTOMATIC,
    }
    if message.reply_to:
        headers["Reply-To"] = message.reply_to
    if message.thread:
        root = f"<{_header_atom(message.thread)}.{message.workspace_id}@{domain}>"
        headers |= {"In-Reply-To": root, "References": root}
    if message.unsubscribe_url:
        list_name = _header_atom(kind_of(message.kind).list)
        headers |= {
            "List-Id": f"<{list_name}.{message.workspace_id}.{domain}>",
            "List-Unsubscribe": f"<{message.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058
        }
    return headers


def _header_atom(words: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", words).strip("-") or "all"
