from alignment.accounts.roles import Side
from alignment.metrics.funnel.definitions import DEFINITIONS


def test_marketing_stands_left_sales_right_and_what_is_shared_between():
    owners = [definition.owner for definition in DEFINITIONS]

    assert list(dict.fromkeys(owners)) == [Side.MARKETING, None, Side.SALES]
    assert owners == sorted(owners, key=[Side.MARKETING, None, Side.SALES].index)


def test_no_two_numbers_have_one_key_or_one_name():
    assert len({each.key for each in DEFINITIONS}) == len(DEFINITIONS)
    assert len({each.name for each in DEFINITIONS}) == len(DEFINITIONS)


def test_each_definition_says_what_it_counts_by_which_date_and_who_owns_it():
    texts = {each.key: each.text for each in DEFINITIONS}

    assert texts["kept_by_sales"] == (
        "Sales's promises kept in time, of those that fell due. "
        "Excused ones count as missed; the second number leaves them out. "
        "Those not due yet stand apart. "
        "Counted by the month in which the promise fell due. Owned by sales."
    )
    assert texts["won"] == (
        "Of these handoffs, those that have led to a signed deal so far. "
        "Counted by the month of the handoff. Owned by both teams."
    )
