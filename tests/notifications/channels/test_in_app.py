"""The inbox in the application."""

from alignment.notifications.channels.in_app import InApp
from alignment.notifications.models import Outcome
from tests.notifications.channels.messages import make_message


def test_what_is_for_the_inbox_is_kept_there():
    sent = InApp().open().send(make_message())

    assert (sent.outcome, sent.reason) == (Outcome.KEPT, "It is in the inbox.")
