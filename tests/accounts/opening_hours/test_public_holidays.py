from datetime import date

import pytest

from alignment.accounts.opening_hours.public_holidays import (
    UnknownPlace,
    countries,
    public_holidays,
    regions,
)
from alignment.errors import Refused


def test_german_holidays_are_named_in_english():
    found = public_holidays("DE", None, years=[2027])

    assert found[date(2027, 3, 26)] == "Good Friday"
    assert found[date(2027, 3, 29)] == "Easter Monday"
    assert len(found) == 9


def test_a_region_has_more_holidays_than_its_country():
    bavaria = public_holidays("DE", "BY", years=[2027])

    assert bavaria[date(2027, 5, 27)] == "Corpus Christi"
    assert date(2027, 5, 27) not in public_holidays("DE", None, years=[2027])


def test_a_country_speaks_its_own_english():
    assert public_holidays("GB", "ENG", years=[2026])[date(2026, 12, 26)] == "Boxing Day"
    assert public_holidays("AU", None, years=[2026])[date(2026, 1, 26)] == "Australia Day"


def test_several_years_come_in_order_of_their_dates():
    found = list(public_holidays("FR", "", years=range(2026, 2029)))

    assert found == sorted(found)
    assert {on.year for on in found} == {2026, 2027, 2028}


def test_every_country_and_region_of_the_form_has_an_answer():
    for country in countries():
        for region in [None, *regions(country)]:
            assert isinstance(public_holidays(country, region, years=[2026]), dict)


@pytest.mark.parametrize(
    ("country", "region", "sentence"),
    [
        ("Germany", None, r"“Germany” is not a country .* Did you mean DE \(Germany\)"),
        ("de", None, r"Did you mean DE \(Germany\)"),
        ("ZZZ", None, "Choose one from the list"),
        ("DE", "Bayern", r"“Bayern” is not a region of DE .* Did you mean BY \(Bayern\)"),
        ("DE", "XX", "Choose one from the list"),
    ],
)
def test_an_unknown_place_names_those_like_it(country: str, region: str | None, sentence: str):
    with pytest.raises(UnknownPlace, match=sentence) as refusal:
        public_holidays(country, region, years=[2026])

    assert isinstance(refusal.value, Refused)
    assert isinstance(refusal.value, ValueError)


def test_a_form_offers_names_in_order():
    names = list(countries().values())

    assert countries()["GB"] == "United Kingdom"
    assert names == sorted(names)
    assert regions("DE")["NW"] == "Nordrhein-Westfalen"
    assert regions("JM") == {}
    with pytest.raises(UnknownPlace):
        regions("ZZZ")
