"""What lets somebody act in another's name is hidden wherever a text is stored."""

from urllib.parse import quote

import pytest

from alignment.notifications.actions.reply_addresses import reply_address_for
from alignment.notifications.actions.secret_texts import has_secrets, hide_secrets
from alignment.notifications.actions.signed_links import ActionLink, action_path
from alignment.notifications.preferences.mutes import unsubscribe_path
from tests.factories import MONDAY_NINE

SECRET, BASE = "s" * 32, "https://alignment.acme.test"
LINK = ActionLink(
    workspace_id=1,
    delivery_id=2,
    user_id=3,
    stamp="0123456789ab",
    topic="lead",
    subject_id=4,
    ownership_fingerprint="0123456789ab",
)
ACTION = action_path(LINK, secret=SECRET, now=MONDAY_NINE)
STOP = unsubscribe_path(1, 3, "lead_assigned", secret=SECRET, sent_on=MONDAY_NINE.date())
SAFE_LINK = f"https://filter.test/?url={quote(BASE + ACTION, safe='')}&data=5"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f"See {BASE}{ACTION}#accept", f"See {BASE}/hidden#accept"),
        (f"Stop: {BASE}{STOP}", f"Stop: {BASE}/hidden"),
        (f"{BASE}/invitations/{'x' * 43}", f"{BASE}/hidden"),
        (SAFE_LINK, "https://filter.test/?url=https%3A%2F%2Falignment.acme.test/hidden&data=5"),
        (
            f"To: {reply_address_for(7, domain='reply.acme.test', secret=SECRET)}",
            "To: hidden@reply.acme.test",
        ),
        ("Type this code on the page: *4711*", "Type this code on the page: *····*"),
    ],
    ids=["buttons", "unsubscribe", "invitation", "rewritten", "reply", "code"],
)
def test_what_we_signed_is_hidden(text, hidden):
    assert has_secrets(text)
    assert hide_secrets(text) == hidden
    assert not has_secrets(hidden.replace("····", ""))


@pytest.mark.parametrize("text", ["", "Budget 4711", f"{BASE}/leads/7", "https://a.test/a/short"])
def test_other_words_and_links_stay(text):
    assert not has_secrets(text)
    assert hide_secrets(text) == text
