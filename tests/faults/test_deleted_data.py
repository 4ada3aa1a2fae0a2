"""Somebody deletes the data folder while people work: nothing is answered as saved."""

import shutil
from pathlib import Path
from urllib.error import HTTPError

import pytest

from tests.cli.backup.test_restoring import OLGA, Olga
from tests.serving import printed, running


def test_what_cannot_be_kept_is_not_answered_with_success(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running(data, "serve") as (process, address):
        way_in = printed(process, r"/set-up/\S+")
        olga = Olga(address)
        olga.send(way_in, OLGA, form=way_in)
        shutil.rmtree(data)

        with pytest.raises(HTTPError) as answer:
            olga.send("/leads", {"name": "Ada", "company": "Globex"}, form="/leads/new")

        assert answer.value.code == 503
        assert process.poll() is None
        answer.value.close()
