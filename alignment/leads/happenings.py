"""PURE. The words of a lead's history: what can happen to a lead between the two teams."""

from enum import StrEnum


class Happening(StrEnum):
    """One kind of line in a lead's history."""

    ARRIVED = "arrived"
    """A person raised a hand; nobody has looked at it yet."""
    ASSIGNED = "assigned"
    """Somebody of sales became its owner."""
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


TOUCHES = frozenset({Happening.CALLED, Happening.WROTE, Happening.MET})
"""A person of sales tried to reach, or reached, the lead. Automatic mail is none."""

HANDOFFS = frozenset({Happening.HANDED_OFF, Happening.FIXED})
"""From here on sales has to answer for the lead; a fixed lead goes straight back to sales."""

DATED_BACK = "dated_back"
"""The reason on a touch that a person wrote down later than it happened; it is counted apart."""

DATED_BACK_AT_MOST = 1
"""Working days, where no promise says otherwise: a call of Friday is told by Monday."""

ANSWERS = frozenset({Happening.FIXED, Happening.RECYCLED, Happening.WITHDRAWN})
"""What marketing may say to a returned lead."""

ENDS = frozenset({Happening.WON, Happening.LOST, Happening.WITHDRAWN, Happening.MERGED})
"""After these nobody owes anything for the lead until it is reopened."""


def at_most(days_back: int) -> str:
    """How far back a touch may be dated: "by one working day at most"."""
    if days_back == 0:
        return "not at all"
    return f"by {'one' if days_back == 1 else days_back} working day{'s'[: days_back > 1]} at most"
