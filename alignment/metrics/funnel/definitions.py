"""What each number means, who answers for it and by which date it counts: shown wherever it is."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from alignment.accounts.roles import Side
from alignment.leads.handoff_outcomes import HandoffOutcome
from alignment.metrics.funnel.figures import Figures, FigureValue

PERCENTILE_RULE = (
    "Calendar time, by nearest rank. Who has no touch yet counts with at least the time so far, "
    "and a stay that ended without one with the time until then."
)

WITH_EXCUSED = (
    "Excused ones count as missed; the second number leaves them out. "
    "Those not due yet stand apart."
)


class Anchor(StrEnum):
    """The date that puts a fact into a month, always in the workspace's zone."""

    HANDED_OFF = "handed_off"
    """A cohort: the handoffs of that month, and what became of them until now."""
    DUE = "due"
    """The promises that fell due in that month."""


ANCHOR_WORDS: Final = {
    Anchor.HANDED_OFF: "Counted by the month of the handoff.",
    Anchor.DUE: "Counted by the month in which the promise fell due.",
}


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One number: its key in files, its name on pages, its meaning, its owner and its date."""

    key: str
    name: str
    short: str
    """The name below a heading that says whose number it is."""
    meaning: str
    owner: Side | None
    """Which team answers for it; none where both do."""
    read: Callable[[Figures], FigureValue]
    handoff_outcome: HandoffOutcome | None
    """Which handoffs stand behind it; none where promises do."""

    @property
    def anchor(self) -> Anchor:
        return Anchor.HANDED_OFF if self.handoff_outcome else Anchor.DUE

    @property
    def owner_words(self) -> str:
        return f"Owned by {self.owner}." if self.owner else "Owned by both teams."

    @property
    def text(self) -> str:
        """All that stands beside the number."""
        return f"{self.meaning} {ANCHOR_WORDS[self.anchor]} {self.owner_words}"


DEFINITIONS: Final = (
    Definition(
        key="handed_off",
        name="Handed off",
        short="Handed off",
        meaning="Handoffs to sales; a lead that was fixed and handed off again counts again.",
        owner=Side.MARKETING,
        read=lambda it: it.handoffs_by_outcome[HandoffOutcome.HANDED_OFF].handoffs,
        handoff_outcome=HandoffOutcome.HANDED_OFF,
    ),
    Definition(
        key="entries",
        name="Entries",
        short="Entries",
        meaning="Leads that came new to sales; one returned and fixed stays the same entry.",
        owner=Side.MARKETING,
        read=lambda it: it.handoffs_by_outcome[HandoffOutcome.ENTRY],
        handoff_outcome=HandoffOutcome.ENTRY,
    ),
    Definition(
        key="leads",
        name="Leads",
        short="Leads",
        meaning="The different leads among the handoffs, each counted once.",
        owner=Side.MARKETING,
        read=lambda it: it.handoffs_by_outcome[HandoffOutcome.HANDED_OFF].leads,
        handoff_outcome=HandoffOutcome.HANDED_OFF,
    ),
    Definition(
        key="kept_by_marketing",
        name="Kept by marketing",
        short="Kept",
        meaning=f"Marketing's promises kept in time, of those that fell due. {WITH_EXCUSED}",
        owner=Side.MARKETING,
        read=lambda it: it.promises[Side.MARKETING],
        handoff_outcome=None,
    ),
    Definition(
        key="won",
        name="Won",
        short="Won",
        meaning="Of these handoffs, those that have led to a signed deal so far.",
        owner=None,
        read=lambda it: it.handoffs_by_outcome[HandoffOutcome.WON],
        handoff_outcome=HandoffOutcome.WON,
    ),
    Definition(
        key="conversion",
        name="Conversion",
        short="Conversion",
        meaning="Won so far, of all these handoffs; it can grow while some are open.",
        owner=None,
        read=lambda it: it.conversion,
        handoff_outcome=HandoffOutcome.WON,
    ),
    Definition(
        key="win_rate",
        name="Win rate",
        short="Win rate",
        meaning="Won, of those of these handoffs that were won or lost.",
        owner=None,
        read=lambda it: it.win_rate,
        handoff_outcome=HandoffOutcome.WON,
    ),
    Definition(
        key="accepted",
        name="Accepted",
        short="Accepted",
        meaning="Of these handoffs, those that sales took on in words or deed, and did not return.",
        owner=Side.SALES,
        read=lambda it: it.handoffs_by_outcome[HandoffOutcome.ACCEPTED],
        handoff_outcome=HandoffOutcome.ACCEPTED,
    ),
    Definition(
        key="returned",
        name="Returned",
        short="Returned",
        meaning="Of these handoffs, those that sales gave back, at once or later.",
        owner=Side.SALES,
        read=lambda it: it.handoffs_by_outcome[HandoffOutcome.RETURNED],
        handoff_outcome=HandoffOutcome.RETURNED,
    ),
    Definition(
        key="undecided",
        name="Undecided",
        short="Undecided",
        meaning="Of these handoffs, those that sales has neither accepted nor returned so far.",
        owner=Side.SALES,
        read=lambda it: it.handoffs_by_outcome[HandoffOutcome.UNDECIDED],
        handoff_outcome=HandoffOutcome.UNDECIDED,
    ),
    Definition(
        key="untouched",
        name="No touch yet",
        short="No touch",
        meaning="Of these handoffs, those still with sales that no person has tried to reach.",
        owner=Side.SALES,
        read=lambda it: it.handoffs_by_outcome[HandoffOutcome.UNTOUCHED],
        handoff_outcome=HandoffOutcome.UNTOUCHED,
    ),
    Definition(
        key="median_response",
        name="Median response",
        short="Median",
        meaning=f"From handoff to the first human touch: half were faster. {PERCENTILE_RULE}",
        owner=Side.SALES,
        read=lambda it: it.median_response,
        handoff_outcome=HandoffOutcome.HANDED_OFF,
    ),
    Definition(
        key="p90_response",
        name="p90 response",
        short="p90",
        meaning=f"From handoff to first human touch: nine of ten were faster. {PERCENTILE_RULE}",
        owner=Side.SALES,
        read=lambda it: it.p90_response,
        handoff_outcome=HandoffOutcome.HANDED_OFF,
    ),
    Definition(
        key="kept_by_sales",
        name="Kept by sales",
        short="Kept",
        meaning=f"Sales's promises kept in time, of those that fell due. {WITH_EXCUSED}",
        owner=Side.SALES,
        read=lambda it: it.promises[Side.SALES],
        handoff_outcome=None,
    ),
)
"""Marketing's first, then what both share, then those of sales: the order on every page."""
