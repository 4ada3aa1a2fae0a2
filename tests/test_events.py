from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from sqlmodel import Session

from alignment import events
from alignment.events import Event, publish, publish_many, subscribe
from tests.factories import MONDAY_NINE, Cast


@dataclass(frozen=True, kw_only=True)
class BellRung(Event):
    """A bell rang."""


class LoudBellRung(BellRung):
    """It was heard next door."""


@pytest.fixture(autouse=True)
def listeners_of_this_test_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_subscriptions", list(events._subscriptions))


def test_a_listener_hears_the_kind_and_the_kinds_derived_from_it(
    session: Session, acme: Cast
) -> None:
    heard: list[str] = []
    subscribe(BellRung, lambda _, told: heard.extend(type(one).__name__ for one in told))

    publish(session, BellRung(workspace_id=acme.id, at=MONDAY_NINE))
    publish(session, LoudBellRung(workspace_id=acme.id, at=MONDAY_NINE))

    assert heard == ["BellRung", "LoudBellRung"]


def test_neighbours_of_one_kind_come_as_one_list(session: Session, acme: Cast) -> None:
    sizes: list[int] = []
    subscribe(BellRung, lambda _, told: sizes.append(len(told)))

    publish_many(session, [BellRung(workspace_id=acme.id, at=MONDAY_NINE)] * 3)

    assert sizes == [3]


def test_subscribing_twice_hears_once(session: Session, acme: Cast) -> None:
    heard: list[str] = []

    def listen(_: Session, told: Sequence[BellRung]) -> None:
        heard.extend("ring" for _ in told)

    subscribe(BellRung, listen)
    subscribe(BellRung, listen)
    publish(session, BellRung(workspace_id=acme.id, at=MONDAY_NINE))

    assert heard == ["ring"]


def test_listeners_run_in_the_order_of_subscription_whatever_kind_they_hear(
    session: Session, acme: Cast
) -> None:
    heard: list[str] = []
    subscribe(BellRung, lambda *_: heard.append("first, hears every bell"))
    subscribe(LoudBellRung, lambda *_: heard.append("second, hears loud ones"))
    subscribe(BellRung, lambda *_: heard.append("third, hears every bell"))

    publish(session, LoudBellRung(workspace_id=acme.id, at=MONDAY_NINE))

    assert [line.split(",")[0] for line in heard] == ["first", "second", "third"]


def test_a_listener_of_a_kind_and_of_its_base_hears_once(session: Session, acme: Cast) -> None:
    heard: list[str] = []

    def listen(_: Session, rung: Sequence[BellRung]) -> None:
        heard.extend("ring" for _ in rung)

    subscribe(BellRung, listen)
    subscribe(LoudBellRung, listen)
    publish(session, LoudBellRung(workspace_id=acme.id, at=MONDAY_NINE))

    assert heard == ["ring"]


def test_a_listener_that_fails_fails_the_whole(session: Session, acme: Cast) -> None:
    def stumble(_: Session, told: Sequence[BellRung]) -> None:
        raise LookupError

    subscribe(BellRung, stumble)

    with pytest.raises(LookupError):
        publish(session, BellRung(workspace_id=acme.id, at=MONDAY_NINE))
