"""The life of an agreement: amended in the form, replayed, and signed knowing what moves."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Served
from tests.browser.test_first_minutes import sign_in


def test_a_draft_is_changed_seen_at_once_replayed_and_signed(demo: Served, page: Page) -> None:
    sign_in(page, demo)
    page.goto(f"{demo.address}/agreements/1/edit")

    page.locator("#card-accept_or_return input[name$='.amount']").first.fill("3")
    preview = page.locator("#agreement-preview")
    expect(preview.get_by_text("Within 3 hours of open time of its handoff.")).to_be_visible()
    page.locator("#card-accept_or_return summary").first.click()
    steps = page.locator("#card-accept_or_return select[name$='.to']")
    before = steps.count()
    page.locator("#card-accept_or_return").get_by_role("button", name="Add a step").click()
    expect(steps).to_have_count(before + 1)
    page.get_by_role("button", name="Save draft").last.click()
    expect(page.get_by_text("The draft is written.")).to_be_visible()

    page.get_by_role("link", name="Replay").click()
    expect(
        page.get_by_text(re.compile("would have been kept 95 % of the time")).first
    ).to_be_visible()
    page.get_by_role("link", name="To this version").click()
    page.get_by_role("link", name="What changed between versions").click()
    expect(page.get_by_text("3 hours of open time")).to_be_visible()
    page.go_back()
    expect(page.get_by_text(re.compile("If open clocks were to move"))).to_be_visible()
    page.get_by_role("button", name="Sign for Sales").click()

    expect(page.get_by_text("You have signed. The other team signs next.")).to_be_visible()
