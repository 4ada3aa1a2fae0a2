"""PURE. Why a breach was withdrawn, as the end of a sentence."""

from alignment.sla.clock.stopwatch import TimerState

KEPT_IN_TIME = "a late fact proved it was kept."
NO_LONGER_OWED = "what it was promised for was taken back."
DUE_LATER = "its due time has moved, and has not passed."


def withdrawal_reason(state: TimerState, *, merged_into: str = "") -> str:
    """``state`` is the clock's by now; ``merged_into`` the lead that its lead turned out to be."""
    if state is TimerState.CANCELLED and merged_into:
        return f"its lead was merged into {merged_into}, where its history goes on."
    return {TimerState.MET: KEPT_IN_TIME, TimerState.CANCELLED: NO_LONGER_OWED}.get(
        state, DUE_LATER
    )
