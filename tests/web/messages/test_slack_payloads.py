"""Slack's signature, with the example of its documentation, and what a request says."""

from datetime import UTC, datetime, timedelta

import pytest

from alignment.web.messages.slack_payloads import SlackInteraction, is_signed_by_slack

# From "Verifying requests from Slack".
SIGNING = "8f742231b10e8888abcd99yyyzzz85a5"
STAMP = "1531420618"
BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
    b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
    b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
    b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
SIGNATURE = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
THEN = datetime.fromtimestamp(int(STAMP), tz=UTC)


def check(body=BODY, *, signed_at=STAMP, signature=SIGNATURE, now=THEN):
    return is_signed_by_slack(
        body, signed_at=signed_at, signature=signature, secret=SIGNING, now=now
    )


def test_the_example_of_slacks_documentation_is_of_slack():
    assert check()


def test_a_changed_body_is_not():
    assert not check(BODY + b"&x=y")


@pytest.mark.parametrize("signature", ["", "v0=", SIGNATURE.replace("v0", "v1"), "v0=ü"])
def test_another_signature_is_not(signature):
    assert not check(signature=signature)


@pytest.mark.parametrize(("minutes", "is_fresh"), [(5, True), (5.1, False), (-5.1, False)])
def test_it_is_for_five_minutes(minutes, is_fresh):
    assert check(now=THEN + timedelta(minutes=minutes)) is is_fresh


@pytest.mark.parametrize("stamp", ["", "now", "²", "-5", "9" * 13])
def test_a_stamp_that_is_no_instant_is_not(stamp):
    assert not check(signed_at=stamp)


def test_who_pressed_is_unlike_anybody_of_another_company():
    asked = SlackInteraction.model_validate(
        {"type": "block_actions", "user": {"id": "U1"}, "team": {"id": "T1"}}
    )

    assert (asked.account, asked.button) == ("T1:U1", None)
