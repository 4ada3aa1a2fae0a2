"""The outgoing client over real sockets: what it refuses, and how long it puts up with anything."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from alignment.http.addresses import NotAllowed
from alignment.http.client import Client, Unreachable
from tests.faults.smtp_sink import PEM
from tests.http.sink import WebSink

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def sink() -> Iterator[WebSink]:
    with WebSink() as running:
        yield running


@contextmanager
def talker(*words: bytes, pause: float = 0.0, certificate: bool = False) -> Iterator[int]:
    """A server that says these words to whoever comes, with a pause after each; its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        try:
            line, _ = listener.accept()
            with line:
                if certificate:
                    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                    context.load_cert_chain(PEM)
                    context.wrap_socket(line, server_side=True)
                for word in words:
                    line.sendall(word)
                    time.sleep(pause)
        except OSError:
            return  # the other side hung up

    thread = threading.Thread(target=talk)
    thread.start()
    yield listener.getsockname()[1]
    listener.close()
    thread.join()


def client_for(host: str, **given) -> Client:
    return Client(own_hosts=frozenset({host}), **given)


def test_the_body_arrives_with_its_headers_and_the_answer_comes_back(sink):
    sink.answer(429, retry_after="120")

    answer = client_for(sink.host).post(f"{sink.url}?a=1", b"{}", headers=JSON)

    assert (answer.status, answer.headers["retry-after"]) == (429, "120")
    [posted] = sink.taken
    assert (posted.path, posted.body) == ("/hook?a=1", b"{}")
    assert (posted.headers["host"], posted.headers["content-type"]) == (
        sink.host,
        "application/json",
    )


def test_a_redirect_is_told_and_not_followed(sink):
    sink.answer(302, location=f"http://{sink.host}/elsewhere")

    assert client_for(sink.host).post(sink.url, b"{}", headers=JSON).status == 302
    assert [posted.path for posted in sink.taken] == ["/hook"]


def test_a_name_that_stands_for_this_machine_is_refused_before_anything_is_sent(sink):
    nearby = Client(resolve=lambda _host, _port: ["127.0.0.1"])

    with pytest.raises(NotAllowed):
        nearby.post("https://10.0.0.1.nip.test/hook", b"{}", headers=JSON)
    assert sink.taken == []


def test_one_private_number_among_public_ones_refuses_the_name():
    mixed = Client(resolve=lambda _host, _port: ["8.8.8.8", "10.0.0.1"])

    with pytest.raises(NotAllowed):
        mixed.post("https://hooks.acme.test/", b"{}", headers=JSON)


def test_a_name_is_looked_up_once_so_that_a_second_answer_leads_nowhere(sink):
    """DNS rebinding: a harmless number for the check, one of ours for the connection."""
    host, port = sink.host.split(":")
    answers = iter([[host], ["10.0.0.1"]])
    client = client_for(f"acme.test:{port}", resolve=lambda _host, _port: next(answers))

    assert client.post(f"http://acme.test:{port}/", b"{}", headers=JSON).status == 200
    assert next(answers) == ["10.0.0.1"]


def test_a_certificate_that_nobody_vouches_for_is_no_answer():
    with talker(certificate=True) as port:
        client = client_for(f"127.0.0.1:{port}")

        with pytest.raises(Unreachable):
            client.post(f"https://127.0.0.1:{port}/", b"{}", headers=JSON)


def test_a_trickle_of_headers_ends_in_time():
    began = time.monotonic()
    with talker(b"HTTP/1.1 200 OK\r\n", *[b"X-A: b\r\n"] * 40, pause=0.1) as port:
        client = client_for(f"127.0.0.1:{port}", done_within=0.5)

        with pytest.raises(Unreachable):
            client.post(f"http://127.0.0.1:{port}/", b"{}", headers=JSON)

        assert time.monotonic() - began < 2


def test_a_greeting_that_never_comes_ends_in_time():
    with talker(b"\x16", b"\x03", b"\x01", b"\x00", pause=0.3) as port:
        client = client_for(f"127.0.0.1:{port}", done_within=0.5)
        began = time.monotonic()

        with pytest.raises(Unreachable):
            client.post(f"https://127.0.0.1:{port}/", b"{}", headers=JSON)

        assert time.monotonic() - began < 2


def test_an_endless_body_is_not_read():
    began = time.monotonic()
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"
    with talker(head, *[b"x" * 65536] * 20, pause=0.1) as port:
        client = client_for(f"127.0.0.1:{port}")

        assert client.post(f"http://127.0.0.1:{port}/", b"{}", headers=JSON).status == 200
        assert time.monotonic() - began < 1


def test_a_name_of_many_numbers_that_never_answer_ends_in_time():
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        waiting = [_knocking(port) for _ in range(2)]  # whoever comes now hears nothing
        client = client_for(
            f"acme.test:{port}", resolve=lambda _host, _port: ["127.0.0.1"] * 4, done_within=0.5
        )
        began = time.monotonic()

        with pytest.raises(Unreachable):
            client.post(f"http://acme.test:{port}/", b"{}", headers=JSON)

        assert time.monotonic() - began < 2
        for one in waiting:
            one.close()


def _knocking(port: int) -> socket.socket:
    one = socket.socket()
    one.setblocking(False)
    one.connect_ex(("127.0.0.1", port))
    return one


@pytest.mark.parametrize("words", [b"", b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 abc\r\n\r\n"])
def test_whatever_is_no_answer_is_told_in_the_same_words(words):
    with talker(words) as port:
        client = client_for(f"127.0.0.1:{port}")

        with pytest.raises(Unreachable, match=r"^No answer came from this address\.$"):
            client.post(f"http://127.0.0.1:{port}/", b"{}", headers=JSON)


def test_a_closed_port_and_an_unknown_name_are_told_in_the_same_words():
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    for client in (
        client_for(f"127.0.0.1:{port}"),
        client_for(f"127.0.0.1:{port}", resolve=unknown),
    ):
        with pytest.raises(Unreachable, match=r"^No answer came from this address\.$"):
            client.post(f"http://127.0.0.1:{port}/", b"{}", headers=JSON)
