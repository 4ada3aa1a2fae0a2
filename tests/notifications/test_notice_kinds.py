"""Every kind of message has its row in the table, and every row its templates."""

import pytest

from alignment.notifications.notice_kinds import KINDS, GroupingMode, kind_of
from alignment.notifications.sending.summaries import CATCH_UP, SUMMARY
from alignment.wiring import ACTIONS, SUPPRESSION_CHECKS, UNSTORED_WORDS
from tests.notifications.notice_templates import notice_templates


def test_the_table_and_the_templates_name_the_same_kinds():
    assert {*KINDS, SUMMARY, CATCH_UP} == set(notice_templates())


def test_the_wiring_names_known_kinds_only():
    assert {*SUPPRESSION_CHECKS, *UNSTORED_WORDS, *ACTIONS.topic_by_kind} <= KINDS.keys()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_a_kind_can_be_read_in_a_list_and_counted(kind):
    assert kind.title[0].isupper()
    assert not kind.title.endswith(".")
    assert kind.plural[0].islower()


def test_a_kind_of_an_earlier_release_goes_by_itself():
    old = kind_of("weekly_pulse")

    assert (old.title, old.grouping) == ("Weekly pulse", GroupingMode.ALONE)
