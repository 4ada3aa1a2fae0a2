"""Uploaded files in the data folder."""

from io import BytesIO

import pytest

from alignment.errors import NotFound
from alignment.integrations.imports import storage


def test_what_is_stored_is_found_until_it_is_discarded(settings):
    name = storage.store(settings, BytesIO(b"id\n1\n"))
    assert storage.stored(settings, name).read_bytes() == b"id\n1\n"

    storage.discard(settings, name)
    storage.discard(settings, name)

    with pytest.raises(NotFound, match="Upload it again"):
        storage.stored(settings, name)


def test_no_name_is_no_file(settings):
    storage.store(settings, BytesIO(b"id\n1\n"))

    with pytest.raises(NotFound):
        storage.stored(settings, "")
