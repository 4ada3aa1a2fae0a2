"""A web server that takes everything unless told otherwise."""

from collections.abc import Iterator

import pytest

from tests.http.sink import WebSink


@pytest.fixture
def web_sink() -> Iterator[WebSink]:
    with WebSink() as running:
        yield running
