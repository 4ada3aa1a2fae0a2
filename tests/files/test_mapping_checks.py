import pytest

from alignment.files import mapping_checks
from alignment.files.dates import DateOrder
from alignment.files.errors import BadMapping


def test_what_is_not_given_is_none():
    assert mapping_checks.enum_value(None, DateOrder, key="dates.order") is None
    assert mapping_checks.time_zone(None, key="dates.zone") is None
    assert mapping_checks.text_section({}, "columns", known=["email"]) == {}


def test_a_choice_is_given_as_what_it_means():
    assert mapping_checks.enum_value("dmy", DateOrder, key="dates.order") is DateOrder.DMY


@pytest.mark.parametrize("name", ["Mars/Phobos", "UTC+2", "", "Europe/Berlin\0", "../UTC"])
def test_a_zone_that_does_not_exist_is_refused(name):
    with pytest.raises(BadMapping, match="is no time zone"):
        mapping_checks.time_zone(name, key="dates.zone")


def test_an_unknown_key_far_from_all_known_ones_gets_no_hint():
    with pytest.raises(BadMapping, match=r"^There is no section zzz\.$"):
        mapping_checks.refuse_unknown({"zzz": 1}, ["columns"], what="section")
