"""PURE. The kinds of event in a lead's history (EventKind), and which of them are touches, handoffs
or closings.
"""

from enum import StrEnum


class EventKind(StrEnum):
    """One kind of line in a lead's history."""

    ARRIVED = "arrived"
    """A person raised a hand; nobody has looked at it yet."""
    ASSIGNED = "assigned"
    """Somebody of sales became its owner."""
    RELEASED = "released"
    """Nobody owns it any more; it waits in the queue of its sales team."""
    HANDED_OFF = "handed_off"
    """Marketing gave it to sales: a marketing qualified lead (MQL)."""
    ACCEPTED = "accepted"
    """Sales takes it on: a sales accepted lead (SAL)."""
    RETURNED = "returned"
    """Sales gives it back, with a reason marketing can act on."""
    FIXED = "fixed"
    """Marketing answered a return by putting right what was wrong: a new handoff."""
    RECYCLED = "recycled"
    """Marketing answered a return by taking it back to nurture it."""
    WITHDRAWN = "withdrawn"
    """Marketing answered a return by giving the lead up."""
    CALLED = "called"
    WROTE = "wrote"
    MET = "met"
    MAILED_AUTOMATICALLY = "mailed_automatically"
    """A machine wrote; that is no touch."""
    QUALIFIED = "qualified"
    """Sales found a real need: a sales qualified lead (SQL)."""
    OPPORTUNITY_OPENED = "opportunity_opened"
    UNREACHABLE = "unreachable"
    """Sales gives up trying to reach the lead."""
    WON = "won"
    LOST = "lost"
    PAUSED = "paused"
    RESUMED = "resumed"
    REPRIORITISED = "reprioritised"
    """A fact that promises depend on (source, score, region …) changed."""
    MERGED = "merged"
    """The lead turned out to be another one and lives on there."""
    REOPENED = "reopened"
    COMMENTED = "commented"
    """Somebody wrote about it; nothing about the lead changed."""


NOBODY = 0
"""In place of an owner's number: from here on nobody owns the lead."""

TOUCH_KINDS = frozenset({EventKind.CALLED, EventKind.WROTE, EventKind.MET})
"""A person of sales tried to reach, or reached, the lead. Automatic mail is none."""

HANDOFF_KINDS = frozenset({EventKind.HANDED_OFF, EventKind.FIXED})
"""From here on sales has to answer for the lead; a fixed lead goes straight back to sales."""

BACKDATED = "dated_back"
"""The reason on a touch that a person wrote down later than it happened; it is counted apart."""

CLOSED_BY_MISTAKE = "closed_by_mistake"
"""The reason on a reopening that says that the win or loss before it was none."""

BACKDATING_LIMIT_DAYS = 1
"""Working days, where no promise says otherwise: a call of Friday is told by Monday."""

RETURN_ANSWER_KINDS = frozenset({EventKind.FIXED, EventKind.RECYCLED, EventKind.WITHDRAWN})
"""What marketing may say to a returned lead."""

CLOSING_KINDS = frozenset({EventKind.WON, EventKind.LOST, EventKind.WITHDRAWN, EventKind.MERGED})
"""After these nobody owes anything for the lead until it is reopened."""

STAY_BOUNDARY_KINDS = (
    HANDOFF_KINDS | CLOSING_KINDS | {EventKind.RETURNED, EventKind.RECYCLED, EventKind.REOPENED}
)
"""A stay with one team ends here, or the next one begins; a pause ends with its stay."""


def owner_told(kind: EventKind, owner_id: int | None) -> int | None:
    """Who owns the lead from a line on: a person's number, NOBODY, or None where the line does not
    say.
    """
    return NOBODY if kind is EventKind.RELEASED else owner_id


def backdating_limit_words(days_back: int) -> str:
    """How far back a touch may be dated: "by one working day at most"."""
    if days_back == 0:
        return "not at all"
    return f"by {'one' if days_back == 1 else days_back} working day{'s'[: days_back > 1]} at most"
