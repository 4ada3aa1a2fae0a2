import json
from dataclasses import fields, replace
from datetime import timedelta
from fractions import Fraction

import pytest

from alignment.errors import Refused
from alignment.leads.event_kinds import EventKind
from alignment.sla.promises.segments import Condition, Operator, Segment
from alignment.sla.promises.standard_targets import (
    accept_or_return,
    completeness,
    light_agreement,
    minimum_touches,
)
from alignment.sla.promises.target_documents import target_from_document, target_to_document
from alignment.sla.promises.targets import EscalationStep, HoursSource, RecipientRole, Target

FULL = replace(
    minimum_touches(times=5, working_days=10),
    rank=1,
    segment=Segment(
        name="Hot in Germany",
        conditions=(
            Condition(fact="region", operator=Operator.IN, values=("Germany",)),
            Condition(fact="score", operator=Operator.AT_LEAST, number=80),
        ),
    ),
    clock_of=HoursSource.ALWAYS,
    warn_share=Fraction(2, 3),
    per_owner=True,
    max_restarts=1,
    pause_limit=timedelta(hours=8),
    pause_reasons=frozenset({"on_leave"}),
    pause_people=frozenset({7}),
    steps=(
        EscalationStep(when=Fraction(1, 2), to=RecipientRole.OWNER),
        EscalationStep(when=timedelta(hours=4), to=RecipientRole.PERSON, person_id=7),
    ),
    dated_back_limit_days=0,
)
SMALLEST = {
    "key": "answer",
    "name": "Answer",
    "owed_by": "sales",
    "starts_on": ["handed_off"],
    "stops_on": ["accepted"],
    "allowed": {"seconds": 3600},
}


COMPLETE = completeness(required_fields=("phone", "company"), hours=1)


@pytest.mark.parametrize("target", [*light_agreement(), FULL, COMPLETE], ids=lambda each: each.key)
def test_a_target_comes_back_from_json_as_it_went(target: Target) -> None:
    assert target_from_document(json.loads(json.dumps(target_to_document(target)))) == target


def test_sets_are_written_in_order_so_that_equal_targets_are_equal_text() -> None:
    kinds = frozenset({EventKind.HANDED_OFF, EventKind.ASSIGNED, EventKind.FIXED})

    document = target_to_document(
        replace(FULL, starts_on=kinds, pause_people=frozenset({20, 3, 100}))
    )

    assert document["starts_on"] == ["assigned", "fixed", "handed_off"]
    assert document["pause_people"] == [3, 20, 100]


def test_every_field_is_written() -> None:
    assert set(target_to_document(FULL)) == {each.name for each in fields(Target)}


def test_fields_that_are_not_written_take_their_defaults() -> None:
    target = target_from_document(SMALLEST)

    assert (target.rank, target.times, target.warn_share) == (100, 1, Fraction(3, 4))
    assert target.segment == Segment()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"owner": "sam"}, "'owner' is no part of a promise"),
        ({"name": 7}, "name of a promise cannot be 7"),
        ({"owed_by": "finance"}, "owed_by of a promise cannot be 'finance'"),
        ({"starts_on": ["wished"]}, "starts_on of a promise"),
        ({"starts_on": "handed_off"}, "starts_on of a promise"),
        ({"times": True}, "times of a promise cannot be True"),
        ({"times": "1"}, "times of a promise"),
        ({"counts_early": 1}, "counts_early of a promise"),
        ({"warn_share": 0.75}, "warn_share of a promise"),
        ({"warn_share": "3/0"}, "warn_share of a promise"),
        ({"allowed": {"seconds": 3600, "days": 1}}, "either seconds or days"),
        ({"allowed": {"hours": 1}}, "'hours' is no part of a time"),
        ({"allowed": 3600}, "not a time"),
        ({"allowed": {"seconds": 1}}, "between 1 minute and 365 days"),
        ({"segment": {"conditions": [{"fact": "score"}]}}, "A condition needs operator"),
        ({"steps": [{"when": 60, "to": "everybody"}]}, "to of a step cannot be 'everybody'"),
        ({"pause_limit": "8h"}, "pause_limit of a promise"),
    ],
)
def test_a_document_that_is_not_quite_a_target_is_refused(
    changed: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        target_from_document(SMALLEST | changed)


def test_a_document_without_a_needed_field_is_refused() -> None:
    with pytest.raises(Refused, match="A promise needs allowed"):
        target_from_document({name: value for name, value in SMALLEST.items() if name != "allowed"})


def test_something_else_is_refused() -> None:
    with pytest.raises(Refused, match="This is not a promise"):
        target_from_document([target_to_document(accept_or_return(hours=4))])
