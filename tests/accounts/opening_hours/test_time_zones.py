import pytest

from alignment.accounts.opening_hours.time_zones import clean_zone, zone_names


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (" UTC ", "UTC"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Europe/Amsterdam", "Europe/Amsterdam"),
    ],
)
def test_a_place_is_kept_by_its_present_name(typed, kept):
    assert clean_zone(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "UTC+2", "GMT+5", "EST", "Etc/GMT+5", "Mars/Phobos", "../../etc/passwd", "Europe\x00"],
)
def test_what_is_no_place_is_refused(typed):
    with pytest.raises(ValueError, match="not a time zone"):
        clean_zone(typed)


def test_a_slip_is_answered_with_the_nearest_place():
    with pytest.raises(ValueError, match=r"Did you mean Europe/Berlin\?"):
        clean_zone("europe/berlin")


def test_every_zone_offered_can_be_chosen():
    assert len(zone_names()) > 400
    assert all(clean_zone(name) == name for name in zone_names())
