"""A mail has both parts, exact headers, one recipient, and no header that text could forge."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from alignment.config import BadSetting
from alignment.notifications.channels.base import InlinePicture, OutgoingMessage
from alignment.notifications.channels.mime import compose, sender_of, wire_address
from tests.factories import MONDAY_NINE

SENDER = sender_of("Alignment <alignment@acme.test>")
UNSUBSCRIBE = f"https://alignment.acme.test/u/{'x' * 160}"


def message(**given) -> OutgoingMessage:
    facts: dict[str, Any] = {
        "id": "timer_breached.4f1c",
        "kind": "timer_breached",
        "workspace_id": 7,
        "thread": "lead-42",
        "name": "Mona",
        "address": "mona@acme.test",
        "subject": "The call to Globex was due at 14:30",
        "text": "Grüße\n.\nThe end\n",
        "html": "<p>Grüße</p>",
        "unsubscribe_url": UNSUBSCRIBE,
        "at": MONDAY_NINE,
    }
    return OutgoingMessage(**(facts | given))


def parsed(**given) -> EmailMessage:
    raw = compose(message(**given), sender=SENDER)
    return message_from_bytes(raw, policy=policy.default)


def test_the_headers_are_exactly_these():
    mail = parsed()

    assert dict(mail.items()) == {
        "From": "Alignment <alignment@acme.test>",
        "To": "Mona <mona@acme.test>",
        "Subject": "The call to Globex was due at 14:30",
        "Date": "Mon, 01 Mar 2027 08:00:00 +0000",
        "Message-ID": "<timer_breached.4f1c@acme.test>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "In-Reply-To": "<lead-42.7@acme.test>",
        "References": "<lead-42.7@acme.test>",
        "List-Id": "<alerts.7.acme.test>",
        "List-Unsubscribe": f"<{UNSUBSCRIBE}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "MIME-Version": "1.0",
        "Content-Type": mail["Content-Type"],
    }


def test_a_long_link_stays_in_one_piece_on_the_wire():
    raw = compose(message(), sender=SENDER)

    assert f"List-Unsubscribe: <{UNSUBSCRIBE}>\r\n".encode() in raw


def test_the_text_part_comes_first_and_both_are_readable_as_plain_ascii():
    raw = compose(message(), sender=SENDER)
    mail = message_from_bytes(raw, policy=policy.default)

    assert raw.isascii()
    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert text.get_content() == "Grüße\r\n.\r\nThe end\r\n"
    assert (html.get_content_type(), html.get_content()) == ("text/html", "<p>Grüße</p>\r\n")


def test_a_letter_outside_any_thread_and_list_has_no_such_headers():
    mail = parsed(thread="", unsubscribe_url=None)

    for header in ("In-Reply-To", "References", "List-Id", "List-Unsubscribe"):
        assert mail[header] is None


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\u2028", "\u0085"])
def test_no_text_can_begin_a_header_of_its_own(line_end):
    trick = f"Globex{line_end}Bcc: z@z.test"

    mail = parsed(subject=trick, name=trick)

    assert mail["Bcc"] is None
    assert mail["Subject"] == "Globex Bcc: z@z.test"
    assert [address.addr_spec for address in mail["To"].addresses] == ["mona@acme.test"]


def test_a_name_with_an_address_in_it_is_still_one_recipient():
    mail = parsed(name="Eve, a@evil.test")

    assert [(one.display_name, one.addr_spec) for one in mail["To"].addresses] == [
        ("Eve, a@evil.test", "mona@acme.test")
    ]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Mona", b"To: Mona <mona@acme.test>\r\n"),
        ("Mona of 12", b"To: Mona of 12 <mona@acme.test>\r\n"),
        ("Mona (Globex)", b'To: "Mona (Globex)" <mona@acme.test>\r\n'),
        ("Möna", b"To: =?utf-8?q?M=C3=B6na?= <mona@acme.test>\r\n"),
        ("", b"To: mona@acme.test\r\n"),
        ("M" * 60, b"To:\r\n " + b"M" * 60 + b" <mona@acme.test>\r\n"),
    ],
)
def test_a_name_goes_as_it_is_or_quoted_or_encoded_or_folded(name, line):
    assert line in compose(message(name=name), sender=SENDER)


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
def test_every_line_ends_alike_on_the_wire(line_end):
    raw = compose(message(text=f"One{line_end}two{line_end}"), sender=SENDER)

    assert b"\r\nOne\r\ntwo\r\n\r\n--=_" in raw
    assert raw.count(b"\n") == raw.count(b"\r") == raw.count(b"\r\n")


def test_an_international_domain_goes_in_its_ascii_form():
    assert wire_address("a@münchen.de") == "a@xn--mnchen-3ya.de"


@pytest.mark.parametrize("setting", ["", "Alignment", "Alignment <>", "a@", "@acme.test"])
def test_a_sender_without_an_address_is_refused(setting):
    with pytest.raises(BadSetting, match="ALIGNMENT_MAIL_FROM"):
        sender_of(setting)


def test_a_picture_stands_in_the_letter_and_is_no_attachment():
    chart = InlinePicture(cid="chart", png=b"\x89PNG", alt="Handed off by week")

    mail = parsed(html='<img src="cid:chart" alt="Handed off by week">', inline=(chart,))

    parts = {part.get_content_type(): part for part in mail.walk()}
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]
    assert 'src="cid:chart@acme.test"' in parts["text/html"].get_content()
    assert parts["image/png"]["Content-ID"] == "<chart@acme.test>"
    assert parts["image/png"].get_content() == b"\x89PNG"
    assert not list(mail.iter_attachments())
