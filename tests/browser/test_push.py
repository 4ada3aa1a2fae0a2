"""What the server pushes is shown by a real browser, as our service worker shows it."""

import json

from playwright.sync_api import Page

from tests.browser.conftest import Served

TOLD = {
    "title": "Globex is yours now",
    "body": "Mona gave you this lead.",
    "link": "/leads/7",
    "thread": "lead-7",
}
REGISTER = """async () => {
  const registration = await navigator.serviceWorker.register("/static/service-worker.js");
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  while (worker.state !== "activated") await new Promise((done) => setTimeout(done, 20));
}"""
SHOWN = """async () => {
  const registration = await navigator.serviceWorker.getRegistration("/static/");
  for (let tries = 0; tries < 100; tries++) {
    const notices = await registration.getNotifications();
    if (notices.length) return notices.map((one) => [one.title, one.body, one.tag, one.data.link]);
    await new Promise((done) => setTimeout(done, 50));
  }
  return [];
}"""


def test_a_push_becomes_a_notice_that_leads_to_its_page(page: Page, demo: Served) -> None:
    page.context.grant_permissions(["notifications"], origin=demo.address)
    page.goto(demo.link)
    devtools, known = page.context.new_cdp_session(page), []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: known.extend(event["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    page.evaluate(REGISTER)

    devtools.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": demo.address,
            "registrationId": known[0]["registrationId"],
            "data": json.dumps(TOLD),
        },
    )

    assert page.evaluate(SHOWN) == [
        ["Globex is yours now", "Mona gave you this lead.", "lead-7", "/leads/7"]
    ]
