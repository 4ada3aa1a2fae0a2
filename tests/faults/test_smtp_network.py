"""What may happen on the way to the mail server, with a proxy in between."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from alignment.notifications.channels.email import Email
from alignment.notifications.channels.smtp_settings import server_at
from alignment.notifications.models import Outcome
from tests.factories import MONDAY_NINE
from tests.faults.proxy import Proxy
from tests.faults.smtp_sink import HANG_UP, PEM, Sink
from tests.postbox import SENDER, deliveries, letter_to, mail_to, office_for, post, send_due

LATER = MONDAY_NINE + timedelta(minutes=2)


@pytest.mark.parametrize("step", [b"ehlo", b"mail FROM", b"rcpt TO", b"DATA"])
def test_a_black_hole_before_the_content_is_left_and_tried_again(
    engine, sink, here, monkeypatch, step
):
    monkeypatch.setattr("alignment.notifications.channels.email.TIMEOUT", 0.3)
    post(engine, letter_to(here.sam))

    begun = monotonic()
    with Proxy(sink.port, silent_after=step) as proxy:
        send_due(engine, office_for(mail_to(proxy.port)), now=MONDAY_NINE)
    took = monotonic() - begun
    send_due(engine, office_for(mail_to(sink.port)), now=LATER)

    assert took < 5
    assert deliveries(engine)[0].outcome is Outcome.ACCEPTED
    assert len(sink.taken) == 1


def test_a_black_hole_after_the_content_may_double_it_under_one_message_id(
    engine, sink, here, monkeypatch
):
    monkeypatch.setattr("alignment.notifications.channels.email.TIMEOUT", 0.5)
    post(engine, letter_to(here.sam))

    with Proxy(sink.port, edit=lambda some: b"" if some.startswith(b"250 OK") else some) as proxy:
        sink.answer("MAIL", "250 Go on")
        sink.answer("RCPT", "250 Go on")
        send_due(engine, office_for(mail_to(proxy.port)), now=MONDAY_NINE)
    (lost,) = deliveries(engine)
    send_due(engine, office_for(mail_to(sink.port)), now=LATER)

    assert lost.outcome is Outcome.UNKNOWN
    assert deliveries(engine)[0].outcome is Outcome.ACCEPTED
    assert (len(sink.taken), len(set(sink.message_ids))) == (2, 1)


def test_a_slow_server_is_given_its_time(engine, sink, here):
    post(engine, letter_to(here.sam))

    with Proxy(sink.port, delay=0.3) as proxy:
        send_due(engine, office_for(mail_to(proxy.port)), now=MONDAY_NINE)

    assert deliveries(engine)[0].outcome is Outcome.ACCEPTED


def test_where_starttls_was_stripped_on_the_way_nothing_is_said_in_the_clear(engine, here):
    post(engine, letter_to(here.sam))

    with (
        Sink(certificate=True, password="right") as sink,
        Proxy(sink.port, edit=lambda some: some.replace(b"STARTTLS", b"XSTARTLS")) as proxy,
    ):
        server = server_at(f"smtp://robot:right@localhost:{proxy.port}")
        send_due(engine, office_for(Email(server, sender=SENDER, trust=trusting(PEM))))

    (message,) = deliveries(engine)
    assert (message.outcome, sink.taken, sink.sign_ins) == (Outcome.HELD, [], 0)
    assert "STARTTLS" in message.reason
    assert b"AUTH" not in proxy.heard.upper()
    assert b"Globex" not in proxy.heard


def test_an_expired_certificate_holds_all_mail(engine, here, tmp_path):
    post(engine, letter_to(here.sam))
    expired = certificate(tmp_path, until=datetime(2020, 1, 1, tzinfo=UTC))

    with Sink(certificate=expired) as sink, Proxy(sink.port) as proxy:
        server = server_at(f"smtp://localhost:{proxy.port}")
        send_due(engine, office_for(Email(server, sender=SENDER, trust=trusting(expired))))

    (message,) = deliveries(engine)
    assert (message.outcome, sink.taken) == (Outcome.HELD, [])
    assert "certificate has expired" in message.reason
    assert b"Globex" not in proxy.heard


def test_too_many_messages_for_now_is_tried_again_later(engine, sink, here):
    post(engine, letter_to(here.sam))
    sink.answer("RCPT", "452 4.5.3 Too many recipients")

    send_due(engine, office_for(mail_to(sink.port)), now=MONDAY_NINE)
    send_due(engine, office_for(mail_to(sink.port)), now=LATER)

    (message,) = deliveries(engine)
    assert (message.outcome, message.attempts, len(sink.taken)) == (Outcome.ACCEPTED, 2, 1)


@pytest.mark.parametrize("goodbye", ["421 4.7.0 Enough by this connection", HANG_UP])
def test_a_server_that_ends_a_connection_that_has_served_is_dialled_again(
    engine, sink, here, goodbye
):
    post(engine, letter_to(here.sam), letter_to(here.mona, key="task-2"))
    sink.answer("MAIL", "250 OK", goodbye)

    send_due(engine, office_for(mail_to(sink.port)), now=MONDAY_NINE)

    assert [one.outcome for one in deliveries(engine)] == [Outcome.ACCEPTED] * 2
    assert [taken.recipients for taken in sink.taken] == [("sam@acme.test",), ("mona@acme.test",)]


def test_many_messages_leave_by_one_connection(engine, sink, here):
    post(engine, *(letter_to(here.sam, key=f"task-{number}") for number in range(60)))

    with Proxy(sink.port) as proxy:
        send_due(engine, office_for(mail_to(proxy.port)), now=MONDAY_NINE)

    assert len(sink.taken) == 60
    assert proxy.heard.lower().count(b"ehlo") == 1


def trusting(pem: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(pem))


def certificate(folder: Path, *, until: datetime) -> Path:
    """A self-signed certificate for "localhost" that ended at this instant."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - timedelta(days=90))
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "expired.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return pem
