"""A real funnel, 8,000 leads and 842 wins: page, command and function equal pandas."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from flask import Flask
from sqlalchemy import Engine

from alignment import db
from alignment.accounts.authentication import sessions
from alignment.accounts.models import Workspace
from alignment.app import create_app
from alignment.config import Settings
from alignment.integrations.imports import jobs
from alignment.integrations.imports.models import ImportKind
from alignment.integrations.imports.opened_file import ReadOptions
from alignment.leads.handoff_outcomes import HandoffOutcome
from alignment.metrics.funnel.breakdown import FunnelBy, load_funnel
from alignment.metrics.period_choice import chosen_period
from tests.factories import Cast, make_cast

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "olist"
LEADS = FOLDER / "olist_marketing_qualified_leads_dataset.csv"
DEALS = FOLDER / "olist_closed_deals_dataset.csv"
AFTER_IT_ALL = datetime(2018, 12, 3, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the Olist files are not beside this checkout (../shared/data)"
)


@pytest.fixture(scope="module")
def counted() -> pd.DataFrame:
    """Handed off and won by origin and month of first contact, counted by pandas alone."""
    leads = pd.read_csv(LEADS, dtype=str, keep_default_na=False)
    deals = pd.read_csv(DEALS, dtype=str, keep_default_na=False)
    return (
        leads.assign(
            month=leads["first_contact_date"].str[:7],
            source=leads["origin"].replace("", "No source given"),
            won=leads["mql_id"].isin(deals["mql_id"]),
        )
        .groupby(["month", "source"])
        .agg(handed_off=("mql_id", "size"), won=("won", "sum"))
        .reset_index()
    )


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("olist")
    return Settings(data_dir=folder, secret_key="s" * 32)


@pytest.fixture(scope="module")
def engine(empty_file: Path, settings: Settings) -> Iterator[Engine]:
    """One database for the whole file: bringing the leads in takes seconds."""
    (settings.data_dir / "alignment.db").write_bytes(empty_file.read_bytes())
    engine = db.connect(settings.database)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def here(engine: Engine, settings: Settings) -> Cast:
    with db.transaction(engine) as session:
        acme = make_cast(session)
    for path, kind in ((LEADS, ImportKind.LEADS), (DEALS, ImportKind.EVENTS)):
        imported = jobs.new_import(path.name, kind=kind, by=acme.olga, now=AFTER_IT_ALL)
        jobs.import_file(
            engine, path, imported, ReadOptions(), settings=settings, clock=lambda: AFTER_IT_ALL
        )
    return acme


@pytest.fixture
def app(settings: Settings, here: Cast) -> Iterator[Flask]:
    app = create_app(settings, clock=lambda: AFTER_IT_ALL)
    yield app
    app.extensions["alignment"]["engine"].dispose()


def figures(engine: Engine, here: Cast, by: FunnelBy) -> Any:
    with db.read_only_session(engine) as session:
        company = session.get_one(Workspace, here.id)
        period = chosen_period(session, company, now=AFTER_IT_ALL, months="all")
        return load_funnel(session, company, by=by, period=period, now=AFTER_IT_ALL)


def as_set(counted: pd.DataFrame, *columns: str) -> set[tuple[Any, ...]]:
    """Rows of pandas with their conversion, as plain values."""
    rows = counted.groupby(list(columns))[["handed_off", "won"]].sum().reset_index()
    rows["conversion"] = rows["won"] / rows["handed_off"]
    return {tuple(row) for row in rows.itertuples(index=False)}


def test_all_8000_leads_and_842_wins_are_counted(engine: Engine, here: Cast):
    found = figures(engine, here, FunnelBy.MONTH)

    assert (
        found.total.handed_off
        == found.total.handoffs_by_outcome[HandoffOutcome.HANDED_OFF].leads
        == 8_000
    )
    assert found.total.conversion.share.part == 842


def test_every_origin_in_every_month_equals_pandas(
    engine: Engine, here: Cast, counted: pd.DataFrame
):
    found = figures(engine, here, FunnelBy.MONTH_SOURCE)

    assert len(counted) > 100
    assert as_set(counted, "month", "source") == {
        (
            line.month.key,
            line.origin.name,
            line.figures.handed_off,
            line.figures.conversion.share.part,
            line.figures.conversion.share.ratio,
        )
        for line in found.lines
    }


def test_the_command_equals_pandas(app: Flask, counted: pd.DataFrame):
    command = "metrics funnel --json --months all --by month_source"

    result = app.test_cli_runner().invoke(args=command.split())

    rows = json.loads(result.output)["rows"]
    assert as_set(counted, "month", "source") == {
        (x["month"], x["source"], x["handed_off"], x["won"], x["conversion"]["ratio"]) for x in rows
    }


def test_the_page_equals_pandas(app: Flask, engine: Engine, here: Cast, counted: pd.DataFrame):
    with db.transaction(engine) as session:
        token = sessions.begin_session(session, here.sam, browser="Test", now=AFTER_IT_ALL)
    client = app.test_client()
    client.set_cookie(sessions.session_cookie_name(app.extensions["alignment"]["settings"]), token)

    page = client.get("/compare?months=all").text

    by_source = {
        (source, f"{handed_off:,}", f"{won:,}", rate_words(won, handed_off))
        for source, handed_off, won, _ in as_set(counted, "source")
    }
    assert read(page, "source") == by_source | {("Total", "8,000", "842", rate_words(842, 8_000))}
    by_month = {
        (month_words(month), f"{handed_off:,}", f"{won:,}", rate_words(won, handed_off))
        for month, handed_off, won, _ in as_set(counted, "month")
    }
    assert by_month <= read(page, "month")


def read(page: str, about: str) -> set[tuple[str, ...]]:
    """Name, handed off, won and conversion of each row of one table."""
    _, _, rest = page.partition(f'<h2 id="by-{about}">')
    table, _, _ = rest.partition("</table>")
    found: set[tuple[str, ...]] = set()
    for name, row in re.findall(r'<tr><th scope="row"[^>]*>([^<]+)</th>(.*?)</tr>', table, re.S):
        cells = [
            re.sub(r'<span class="hint">.*?</span>|<[^>]+>', "", cell).strip()
            for cell in re.findall(r"<td.*?</td>", row)
        ]
        found.add((unescape(name), cells[0], cells[4], cells[5]))
    return found


def rate_words(won: int, handed_off: int) -> str:
    share = won / handed_off
    if handed_off < 10:
        return f"{won} of {handed_off}"
    return "&lt;1 %" if 0 < share < 0.01 else f"{share * 100:.0f} %"


def month_words(month: str) -> str:
    return f"{datetime.fromisoformat(f'{month}-01T00:00:00+00:00'):%B %Y}"
