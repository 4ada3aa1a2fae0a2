"""PURE. A promise as one card of the guided form, and back: nothing it says is lost on the way."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from alignment.accounts.roles import Side
from alignment.leads.happenings import Happening
from alignment.sla.targets import ClockOf, Listener, Step, Target
from alignment.sla.templates import FULL
from alignment.web import lengths
from alignment.web.cards import Card
from alignment.web.nested import Sheet
from alignment.web.segment_sheets import segment_of, segment_sheet

YES = "yes"
OFFERED: Mapping[str, Target] = {target.key: target for target in FULL.targets}
"""Every kind of promise, as it begins when somebody turns it on."""
EVENTS = ("starts_on", "stops_on", "cancels_on", "pauses_on", "resumes_on")
SHARED = (
    *("owed_by", "starts_on", "stops_on", "cancels_on", "times"),
    *("counts_early", "per_owner", "max_restarts", "required_fields"),
)
"""What all segments of a promise have in common: the first card asks for it."""


def sheet_of(target: Target) -> Sheet:
    amount, unit = lengths.allowed_texts(target.allowed)
    pause = target.pause_limit
    limit, limit_unit = (
        lengths.seconds_texts(round(pause.total_seconds())) if pause else ("", "hours")
    )
    return {
        "on": YES,
        "full": YES,
        "key": target.key,
        "name": target.name,
        "owed_by": target.owed_by.value,
        "amount": amount,
        "unit": unit,
        "clock_of": target.clock_of.value,
        "warn": lengths.share_text(target.warn_share),
        "rank": str(target.rank),
        "segment": segment_sheet(target.segment),
        **{name: _event_words(getattr(target, name)) for name in EVENTS},
        "times": str(target.times),
        "counts_early": YES if target.counts_early else "",
        "per_owner": YES if target.per_owner else "",
        "max_restarts": str(target.max_restarts),
        "pause_amount": limit,
        "pause_unit": limit_unit,
        "pause_reasons": "\n".join(sorted(target.pause_reasons)),
        "pause_people": [str(each) for each in sorted(target.pause_people)],
        "required_fields": ", ".join(target.required_fields),
        "steps": [_step_row(step) for step in target.steps],
        "dated_back": str(target.dated_back_limit_days),
    }


def offer(target: Target) -> Sheet:
    """A promise that nobody makes yet: its name and its time, to be ticked."""
    amount, unit = lengths.allowed_texts(target.allowed)
    return {"key": target.key, "name": target.name, "amount": amount, "unit": unit}


def filled(sheet: Sheet) -> Sheet:
    """The whole card of a promise that was just turned on; one that is off or whole stays."""
    known = OFFERED.get(str(sheet.get("key", "")))
    if not sheet.get("on") or sheet.get("full") or known is None:
        return sheet
    return sheet_of(known) | sheet | {"full": YES}


def target_of(card: Card, first: Card) -> Target | None:
    """The promise; its segments share what ``first``, the first card of its key, says."""
    read: dict[str, Any] = {
        "owed_by": first.choice("owed_by", Side, Side.SALES),
        **{name: _events(first if name in SHARED else card, name) for name in EVENTS},
        "times": first.read("times", lambda: lengths.whole(first.text("times"))),
        "max_restarts": first.read(
            "max_restarts", lambda: lengths.whole(first.text("max_restarts"))
        ),
        "allowed": card.read(
            "amount", lambda: lengths.allowed(card.text("amount"), card.text("unit"))
        ),
        "rank": card.read("rank", lambda: lengths.whole(card.text("rank"))),
        "dated_back_limit_days": card.read(
            "dated_back", lambda: lengths.whole(card.text("dated_back"))
        ),
        "segment": segment_of(card.card("segment")),
        "clock_of": card.choice("clock_of", ClockOf, ClockOf.OWNER_TEAM),
        "warn_share": card.read("warn", lambda: lengths.share(card.text("warn"))),
        "pause_people": card.read(
            "pause_people", lambda: frozenset(map(lengths.whole, card.many("pause_people")))
        ),
    }
    steps = [_step(row) for row in card.cards("steps")]
    limit = card.read("pause_amount", lambda: _limit(card))
    if None in read.values() or None in steps or _has_problems(card):
        return None
    return card.read(
        "",
        lambda: Target(
            key=card.text("key"),
            name=card.text("name"),
            counts_early=first.is_ticked("counts_early"),
            per_owner=first.is_ticked("per_owner"),
            required_fields=first.words("required_fields"),
            pause_limit=limit,
            pause_reasons=frozenset(card.lines("pause_reasons")),
            steps=tuple(step for step in steps if step is not None),
            **read,
        ),
    )


def _has_problems(card: Card) -> bool:
    return any(name.startswith(card.path) for name in card.problems)


def _limit(card: Card) -> timedelta | None:
    if not card.text("pause_amount"):
        return None
    return timedelta(seconds=lengths.seconds(card.text("pause_amount"), card.text("pause_unit")))


def _limit_texts(limit: timedelta | None) -> tuple[str, str]:
    return lengths.seconds_texts(round(limit.total_seconds())) if limit else ("", "hours")


def _event_words(kinds: frozenset[Happening]) -> str:
    return ", ".join(kind.replace("_", " ") for kind in Happening if kind in kinds)


def _events(card: Card, name: str) -> frozenset[Happening] | None:
    return card.read(
        name,
        lambda: frozenset(map(Happening, card.words(name))),
        f"Choose from: {', '.join(kind.replace('_', ' ') for kind in Happening)}.",
    )


def _step_row(step: Step) -> Sheet:
    amount, unit = lengths.when_texts(step.when)
    person = "" if step.person_id is None else str(step.person_id)
    return {"amount": amount, "unit": unit, "to": step.to.value, "person_id": person}


def _step(card: Card) -> Step | None:
    to = card.choice("to", Listener, Listener.OWNER)
    when = card.read("amount", lambda: lengths.when(card.text("amount"), card.text("unit")))
    if when is None:
        return None
    person = card.text("person_id") if to is Listener.PERSON else ""
    return card.read(
        "person_id" if to is Listener.PERSON else "amount",
        lambda: Step(when=when, to=to, person_id=lengths.whole(person) if person else None),
    )
