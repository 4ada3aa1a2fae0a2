"""The guided form writes everything that a version can say, and loses nothing of it."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from alignment.accounts.roles import Side
from alignment.leads.event_kinds import EventKind
from alignment.sla.agreements.new_agreement import NewVersion
from alignment.sla.promises.agreement_templates import TEMPLATES
from alignment.sla.promises.quota_documents import quota_to_document
from alignment.sla.promises.quotas import RATES, Measure, Per, Quota
from alignment.sla.promises.segments import NUMBER_FACTS, TEXT_FACTS, Condition, Operator, Segment
from alignment.sla.promises.target_documents import target_from_document, target_to_document
from alignment.sla.promises.targets import (
    REQUIRABLE_FIELDS,
    EscalationStep,
    HoursSource,
    OpenTime,
    RecipientRole,
    Target,
    WorkingDays,
)
from alignment.web.agreements.form.nested_fields import FormData, parse_fields
from alignment.web.agreements.form.row_buttons import apply_row_button
from alignment.web.agreements.form.submission import (
    form_data_of,
    problems_of,
    read_new_agreement,
    read_version,
)
from tests.web.html_form_reader import as_posted_fields

WORDS = st.sampled_from(
    ["Fair", "Trade fair, Köln", "0", "-", "a;b", "yes", "<b>", "everything else", "targets.0", "ß"]
)
TYPED = WORDS | st.sampled_from(["", "-1", "4,5", "2/3", "9" * 12, "9" * 5000, "²", "person", "in"])
KINDS = list(EventKind)
SHARES = st.fractions(0, 1).filter(lambda share: 0 < share < 1 and share.denominator < 10**8)
LENGTHS = st.integers(0, 10**7).map(lambda seconds: timedelta(seconds=seconds))


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    operator = draw(st.sampled_from(Operator))
    if operator is Operator.IS_EMPTY:
        return Condition(
            fact=draw(st.sampled_from(sorted(TEXT_FACTS | NUMBER_FACTS))), operator=operator
        )
    if operator in (Operator.IN, Operator.NOT_IN):
        values = tuple(draw(st.lists(WORDS, min_size=1, max_size=3)))
        return Condition(
            fact=draw(st.sampled_from(sorted(TEXT_FACTS))), operator=operator, values=values
        )
    number = draw(st.integers(-(10**9), 10**9))
    return Condition(
        fact=draw(st.sampled_from(sorted(NUMBER_FACTS))), operator=operator, number=number
    )


def segments() -> st.SearchStrategy[Segment]:
    some = st.lists(conditions(), max_size=2).map(tuple)
    return st.builds(Segment, name=WORDS, conditions=some)


@st.composite
def steps(draw: st.DrawFn, side: Side) -> EscalationStep:
    """Only what sales owes can go to the next person who is there."""
    whom = [x for x in RecipientRole if side is Side.SALES or x is not RecipientRole.NEXT_AVAILABLE]
    to = draw(st.sampled_from(whom))
    person = draw(st.integers(1, 99)) if to is RecipientRole.PERSON else None
    return EscalationStep(when=draw(SHARES | LENGTHS), to=to, person_id=person)


@st.composite
def promises(draw: st.DrawFn, key: str) -> list[Target]:
    """One promise with up to three segments, all of which share what they must."""
    some = st.frozensets(st.sampled_from(KINDS), min_size=1, max_size=4)
    starts, stops = draw(some), draw(some)
    fields = draw(
        st.lists(st.sampled_from(sorted(REQUIRABLE_FIELDS)), unique=True, max_size=3).map(tuple)
    )
    shared: dict[str, Any] = {
        "key": key,
        "owed_by": draw(st.sampled_from([Side.MARKETING, Side.SALES])),
        "starts_on": starts,
        "stops_on": stops,
        "cancels_on": draw(some) - starts - stops,
        "times": 1 if fields else draw(st.integers(1, 50)),
        "counts_early": draw(st.booleans()),
        "per_owner": draw(st.booleans()),
        "max_restarts": draw(st.integers(0, 20)),
        "required_fields": fields,
    }
    ranks = draw(st.lists(st.integers(-99, 999), min_size=1, max_size=2, unique=True))
    return [Target(rank=rank, **shared, **draw(own_parts(shared["owed_by"]))) for rank in ranks]


@st.composite
def own_parts(draw: st.DrawFn, side: Side) -> dict[str, Any]:
    """What each segment says for itself."""
    pauses = draw(st.frozensets(st.sampled_from(KINDS), max_size=3))
    resumes = draw(st.frozensets(st.sampled_from(KINDS), max_size=3))
    limits = st.none() | st.integers(1, 10**7).map(lambda each: timedelta(seconds=each))
    return {
        "name": draw(WORDS),
        "allowed": draw(
            st.integers(60, 365 * 86_400).map(OpenTime) | st.integers(1, 365).map(WorkingDays)
        ),
        "pauses_on": pauses,
        "resumes_on": resumes - pauses,
        "segment": draw(segments()),
        "clock_of": draw(st.sampled_from(HoursSource)),
        "warn_share": draw(SHARES),
        "pause_limit": draw(limits),
        "pause_reasons": draw(st.frozensets(WORDS, max_size=2)),
        "pause_people": draw(st.frozensets(st.integers(1, 99), max_size=3)),
        "steps": tuple(draw(st.lists(steps(side), max_size=2))),
        "dated_back_limit_days": draw(st.integers(0, 20)),
    }


@st.composite
def quotas(draw: st.DrawFn, key: str) -> Quota:
    measure = draw(st.sampled_from(Measure))
    fields = st.lists(st.sampled_from(sorted(REQUIRABLE_FIELDS)), min_size=1, unique=True).map(
        tuple
    )
    is_money, asks = measure is Measure.VALUE, measure is Measure.COMPLETENESS_RATE
    return Quota(
        key=key,
        name=draw(WORDS),
        owed_by=draw(st.sampled_from([Side.MARKETING, Side.SALES])),
        measure=measure,
        goal=draw(st.integers(1, 100 if measure in RATES else 10**9)),
        per=draw(st.sampled_from(Per)),
        segment=draw(segments()),
        currency=draw(st.sampled_from(["EUR", "JPY", "KWD"])) if is_money else "",
        required_fields=draw(fields) if asks else (),
    )


@st.composite
def versions(draw: st.DrawFn) -> NewVersion:
    """Any valid version: promises in any order, with segments of one among those of another."""
    keys = draw(st.lists(st.sampled_from(["a", "first_touch", "cadence"]), unique=True, max_size=2))
    targets = [target for key in keys for target in draw(promises(key))]
    numbers = range(draw(st.integers(0, 2)))
    return NewVersion(
        targets=tuple(draw(st.permutations(targets))),
        quotas=tuple(draw(quotas(f"q{number}")) for number in numbers),
    )


def through_the_form(version: NewVersion) -> NewVersion:
    """Shown as a form, sent by a browser, read again."""
    return read_version(parse_fields(as_posted_fields(form_data_of(version))))


@settings(max_examples=60, deadline=None)
@given(versions())
def test_any_version_comes_back_as_it_was(version: NewVersion) -> None:
    assert through_the_form(version) == version


@settings(max_examples=60, deadline=None)
@given(versions())
def test_a_stored_version_comes_back_from_the_form_as_the_same_documents(version: NewVersion):
    stored = [target_to_document(target) for target in version.targets]
    read = tuple(target_from_document(document) for document in stored)

    shown = through_the_form(NewVersion(targets=read, quotas=version.quotas))

    assert [target_to_document(target) for target in shown.targets] == stored
    assert list(map(quota_to_document, shown.quotas)) == list(
        map(quota_to_document, version.quotas)
    )


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_is_typed_is_kept_or_told_beside_a_field_of_the_form(data: st.DataObject):
    fields = dict(as_posted_fields(sheet()))
    names = st.sampled_from(sorted(fields))
    typed = parse_fields((fields | data.draw(st.dictionaries(names, TYPED, max_size=5))).items())

    try:
        read_version(typed)
    except ValidationError as error:
        for name in problems_of(error, typed):
            assert name == "form" or any(field.startswith(name) for field in fields)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.key)
def test_every_template_comes_back_as_it_was(template) -> None:
    version = NewVersion(targets=template.targets, quotas=template.quotas)

    assert through_the_form(version) == version


def sheet(**changes: str) -> FormData:
    """The full template as a form posts it, with some fields typed over."""
    full = TEMPLATES[-1]
    fields = dict(
        as_posted_fields(form_data_of(NewVersion(targets=full.targets, quotas=full.quotas)))
    )
    return parse_fields(
        (fields | {name.replace("__", "."): x for name, x in changes.items()}).items()
    )


def problems(**changes: str) -> dict[str, str]:
    typed = sheet(**changes)
    with pytest.raises(ValidationError) as bad:
        read_version(typed)
    return problems_of(bad.value, typed)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("targets.0.amount", "soon", "Enter a number."),
        ("targets.0.amount", "0", "Promise a time between 1 minute and 365 days"),
        ("targets.2.amount", "1,5", "Enter a whole number."),
        ("targets.0.warn", "-5", ""),
        ("targets.0.steps.0.amount", "-4", "A step after due cannot lie before it"),
        ("targets.0.segment.name", "", "Give the segment a name"),
        ("quotas.0.goal", "many", "Enter a number."),
        ("quotas.1.goal", "101", ""),
        ("note", "n" * 501, "Use at most 500 characters."),
        ("takes_effect_on", "tomorrow", "Enter a date, like 2027-03-30."),
    ],
)
def test_what_cannot_be_promised_is_said_beside_its_field(field: str, typed: str, sentence: str):
    found = problems(**{field: typed})

    (name,) = found
    assert field.startswith(name)
    assert sentence in found[name]


def test_a_step_of_more_than_a_year_is_told_beside_its_amount() -> None:
    assert problems(**{"targets.0.steps.0.amount": "999999999"}) == {
        "targets.0.steps.0.amount": "Enter at most 365 days."
    }


def test_a_step_that_names_nobody_is_told_beside_the_person() -> None:
    assert problems(**{"targets.0.steps.0.to": "person"}) == {
        "targets.0.steps.0.person_id": "Name the person this step tells"
    }


def test_what_the_segments_of_a_promise_share_is_told_once() -> None:
    more = apply_row_button(sheet(targets__0__times="often"), "segment targets.0")
    more["targets"][1]["segment"] |= {"name": "Fairs", "conditions": []}

    with pytest.raises(ValidationError) as bad:
        read_version(more)

    assert problems_of(bad.value, more) == {"targets.0.times": "Enter a number."}


def test_a_unit_that_is_none_is_said_beside_the_time() -> None:
    assert problems(**{"targets.0.unit": "moons"}) == {
        "targets.0.amount": "Choose one from the list."
    }


def test_everything_that_is_wrong_is_said_at_once() -> None:
    found = problems(**{"targets.0.amount": "x", "targets.1.warn": "x", "quotas.0.goal": "x"})

    assert set(found) == {"targets.0.amount", "targets.1.warn", "quotas.0.goal"}


def test_an_event_that_is_none_is_answered_with_those_that_are() -> None:
    found = problems(**{"targets.0.starts_on": "handed off, sneezed"})

    assert "handed off" in found["targets.0.starts_on"]


def test_two_segments_of_one_turn_are_refused_for_the_whole_form() -> None:
    twice = apply_row_button(sheet(), "segment targets.0")
    twice["targets"][1] |= {"rank": "100"}
    twice["targets"][1]["segment"] |= {"name": "Fairs"}
    twice["targets"][1]["segment"]["conditions"][0]["value"] = "Fair"

    with pytest.raises(ValidationError, match="same rank"):
        read_version(twice)


def test_a_promise_that_is_not_ticked_is_left_out_with_its_segments() -> None:
    more = apply_row_button(sheet(), "segment targets.0")
    more["targets"][0]["on"] = ""

    assert "accept_or_return" not in {target.key for target in read_version(more).targets}


def test_a_promise_that_is_just_ticked_says_what_it_usually_says_in_the_time_given() -> None:
    light = TEMPLATES[0]
    fields = form_data_of(NewVersion(targets=light.targets, quotas=()))
    fields["targets"].append({"key": "decide", "on": "yes", "amount": "7", "unit": "working_days"})

    decide = next(target for target in read_version(fields).targets if target.key == "decide")

    assert decide.allowed == WorkingDays(7)
    assert decide.name == "Decide"
    assert EventKind.QUALIFIED in decide.stops_on


def test_a_comma_is_a_decimal_point_and_a_quarter_of_an_hour_is_fifteen_minutes() -> None:
    found = read_version(sheet(**{"targets.0.amount": "0,25", "targets.0.warn": "2/3"})).targets[0]

    assert (found.allowed, found.warn_share) == (OpenTime(900), Fraction(2, 3))


def test_an_amount_is_typed_in_whole_money() -> None:
    found = read_version(
        sheet(
            **{
                "targets.0.segment.name": "Large",
                "targets.0.segment.conditions.0.fact": "amount",
                "targets.0.segment.conditions.0.operator": "at_least",
                "targets.0.segment.conditions.0.value": "5000",
            }
        )
    )

    assert found.targets[0].segment.conditions[0].number == 500_000


@pytest.mark.parametrize(
    "fields",
    [
        [("targets", "x")],
        [("targets.0", "x"), ("targets.0.key", "y")],
        [("targets.0.key", "a"), ("targets.0.on[]", "yes"), ("targets.0.on", "yes")],
        [("targets.0.steps.0", "x"), ("quotas.0.segment", "x"), ("scope", "x")],
        [(".", ""), ("..[]", ""), ("targets..", "")],
        [("targets.99999999999.key", "a")],
        [("targets." + "9" * 5000 + ".key", "a"), ("targets.².key", "a")],
        [("targets.0.key.x", "a"), ("targets.0.on", "yes"), ("targets[]", "a")],
    ],
)
def test_names_that_no_form_has_are_no_more_than_a_bad_form(fields: list[tuple[str, str]]) -> None:
    with pytest.raises(ValidationError):
        read_new_agreement(parse_fields(fields))
    for wish in ("add targets.0.steps", "remove targets.0", "segment targets.0", "add .", "x"):
        apply_row_button(parse_fields(fields), wish)


def test_rows_are_added_and_taken_away() -> None:
    begun = sheet()
    steps_before = len(begun["targets"][0]["steps"])

    more = apply_row_button(begun, "add targets.0.steps")
    assert len(more["targets"][0]["steps"]) == steps_before + 1
    less = apply_row_button(more, "remove targets.0.steps.0")
    assert len(less["targets"][0]["steps"]) == steps_before
    assert len(apply_row_button(less, "add quotas")["quotas"]) == 3
    assert apply_row_button(less, "remove quotas.7")["quotas"] == less["quotas"]


def test_each_new_segment_is_tried_before_those_that_are_there() -> None:
    twice = apply_row_button(apply_row_button(sheet(), "segment targets.0"), "segment targets.0")

    ranks = [row["rank"] for row in twice["targets"] if row["key"] == "accept_or_return"]

    assert ranks == ["100", "99", "98"]
