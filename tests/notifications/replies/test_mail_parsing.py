"""Mails that come in are read with care, whatever they are."""

import time

import pytest

from alignment.notifications.replies.mail_parsing import (
    MAX_REPLY_CHARACTERS,
    first_line,
    parse_mail,
)

DSN = b"""From: MAILER-DAEMON@mx.acme.test
To: reply+1-00@reply.acme.test
Subject: Undelivered
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It failed.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.acme.test

Final-Recipient: rfc822; sam@acme.test
Action: failed
Status: 5.1.1

--b--
"""


def mail(body: bytes = b"done\r\n", headers: bytes = b"") -> bytes:
    return b"From: Sam <Sam@acme.test>\r\nTo: x@reply.acme.test\r\n" + headers + b"\r\n" + body


def test_an_answer_is_what_stands_above_the_quote():
    found = parse_mail(mail(b"Done.\n\nOn Mon, 1 Mar 2027 Alignment wrote:\n> Accept it\n"))

    assert (found.sender, found.words, found.to) == (
        "sam@acme.test",
        "Done.",
        ("x@reply.acme.test",),
    )
    assert not found.is_automatic


def test_only_html_is_read_without_its_marks_and_its_quote():
    html = b"<style>p{}</style><p>I called<br>at noon &amp; again</p><blockquote>old</blockquote>"
    found = parse_mail(mail(html, b"Content-Type: text/html; charset=utf-8\r\n"))

    assert found.words == "I called\nat noon & again"


@pytest.mark.parametrize("charset", ["iso-8859-1", "x-unknown", "utf-8", "utf-16"])
def test_odd_charsets_are_read_as_far_as_they_can_be(charset):
    found = parse_mail(
        mail(b"gr\xfc\xdfe", f"Content-Type: text/plain; charset={charset}\r\n".encode())
    )

    assert charset != "iso-8859-1" or found.words == "grüße"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\xff\xfe",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nnever closed",
        b"From: ,,<<>>\r\nTo: \xff\xff\r\nContent-Type: ;;;\r\n\r\nhello",
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!not base64!!!",
        b"From: a@acme.test, b@acme.test\r\n\r\nwho of us",
    ],
)
def test_what_is_broken_names_no_sender_and_breaks_nothing(content):
    assert parse_mail(content).sender == ""


def test_of_a_huge_answer_the_beginning_is_kept():
    assert len(parse_mail(mail(b"word " * 100_000)).words) <= MAX_REPLY_CHARACTERS


@pytest.mark.parametrize(
    "header",
    [
        b"Auto-Submitted: auto-replied\r\n",
        b"Auto-Submitted: auto-generated (holiday)\r\n",
        b"Precedence: bulk\r\n",
        b"List-Id: <all.acme.test>\r\n",
        b"X-Autoreply: yes\r\n",
        b"Return-Path: <>\r\n",
    ],
)
def test_what_a_machine_wrote_is_known_by_its_headers(header):
    assert parse_mail(mail(headers=header)).is_automatic


def test_a_null_return_path_is_a_machine_too():
    assert parse_mail(mail(), envelope_sender="").is_automatic
    assert not parse_mail(
        mail(headers=b"Auto-Submitted: no\r\n"), envelope_sender="sam@acme.test"
    ).is_automatic


def test_a_report_of_failure_is_a_bounce_and_one_of_delay_is_none():
    assert parse_mail(DSN).is_bounce
    late = parse_mail(DSN.replace(b"Action: failed", b"Action: delayed"))
    assert (late.is_bounce, late.is_automatic) == (False, True)


def test_the_first_line_that_says_something_counts():
    assert first_line("\n  \n Called. \nthen more") == "Called."


@pytest.mark.parametrize("charset", ["idna", "punycode", "undefined", "utf-8\0"])
def test_what_calls_itself_by_a_charset_that_is_none_is_read_all_the_same(charset):
    headers = f'Content-Type: text/plain; charset="{charset}"\r\n'.encode()

    assert parse_mail(mail(b"gr\xc3\xbc\xc3\x9fe", headers)).words == "grüße"


HTML, PLAIN = b"Content-Type: text/html\r\n", b"Content-Type: text/plain\r\n"
NESTED = b"".join(
    b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (depth, depth)
    for depth in range(3_000)
)


@pytest.mark.parametrize(
    "content",
    [
        mail(b"<" * 900_000, HTML),
        mail(b"<br " * 200_000, HTML),
        mail(b"<head " * 150_000, HTML),
        mail(b"Am" + b" schrieb" * 100_000, PLAIN),
        mail(headers=b"Cc: " + b"a," * 400_000 + b"\r\n"),
        mail(headers=b"Reply-To: " + b'"' * 400_000 + b"\r\n"),
        NESTED + b"x\n" * 200_000,
        b"Content-Type: message/rfc822\n\n" * 20_000,
    ],
    ids=["marks", "breaks", "heads", "quotes", "many", "quoted", "nested", "within"],
)
def test_what_is_built_to_be_read_for_ever_is_not(content):
    begun = time.monotonic()

    parse_mail(content)

    assert time.monotonic() - begun < 5


def test_a_quote_that_never_ends_hides_the_rest():
    html = b"<p>Done.</p><BLOCKQUOTE class='x'>old <blockquote>older</blockquote>"

    assert parse_mail(mail(html, HTML)).words == "Done."
