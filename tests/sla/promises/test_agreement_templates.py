import json

import pytest

from alignment.accounts.roles import Side
from alignment.errors import Refused
from alignment.sla.promises import quota_documents, target_documents
from alignment.sla.promises.agreement_templates import (
    FULL,
    TEMPLATES,
    AgreementTemplate,
    template_by_key,
)
from alignment.sla.promises.standard_targets import DEFAULT_ESCALATION
from alignment.sla.promises.targets import HoursSource, OpenTime, WorkingDays, targets_by_key

every_template = pytest.mark.parametrize("each", TEMPLATES, ids=lambda each: each.key)


@every_template
def test_both_teams_promise_something(each: AgreementTemplate) -> None:
    assert {target.owed_by for target in each.targets} == {Side.MARKETING, Side.SALES}
    assert len(targets_by_key(each.targets)) == len(each.targets)


@every_template
def test_it_comes_back_from_json_as_it_went(each: AgreementTemplate) -> None:
    written = json.loads(
        json.dumps(
            {
                "targets": [target_documents.target_to_document(target) for target in each.targets],
                "quotas": [quota_documents.quota_to_document(quota) for quota in each.quotas],
                "segment": each.segment and target_documents.segment_to_document(each.segment),
            }
        )
    )

    assert tuple(map(target_documents.target_from_document, written["targets"])) == each.targets
    assert tuple(map(quota_documents.quota_from_document, written["quotas"])) == each.quotas
    if each.segment:
        assert target_documents.segment_from_document(written["segment"]) == each.segment


@every_template
def test_it_says_what_it_is_in_one_sentence(each: AgreementTemplate) -> None:
    assert each.description.endswith(".")
    assert each.description.count(".") == 1


@every_template
def test_it_climbs_the_ladder_in_the_hours_of_the_team_that_owes_it(
    each: AgreementTemplate,
) -> None:
    assert {target.steps for target in each.targets} == {DEFAULT_ESCALATION}
    assert {target.clock_of for target in each.targets} == {HoursSource.OWNER_TEAM}


@pytest.mark.parametrize(
    ("key", "time"),
    [
        ("light", OpenTime(4 * 3600)),
        ("demo_requests", OpenTime(15 * 60)),
        ("content_leads", WorkingDays(1)),
        ("event_leads", WorkingDays(2)),
        ("full", OpenTime(4 * 3600)),
    ],
)
def test_sales_answers_within(key: str, time: OpenTime | WorkingDays) -> None:
    assert targets_by_key(template_by_key(key).targets)["accept_or_return"][0].allowed == time


def test_the_full_one_has_every_kind_of_promise() -> None:
    assert [target.key for target in FULL.targets] == [
        "accept_or_return",
        "first_touch",
        "next_touch",
        "cadence",
        "decide",
        "completeness",
        "answer_to_return",
    ]
    assert [(quota.measure, quota.per) for quota in FULL.quotas] == [
        ("volume", "month"),
        ("acceptance_rate", "quarter"),
    ]


@pytest.mark.parametrize(
    ("key", "source", "is_for_it"),
    [
        ("demo_requests", "demo request", True),
        ("demo_requests", "Webinar", False),
        ("content_leads", "Webinar", True),
        ("event_leads", "Trade fair", True),
    ],
)
def test_each_kind_of_lead_has_its_own(key: str, source: str, is_for_it: bool) -> None:
    segment = template_by_key(key).segment

    assert segment is not None
    assert segment.includes({"source": source}) is is_for_it


def test_an_unknown_template_is_refused() -> None:
    with pytest.raises(Refused, match="no such template"):
        template_by_key("heavy")
