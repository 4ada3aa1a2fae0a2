"""PURE. Why a promise that was told as missed no longer counts as missed, as the end of a sentence.

A fact told late is one of several reasons, and the only one that says that it was kept.
"""

from alignment.sla.stopwatch import State

KEPT = "a late fact proved it was kept."
TAKEN_BACK = "what it was promised for was taken back."
MOVED = "its due time has moved, and has not passed."


def why(state: State, *, merged_into: str = "") -> str:
    """``state`` is the clock's by now; ``merged_into`` the lead that its lead turned out to be."""
    if state is State.CANCELLED and merged_into:
        return f"its lead was merged into {merged_into}, where its history goes on."
    return {State.MET: KEPT, State.CANCELLED: TAKEN_BACK}.get(state, MOVED)
