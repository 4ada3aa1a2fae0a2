"""A promise is counted under the source of the handoff that it is about."""

import numpy as np
import pytest

from alignment.sla.replay.columns.handoff_sources import HandoffSourceColumns, LeadSources

ADA, BO, CY = 1, 2, 3
FAIR, WEB, SEARCH, NONE = 11, 12, 13, 0
SOURCES = HandoffSourceColumns(
    lead_ids=np.array([BO, ADA, ADA]),
    handed_off_at=np.array([50, 200, 100]),
    source_ids=np.array([NONE, WEB, FAIR]),
    now=LeadSources(
        lead_ids=np.array([CY, BO, ADA]), source_ids=np.array([SEARCH, SEARCH, SEARCH])
    ),
)


@pytest.mark.parametrize(
    ("lead", "started_at", "source"),
    [
        (ADA, 100, FAIR),
        (ADA, 199, FAIR),
        (ADA, 200, WEB),
        (ADA, 10**9, WEB),
        (ADA, 1, FAIR),
        (BO, 60, NONE),
        (CY, 60, SEARCH),
    ],
    ids=["at once", "later", "second", "long after", "before", "of no source", "never"],
)
def test_it_is_that_of_the_last_handoff_by_then(lead: int, started_at: int, source: int):
    assert SOURCES.of(np.array([lead]), np.array([started_at])).tolist() == [source]


def test_without_any_handoff_it_is_the_one_of_the_lead():
    nothing = np.empty(0, np.int64)
    now = LeadSources(lead_ids=np.array([ADA]), source_ids=np.array([FAIR]))
    sources = HandoffSourceColumns(
        lead_ids=nothing, handed_off_at=nothing, source_ids=nothing, now=now
    )

    assert sources.of(np.array([ADA]), np.array([5])).tolist() == [FAIR]
