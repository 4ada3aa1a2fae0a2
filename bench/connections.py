"""How long a visitor waits for a page while other browsers are connected and say little or nothing.

``python bench/connections.py`` needs the extra ``dev`` and two minutes. ``alignment web`` runs as
an operator starts it, in a process of its own. One visitor asks for the page of signing in, each
time by a connection of its own: alone, beside 500 browsers that keep their connection and ask for
nothing, and beside 200 that send a letter of their request each second. These three are measured in
turn, so that all are slowed alike by whatever else this machine does.

The promise: 95 in 100 answers within a second, beside either.
"""

import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from urllib.request import urlopen

IDLE, SLOW = 500, 200
ROUNDS, ANSWERS = 3, 100
WANTED = 1.0
PATIENCE = 60.0
ALIGNMENT = str(Path(sys.executable).with_name("alignment"))
REQUEST = b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\nUser-Agent: a slow browser" + b"." * 10_000


def main() -> None:
    waits: dict[str, list[float]] = {"alone": [], f"{IDLE} idle": [], f"{SLOW} slow": []}
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as port:
        answers(port)  # the first ones read templates
        for _ in range(ROUNDS):
            waits["alone"] += answers(port)
            with idle(port):
                waits[f"{IDLE} idle"] += answers(port)
            with slow(port):
                waits[f"{SLOW} slow"] += answers(port)
    alone = p95(waits["alone"])
    print(f"{ROUNDS * ANSWERS} answers each, 95 in 100 within; wanted {WANTED:.0f} s")
    for beside, seconds in waits.items():
        longest, ratio = p95(seconds), p95(seconds) / alone
        print(f"  {beside:<10} {longest * 1000:>7.1f} ms, {ratio:.2f} of the visitor alone")


def answers(port: int) -> list[float]:
    return [seconds_of_answer(port) for _ in range(ANSWERS)]


def seconds_of_answer(port: int) -> float:
    begun = perf_counter()
    with urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=PATIENCE) as page:
        page.read()
    return perf_counter() - begun


def p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]


@contextmanager
def connected(port: int, number: int) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        address = ("127.0.0.1", port)
        yield [
            stack.enter_context(socket.create_connection(address, timeout=PATIENCE))
            for _ in range(number)
        ]


@contextmanager
def idle(port: int) -> Iterator[None]:
    """Browsers that had one answer and keep the connection."""
    with connected(port, IDLE) as browsers:
        for browser in browsers:
            browser.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            browser.recv(65536)
        yield


@contextmanager
def slow(port: int) -> Iterator[None]:
    """Browsers that send one letter a second."""
    stop = threading.Event()
    with connected(port, SLOW) as browsers:
        sending = threading.Thread(target=send_slowly, args=(browsers, stop))
        sending.start()
        try:
            yield
        finally:
            stop.set()
            sending.join()


def send_slowly(browsers: list[socket.socket], stop: threading.Event) -> None:
    for letter in REQUEST:
        for browser in browsers:
            browser.sendall(bytes([letter]))
        if stop.wait(1):
            return


@contextmanager
def server(data: Path) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {
        "ALIGNMENT_DATA_DIR": str(data),
        "ALIGNMENT_DATABASE_URL": "",
        "ALIGNMENT_PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }
    process = subprocess.Popen(  # noqa: S603 its path is ours
        [ALIGNMENT, "web"],
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None  # noqa: S101
    try:
        for line in process.stdout:
            if "Alignment is at" in line:
                break
        yield port
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
