import json

import pytest

from alignment.accounts.roles import Side
from alignment.errors import Refused
from alignment.sla.promises.quota_documents import quota_from_document, quota_to_document
from alignment.sla.promises.quotas import Measure, Per, Quota
from alignment.sla.promises.segments import Condition, Operator, Segment

VOLUME = Quota(
    key="volume",
    name="Leads",
    owed_by=Side.MARKETING,
    measure=Measure.VOLUME,
    goal=140,
    per=Per.MONTH,
    segment=Segment(
        name="Germany",
        conditions=(Condition(fact="region", operator=Operator.IN, values=("Germany",)),),
    ),
)
VALUE = Quota(
    key="value",
    name="Worth of leads",
    owed_by=Side.MARKETING,
    measure=Measure.VALUE,
    goal=250_000_00,
    per=Per.QUARTER,
    currency="EUR",
)
COMPLETE = Quota(
    key="complete",
    name="Complete leads",
    owed_by=Side.MARKETING,
    measure=Measure.COMPLETENESS_RATE,
    goal=95,
    per=Per.WEEK,
    required_fields=("email", "phone"),
)
SMALLEST = {
    "key": "volume",
    "name": "Leads",
    "owed_by": "marketing",
    "measure": "volume",
    "goal": 140,
    "per": "month",
}


@pytest.mark.parametrize("quota", [VOLUME, VALUE, COMPLETE], ids=lambda each: each.key)
def test_a_quota_comes_back_from_json_as_it_went(quota: Quota) -> None:
    assert quota_from_document(json.loads(json.dumps(quota_to_document(quota)))) == quota


def test_what_is_not_written_takes_its_default() -> None:
    quota = quota_from_document(SMALLEST)

    assert (quota.segment, quota.currency, quota.required_fields) == (Segment(), "", ())


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"owner": "mona"}, "'owner' is no part of a promise over a period"),
        ({"goal": "140"}, "goal of a promise over a period cannot be '140'"),
        ({"goal": True}, "goal of a promise over a period cannot be True"),
        ({"per": "year"}, "per of a promise over a period cannot be 'year'"),
        ({"measure": "luck"}, "measure of a promise over a period"),
        ({"goal": 0}, "promise at least one"),
        ({"segment": {"conditions": [{"fact": "score"}]}}, "A condition needs operator"),
    ],
)
def test_a_document_that_is_not_quite_a_quota_is_refused(
    changed: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        quota_from_document(SMALLEST | changed)


@pytest.mark.parametrize("name", sorted(SMALLEST))
def test_a_document_without_a_needed_field_is_refused(name: str) -> None:
    document = {key: value for key, value in SMALLEST.items() if key != name}

    with pytest.raises(Refused, match=f"needs {name}"):
        quota_from_document(document)
