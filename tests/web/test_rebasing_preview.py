import pytest

from alignment.sla.timers.rebasing import RebasePreview
from alignment.web.rebasing_preview import rebasing_sentence


@pytest.mark.parametrize(
    ("move", "become_breached", "become_kept", "dropped", "sentence"),
    [
        (41, 3, 0, 0, "41 open clocks would move, 3 would be missed."),
        (1, 0, 0, 0, "1 open clock would move."),
        (1200, 0, 2, 0, "1,200 open clocks would move, 2 would be kept at once."),
        (0, 0, 0, 0, "No open clock would move."),
        (
            0,
            0,
            0,
            5,
            "No open clock would move, 5 would end without a promise.",
        ),
    ],
)
def test_what_would_move_is_said_in_one_sentence(
    move: int, become_breached: int, become_kept: int, dropped: int, sentence: str
):
    preview = RebasePreview(
        open_timers=5000,
        would_move=move,
        become_breached=become_breached,
        become_kept=become_kept,
        dropped=dropped,
    )

    assert rebasing_sentence(preview) == sentence
