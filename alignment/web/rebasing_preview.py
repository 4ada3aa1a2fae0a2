"""The preview of re-basing open timers as a sentence: how many would move, be missed, be kept or be
dropped.
"""

from collections.abc import Iterator

from alignment.sla.timers.rebasing import RebasePreview


def rebasing_sentence(preview: RebasePreview) -> str:
    """As a person says it: 41 open clocks would move, 3 would be missed."""
    if not any((preview.would_move, preview.become_breached, preview.become_kept, preview.dropped)):
        return "No open clock would move."
    return ", ".join(_parts(preview)) + "."


def _parts(preview: RebasePreview) -> Iterator[str]:
    clocks = "open clock" if preview.would_move == 1 else "open clocks"
    yield (
        f"{preview.would_move:,} {clocks} would move"
        if preview.would_move
        else "No open clock would move"
    )
    if preview.become_breached:
        yield f"{preview.become_breached:,} would be missed"
    if preview.become_kept:
        yield f"{preview.become_kept:,} would be kept at once"
    if preview.dropped:
        yield f"{preview.dropped:,} would end without a promise"
