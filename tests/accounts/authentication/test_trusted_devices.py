"""Browsers that act from mail: remembered for 90 days, forgotten by choice or by a new password."""

from datetime import timedelta

import pytest
from sqlmodel import select

from alignment.accounts.authentication import credentials, queries, trusted_devices
from alignment.accounts.authentication.trusted_devices import trust_browser
from alignment.accounts.models import Device
from alignment.accounts.people import administration
from alignment.errors import NotFound
from tests.factories import MONDAY_NINE


def test_a_remembered_browser_is_known_by_its_token_alone(session, acme):
    token = trust_browser(session, acme.sam, browser="Firefox on Linux", now=MONDAY_NINE)

    assert trusted_devices.user_of_trusted_browser(session, token, now=MONDAY_NINE) is acme.sam
    assert trusted_devices.user_of_trusted_browser(session, f"{token}x", now=MONDAY_NINE) is None
    assert token not in session.exec(select(Device)).one().token_hash


def test_after_ninety_days_it_is_unknown(session, acme):
    token = trust_browser(session, acme.sam, browser="Firefox", now=MONDAY_NINE)
    almost = MONDAY_NINE + timedelta(days=90) - timedelta(seconds=1)

    assert trusted_devices.user_of_trusted_browser(session, token, now=almost) is acme.sam
    assert (
        trusted_devices.user_of_trusted_browser(session, token, now=almost + timedelta(seconds=1))
        is None
    )


def test_a_forgotten_browser_is_unknown_and_no_longer_listed(session, acme):
    token = trust_browser(session, acme.sam, browser="Firefox", now=MONDAY_NINE)
    (device,) = queries.devices_of(session, acme.sam, now=MONDAY_NINE)

    trusted_devices.distrust(device, now=MONDAY_NINE)

    assert trusted_devices.user_of_trusted_browser(session, token, now=MONDAY_NINE) is None
    assert queries.devices_of(session, acme.sam, now=MONDAY_NINE) == []


def test_nobody_finds_the_browser_of_another(session, acme):
    trust_browser(session, acme.sam, browser="Firefox", now=MONDAY_NINE)
    (device,) = queries.devices_of(session, acme.sam, now=MONDAY_NINE)

    with pytest.raises(NotFound):
        queries.device_for(session, acme.mona, device.id)


def test_a_new_password_forgets_every_browser(session, acme):
    token = trust_browser(session, acme.sam, browser="Firefox", now=MONDAY_NINE)

    new = "another long one 12"
    credentials.change_password(session, acme.sam, old="", new=new, here=None, now=MONDAY_NINE)

    assert trusted_devices.user_of_trusted_browser(session, token, now=MONDAY_NINE) is None


def test_who_leaves_acts_from_no_browser_not_even_after_coming_back(session, acme):
    token = trust_browser(session, acme.sam, browser="Firefox", now=MONDAY_NINE)

    administration.deactivate(session, acme.sam, by=acme.olga, now=MONDAY_NINE)
    administration.reactivate(session, acme.sam, by=acme.olga, now=MONDAY_NINE)

    assert trusted_devices.user_of_trusted_browser(session, token, now=MONDAY_NINE) is None
