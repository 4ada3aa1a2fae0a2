import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.worktime.sorted_lookup import SortedLookup


def counts(keys: list[int], at: list[int], first: int, last: int) -> list[int]:
    finder = SortedLookup(np.array(keys, np.int64), first=first, last=last)
    return finder.count(np.array(at, np.int64)).tolist()


def test_keys_up_to_and_including_each_number_are_counted():
    assert counts([10, 20, 35], [0, 9, 10, 19, 20, 34, 35, 40], 0, 40) == [0, 0, 1, 1, 2, 2, 3, 3]


def test_without_keys_the_count_is_none():
    assert counts([], [0, 5], 0, 5) == [0, 0]


@pytest.mark.parametrize("far", [1000, 10**12], ids=["by cells", "by halving"])
@given(st.data())
def test_the_count_is_that_of_a_sorted_search(far: int, data: st.DataObject):
    numbers = st.integers(-1000, far)
    keys = sorted(data.draw(st.sets(numbers, max_size=12)))
    at = data.draw(st.lists(numbers, min_size=1)) + keys

    assert counts(keys, at, -1000, far) == np.searchsorted(keys, at, side="right").tolist()
