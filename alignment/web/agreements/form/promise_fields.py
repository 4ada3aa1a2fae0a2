"""PURE. One SLA target as form data and back, losing nothing."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from alignment.accounts.roles import Side
from alignment.leads.event_kinds import EventKind
from alignment.sla.promises.agreement_templates import FULL
from alignment.sla.promises.targets import EscalationStep, HoursSource, RecipientRole, Target
from alignment.web.agreements.form import quantities
from alignment.web.agreements.form.nested_fields import FormData
from alignment.web.agreements.form.sections import FormSection
from alignment.web.agreements.form.segment_fields import segment_fields_of, segment_of

TICKED = "yes"
OPTIONAL_PROMISES: Mapping[str, Target] = {target.key: target for target in FULL.targets}
"""Every kind of promise, as it begins when somebody turns it on."""
EVENTS = ("starts_on", "stops_on", "cancels_on", "pauses_on", "resumes_on")
SHARED_BY_SEGMENTS = (
    *("owed_by", "starts_on", "stops_on", "cancels_on", "times"),
    *("counts_early", "per_owner", "max_restarts", "required_fields"),
)
"""What all segments of a promise have in common: the first card asks for it."""


def promise_fields_of(target: Target) -> FormData:
    amount, unit = quantities.format_allowed_time(target.allowed)
    pause = target.pause_limit
    limit, limit_unit = (
        quantities.format_seconds(round(pause.total_seconds())) if pause else ("", "hours")
    )
    return {
        "on": TICKED,
        "full": TICKED,
        "key": target.key,
        "name": target.name,
        "owed_by": target.owed_by.value,
        "amount": amount,
        "unit": unit,
        "clock_of": target.clock_of.value,
        "warn": quantities.format_share(target.warn_share),
        "rank": str(target.rank),
        "segment": segment_fields_of(target.segment),
        **{name: _event_words(getattr(target, name)) for name in EVENTS},
        "times": str(target.times),
        "counts_early": TICKED if target.counts_early else "",
        "per_owner": TICKED if target.per_owner else "",
        "max_restarts": str(target.max_restarts),
        "pause_amount": limit,
        "pause_unit": limit_unit,
        "pause_reasons": "\n".join(sorted(target.pause_reasons)),
        "pause_people": [str(person_id) for person_id in sorted(target.pause_people)],
        "required_fields": ", ".join(target.required_fields),
        "steps": [_step_row(step) for step in target.steps],
        "dated_back": str(target.dated_back_limit_days),
    }


def optional_promise(target: Target) -> FormData:
    """A promise that nobody makes yet: its name and its time, to be ticked."""
    amount, unit = quantities.format_allowed_time(target.allowed)
    return {"key": target.key, "name": target.name, "amount": amount, "unit": unit}


def filled_in(sheet: FormData) -> FormData:
    """The whole card of a promise that was just turned on; one that is off or whole stays."""
    known = OPTIONAL_PROMISES.get(str(sheet.get("key", "")))
    if not sheet.get("on") or sheet.get("full") or known is None:
        return sheet
    return promise_fields_of(known) | sheet | {"full": TICKED}


def target_of(card: FormSection, first: FormSection) -> Target | None:
    """The promise; its segments share what ``first``, the first card of its key, says."""
    read: dict[str, Any] = {
        "owed_by": first.choice("owed_by", Side, Side.SALES),
        **{name: _events(first if name in SHARED_BY_SEGMENTS else card, name) for name in EVENTS},
        "times": first.read("times", lambda: quantities.parse_whole_number(first.text("times"))),
        "max_restarts": first.read(
            "max_restarts", lambda: quantities.parse_whole_number(first.text("max_restarts"))
        ),
        "allowed": card.read(
            "amount", lambda: quantities.parse_allowed_time(card.text("amount"), card.text("unit"))
        ),
        "rank": card.read("rank", lambda: quantities.parse_whole_number(card.text("rank"))),
        "dated_back_limit_days": card.read(
            "dated_back", lambda: quantities.parse_whole_number(card.text("dated_back"))
        ),
        "segment": segment_of(card.subsection("segment")),
        "clock_of": card.choice("clock_of", HoursSource, HoursSource.OWNER_TEAM),
        "warn_share": card.read("warn", lambda: quantities.parse_share(card.text("warn"))),
        "pause_people": card.read(
            "pause_people",
            lambda: frozenset(map(quantities.parse_whole_number, card.text_list("pause_people"))),
        ),
    }
    steps = [_step(row) for row in card.subsections("steps")]
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
            required_fields=first.identifiers("required_fields"),
            pause_limit=limit,
            pause_reasons=frozenset(card.lines("pause_reasons")),
            steps=tuple(step for step in steps if step is not None),
            **read,
        ),
    )


def _has_problems(card: FormSection) -> bool:
    return any(name.startswith(card.path) for name in card.problems)


def _limit(card: FormSection) -> timedelta | None:
    if not card.text("pause_amount"):
        return None
    return timedelta(
        seconds=quantities.parse_seconds(card.text("pause_amount"), card.text("pause_unit"))
    )


def _limit_texts(limit: timedelta | None) -> tuple[str, str]:
    return quantities.format_seconds(round(limit.total_seconds())) if limit else ("", "hours")


def _event_words(kinds: frozenset[EventKind]) -> str:
    return ", ".join(kind.replace("_", " ") for kind in EventKind if kind in kinds)


def _events(card: FormSection, name: str) -> frozenset[EventKind] | None:
    return card.read(
        name,
        lambda: frozenset(map(EventKind, card.identifiers(name))),
        f"Choose from: {', '.join(kind.replace('_', ' ') for kind in EventKind)}.",
    )


def _step_row(step: EscalationStep) -> FormData:
    amount, unit = quantities.format_step_time(step.when)
    person = "" if step.person_id is None else str(step.person_id)
    return {"amount": amount, "unit": unit, "to": step.to.value, "person_id": person}


def _step(card: FormSection) -> EscalationStep | None:
    to = card.choice("to", RecipientRole, RecipientRole.OWNER)
    when = card.read(
        "amount", lambda: quantities.parse_step_time(card.text("amount"), card.text("unit"))
    )
    if when is None:
        return None
    person = card.text("person_id") if to is RecipientRole.PERSON else ""
    return card.read(
        "person_id" if to is RecipientRole.PERSON else "amount",
        lambda: EscalationStep(
            when=when, to=to, person_id=quantities.parse_whole_number(person) if person else None
        ),
    )
