"""The figures of the funnel in words."""

from collections.abc import Iterator

from alignment.metrics.formulas import Share, Unknown, WaitDuration
from alignment.metrics.funnel.figures import Conversion, FigureValue, HandoffCount
from alignment.metrics.promises.tally import PromiseTally
from alignment.metrics.wording import DASH, share_words, wait_words


def value_words(value: FigureValue) -> str:
    """The number as it stands in a table; a dash where there is nothing to tell."""
    match value:
        case HandoffCount():
            return f"{value.handoffs:,}"
        case PromiseTally() | Conversion():
            return share_words(value.share)
        case Share():
            return share_words(value)
        case WaitDuration():
            return wait_words(value)
        case Unknown():
            return value.value
        case None:
            return DASH
        case _:
            return f"{value:,}"


def value_remark(value: FigureValue) -> str:
    """What stands smaller beside it: how many different leads, or how many are not decided yet."""
    match value:
        case HandoffCount() if value.leads != value.handoffs:
            return f"{value.leads:,} {'lead' if value.leads == 1 else 'leads'}"
        case Conversion() if value.open:
            return f"{value.open:,} open"
        case PromiseTally():
            return ", ".join(_open_and_excused(value))
        case _:
            return ""


def _open_and_excused(kept: PromiseTally) -> Iterator[str]:
    """What is open still, and the second number where anything was excused."""
    if kept.open:
        yield f"{kept.open:,} not due yet"
    if kept.excused:
        yield f"{share_words(kept.share_without_excused)} without {kept.excused:,} excused"
