"""Browsers that act from mail: remembered for 90 days, forgotten by choice or by a new password."""

from datetime import timedelta

import pytest
from sqlmodel import select

from alignment.accounts import devices, people, queries, signin
from alignment.accounts.devices import remember
from alignment.accounts.models import Device
from alignment.errors import NotFound
from tests.factories import MONDAY_NINE


def test_a_remembered_browser_is_known_by_its_token_alone(session, acme):
    token = remember(session, acme.sam, browser="Firefox on Linux", now=MONDAY_NINE)

    assert devices.recognise(session, token, now=MONDAY_NINE) is acme.sam
    assert devices.recognise(session, f"{token}x", now=MONDAY_NINE) is None
    assert token not in session.exec(select(Device)).one().token_hash


def test_after_ninety_days_it_is_unknown(session, acme):
    token = remember(session, acme.sam, browser="Firefox", now=MONDAY_NINE)
    almost = MONDAY_NINE + timedelta(days=90) - timedelta(seconds=1)

    assert devices.recognise(session, token, now=almost) is acme.sam
    assert devices.recognise(session, token, now=almost + timedelta(seconds=1)) is None


def test_a_forgotten_browser_is_unknown_and_no_longer_listed(session, acme):
    token = remember(session, acme.sam, browser="Firefox", now=MONDAY_NINE)
    (device,) = queries.devices_of(session, acme.sam, now=MONDAY_NINE)

    devices.forget(device, now=MONDAY_NINE)

    assert devices.recognise(session, token, now=MONDAY_NINE) is None
    assert queries.devices_of(session, acme.sam, now=MONDAY_NINE) == []


def test_nobody_finds_the_browser_of_another(session, acme):
    remember(session, acme.sam, browser="Firefox", now=MONDAY_NINE)
    (device,) = queries.devices_of(session, acme.sam, now=MONDAY_NINE)

    with pytest.raises(NotFound):
        queries.device_for(session, acme.mona, device.id)


def test_a_new_password_forgets_every_browser(session, acme):
    token = remember(session, acme.sam, browser="Firefox", now=MONDAY_NINE)

    new = "another long one 12"
    signin.change_password(session, acme.sam, old="", new=new, here=None, now=MONDAY_NINE)

    assert devices.recognise(session, token, now=MONDAY_NINE) is None


def test_who_leaves_acts_from_no_browser_not_even_after_coming_back(session, acme):
    token = remember(session, acme.sam, browser="Firefox", now=MONDAY_NINE)

    people.deactivate(session, acme.sam, by=acme.olga, now=MONDAY_NINE)
    people.reactivate(session, acme.sam, by=acme.olga, now=MONDAY_NINE)

    assert devices.recognise(session, token, now=MONDAY_NINE) is None
