"""What became of a lead: one rule for the lists of leads and for the numbers both teams compare.

The fate of a handoff is that of one cycle with sales, so a lead that was returned, fixed and
accepted has two. Accepted, returned and undecided exclude each other and add up to handed off.
"""

from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col

from alignment.leads.models import Handoff, Lead


class Fate(StrEnum):
    """What became of one handoff so far, or of a lead that never had one."""

    HANDED_OFF = "handed_off"
    """Every handoff, whatever became of it."""
    ACCEPTED = "accepted"
    """Sales took it on in words or in deed (qualified, won or lost), and did not return it."""
    RETURNED = "returned"
    """Sales gave it back, at once or after accepting it."""
    UNDECIDED = "undecided"
    """Neither accepted nor returned so far."""
    UNTOUCHED = "untouched"
    """With sales, undecided or accepted, and nobody has tried to reach it yet."""
    WON = "won"
    NOT_HANDED_OFF = "not_handed_off"
    """Still with marketing: never handed off, not won either, and no other lead by now."""
    WON_WITHOUT_HANDOFF = "won_without_handoff"


_RETURNED = col(Handoff.returned_at).is_not(None)
_WORKED_IN_DEED = or_(
    col(Handoff.qualified_at).is_not(None),
    col(Handoff.won_at).is_not(None),
    col(Handoff.lost_at).is_not(None),
)
_TAKEN_ON = or_(col(Handoff.accepted_at).is_not(None), _WORKED_IN_DEED)

OF_A_HANDOFF: Final[dict[Fate, ColumnElement[bool]]] = {
    Fate.HANDED_OFF: col(Handoff.handed_off_at).is_not(None),
    Fate.ACCEPTED: and_(~_RETURNED, _TAKEN_ON),
    Fate.RETURNED: _RETURNED,
    Fate.UNDECIDED: and_(~_RETURNED, ~_TAKEN_ON),
    Fate.UNTOUCHED: and_(
        col(Handoff.touched_at).is_(None),
        col(Handoff.returned_at).is_(None),
        col(Handoff.won_at).is_(None),
        col(Handoff.lost_at).is_(None),
    ),
    Fate.WON: col(Handoff.won_at).is_not(None),
}
"""How each fate is told from a row of ``Handoff``."""

WITHOUT_A_HANDOFF: Final[dict[Fate, ColumnElement[bool]]] = {
    Fate.NOT_HANDED_OFF: and_(
        col(Lead.handed_off_at).is_(None),
        col(Lead.won_at).is_(None),
        col(Lead.merged_into_id).is_(None),
    ),
    Fate.WON_WITHOUT_HANDOFF: and_(
        col(Lead.handed_off_at).is_(None), col(Lead.won_at).is_not(None)
    ),
}
"""How each fate is told from a row of ``Lead`` that was never handed off."""

DATED_BY: Final = {Fate.NOT_HANDED_OFF: Lead.arrived_at, Fate.WON_WITHOUT_HANDOFF: Lead.won_at}
"""When a lead without a handoff counts, since it has no handoff to be dated by."""
