from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from alignment.accounts.roles import Side
from alignment.errors import Refused
from alignment.sla.promises.quotas import (
    LeadCategory,
    Measure,
    Per,
    Progress,
    Quality,
    Quota,
    QuotaAttainment,
    expected_value,
    leads_needed,
    period_progress,
)
from tests.sla.lead_histories import OFFICE, berlin

MARCH = date(2027, 3, 1), date(2027, 3, 31)
HALF_GONE = Progress(gone=Fraction(10), total=20)
LEADS = Quota(
    key="volume",
    name="Leads",
    owed_by=Side.MARKETING,
    measure=Measure.VOLUME,
    goal=140,
    per=Per.MONTH,
)


@pytest.mark.parametrize(
    ("now", "gone"),
    [
        pytest.param("2027-02-28 12:00", Fraction(0), id="before the month"),
        pytest.param("01 09:00", Fraction(0), id="as it opens"),
        pytest.param("01 13:00", Fraction(1, 2), id="half of the first day"),
        pytest.param("01 20:00", Fraction(1), id="after closing"),
        pytest.param("28 12:00", Fraction(19), id="on Easter Sunday"),
        pytest.param("2027-04-02 12:00", Fraction(21), id="after the month"),
    ],
)
def test_march_2027_has_21_working_days(now: str, gone: Fraction) -> None:
    assert period_progress(OFFICE, *MARCH, now=berlin(now)) == Progress(gone=gone, total=21)


def test_half_the_leads_in_half_the_days_are_on_pace() -> None:
    march = QuotaAttainment(actual=50, goal=100, progress=HALF_GONE)

    assert (march.share, march.expected) == (Fraction(1, 2), Fraction(50))
    assert (march.pace, march.heading_for) == (Fraction(1), Fraction(100))


def test_a_late_start_shows_in_the_pace() -> None:
    march = QuotaAttainment(actual=30, goal=100, progress=HALF_GONE)

    assert march.pace == Fraction(3, 5)
    assert march.heading_for == 60


def test_before_any_working_time_there_is_no_pace() -> None:
    march = QuotaAttainment(actual=3, goal=100, progress=Progress(gone=Fraction(0), total=21))

    assert march.share == Fraction(3, 100)
    assert march.pace is None
    assert march.heading_for is None


def test_a_period_without_working_days_expects_nothing() -> None:
    closed = period_progress(OFFICE, date(2027, 3, 27), date(2027, 3, 28), now=berlin("30 12:00"))

    assert closed == Progress(gone=Fraction(0), total=0)
    assert QuotaAttainment(actual=3, goal=100, progress=closed).expected is None


def test_a_goal_of_nothing_is_refused() -> None:
    with pytest.raises(Refused, match="at least one"):
        QuotaAttainment(actual=0, goal=0, progress=HALF_GONE)


def test_quality_is_told_of_the_decided_and_of_all() -> None:
    march = Quality(accepted=60, returned=20, undecided=20, opportunities=25)

    assert march.handed_off == 100
    assert march.accepted_of_decided == Fraction(3, 4)
    assert march.accepted_of_handed_off == Fraction(3, 5)
    assert march.opportunities_of_handed_off == Fraction(1, 4)


def test_nothing_of_nothing_is_no_rate() -> None:
    nothing = Quality(accepted=0, returned=0, undecided=0, opportunities=0)

    assert nothing.accepted_of_decided is None
    assert nothing.accepted_of_handed_off is None
    assert nothing.opportunities_of_handed_off is None


def test_undecided_leads_leave_the_rate_of_the_decided_open() -> None:
    assert Quality(accepted=0, returned=0, undecided=5, opportunities=0).accepted_of_decided is None


def test_easy_leads_are_worth_less() -> None:
    demos = LeadCategory(leads=10, close_rate=Fraction(1, 5), average_sale=1_000_00)
    downloads = LeadCategory(leads=100, close_rate=Fraction(1, 100), average_sale=500_00)

    assert expected_value([demos, downloads]) == 2_500_00
    assert expected_value([]) == 0


def test_seven_customers_at_five_percent_take_140_leads() -> None:
    assert leads_needed(7, lead_to_customer=Fraction(5, 100)) == 140
    assert leads_needed(1, lead_to_customer=Fraction(3, 100)) == 34


@pytest.mark.parametrize("rate", [Fraction(0), Fraction(3, 2)])
def test_a_rate_that_is_none_is_refused(rate: Fraction) -> None:
    with pytest.raises(Refused, match="above 0"):
        leads_needed(7, lead_to_customer=rate)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"key": "Leads!"}, "lower case letters"),
        ({"name": " "}, "give the promise a name"),
        ({"owed_by": Side.OTHER}, "marketing or sales must owe it"),
        ({"goal": 0}, "promise at least one"),
        ({"goal": 10**16}, "promise less"),
        ({"measure": Measure.ACCEPTANCE_RATE, "goal": 101}, "at most 100 percent"),
        ({"measure": Measure.VALUE}, "name a currency like EUR"),
        ({"measure": Measure.VALUE, "currency": "euro"}, "name a currency like EUR"),
        ({"currency": "EUR"}, "only a value has a currency"),
        ({"measure": Measure.COMPLETENESS_RATE, "goal": 9}, "name the fields that a lead needs"),
        ({"required_fields": ("phone",)}, "only completeness asks for fields"),
    ],
)
def test_a_quota_that_cannot_be_kept_is_refused(changed: dict[str, object], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        replace(LEADS, **changed)  # type: ignore[arg-type]


def test_completeness_asks_only_for_fields_that_leads_have() -> None:
    complete = {"measure": Measure.COMPLETENESS_RATE, "goal": 90}

    with pytest.raises(Refused, match="a lead has no field 'shoe_size'"):
        replace(LEADS, **complete, required_fields=("phone", "shoe_size"))  # type: ignore[arg-type]
