"""The first minutes of a person who types ``make run``."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Served


def test_sign_in_see_both_teams_breaches_accept_a_lead_and_see_its_clock_stop(
    demo: Served, page: Page
) -> None:
    sign_in(page, demo)

    page.get_by_role("link", name="Board").click()
    for team in ("Marketing owes", "Sales owes"):
        owed = page.locator("section", has=page.get_by_role("heading", name=team))
        expect(owed.get_by_text("missed", exact=True).first).to_be_visible()

    page.goto(f"{demo.address}/leads?stage=handed_off")
    page.locator("main table tbody a").first.click()
    accept_clock = page.locator("main").get_by_text("Accept or return", exact=True).first
    expect(accept_clock).to_be_visible()
    page.get_by_role("button", name="Accept", exact=True).click()

    expect(page.get_by_text("accepted", exact=True).first).to_be_visible()
    expect(page.get_by_text(re.compile(r"^kept( late)?$")).first).to_be_visible()
    page.reload()
    expect(page.get_by_text(re.compile(r"^kept( late)?$")).first).to_be_visible()


def test_the_printed_link_signs_in_once(demo: Served, page: Page) -> None:
    sign_in(page, demo)
    page.context.clear_cookies()

    answer = page.request.get(demo.link)

    assert answer.status == 410


def test_every_page_of_the_navigation_opens_without_a_complaint(demo: Served, page: Page) -> None:
    sign_in(page, demo)
    found = page.locator("#nav a[href^='/']").evaluate_all("links => links.map(a => a.href)")

    for address in dict.fromkeys(found):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{address} is {wide} pixels too wide"


def test_a_phone_shows_every_page_without_scrolling_sideways(demo: Served, page: Page) -> None:
    sign_in(page, demo)
    found = page.locator("#nav a[href^='/']").evaluate_all("links => links.map(a => a.href)")
    page.set_viewport_size({"width": 390, "height": 844})

    for address in dict.fromkeys(found):
        page.goto(address)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{address} is {wide} pixels too wide"


def sign_in(page: Page, demo: Served) -> None:
    page.goto(demo.link)
    page.locator("main form[method=post] button").first.click()
    expect(page.get_by_role("heading", name="Due next")).to_be_visible()
