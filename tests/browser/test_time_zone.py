"""The browser says in which time zone its person is."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.serving import printed, running


def test_a_browser_in_new_york_offers_its_zone_to_the_first_person(
    chromium: Browser, tmp_path: Path
) -> None:
    context = chromium.new_context(timezone_id="America/New_York")
    with running(tmp_path, "serve") as (process, address):
        page = context.new_page()
        page.goto(printed(process, rf"{address}/set-up/\S+"))

        expect(page.get_by_label("Time zone")).to_have_value("America/New_York")
    context.close()
