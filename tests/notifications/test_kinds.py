"""Every kind of message has its row in the table, and every row its templates."""

import pytest

from alignment.notifications import letters
from alignment.notifications.kinds import KINDS, How, kind_of
from alignment.notifications.together import CATCH_UP, SUMMARY
from alignment.wiring import ACTS, LATE_WORDS, STILL_MATTERS


def test_the_table_and_the_templates_name_the_same_kinds():
    assert {*KINDS, SUMMARY, CATCH_UP} == set(letters.kinds())


def test_the_wiring_names_known_kinds_only():
    assert {*STILL_MATTERS, *LATE_WORDS, *ACTS} <= KINDS.keys()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_a_kind_can_be_read_in_a_list_and_counted(kind):
    assert kind.title[0].isupper()
    assert not kind.title.endswith(".")
    assert kind.many[0].islower()


def test_a_kind_of_an_earlier_release_goes_by_itself():
    old = kind_of("weekly_pulse")

    assert (old.title, old.how) == ("Weekly pulse", How.ALONE)
