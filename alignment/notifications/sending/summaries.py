"""Words of a summary: several deliveries to one person as one message, a line each, worst first."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from alignment.notifications.notice_kinds import NoticeKind, kind_of
from alignment.notifications.sending.checks import PreparedDelivery

SUMMARY, CATCH_UP = "summary", "catch_up"
MAX_SUMMARY_LINES = 15

SubjectOf = Callable[[PreparedDelivery], str]


def is_summary(items: Sequence[PreparedDelivery]) -> bool:
    """Whether these need a letter that tells of them together."""
    return len(items) > 1 or items[0].is_counted


def template_for(items: Sequence[PreparedDelivery]) -> str:
    return CATCH_UP if any(item.is_counted for item in items) else SUMMARY


def summary_words(items: Sequence[PreparedDelivery], subject_of: SubjectOf) -> dict[str, Any]:
    """What the templates of several messages need; each line reads as the message's subject."""
    listed = [item for item in items if not item.is_counted]
    shown = listed[:MAX_SUMMARY_LINES]
    is_for_team = items[0].delivery.recipient_id is None
    return {
        "headline": headline(
            [kind_of(item.delivery.kind) for item in items], is_for_team=is_for_team
        ),
        "lines": [{"words": _line(item, subject_of), "link": link_of(item)} for item in shown],
        "more": len(listed) - len(shown),
        "counted": _count_lines(
            [item for item in items if item.is_counted], is_for_team=is_for_team
        ),
        "is_for_team": is_for_team,
    }


def headline(kinds: Sequence[NoticeKind], *, is_for_team: bool = False) -> str:
    """12 leads were given to you, or how many messages of which kinds."""
    if len({kind.name for kind in kinds}) == 1:
        return count_words(kinds[0], len(kinds), is_for_team=is_for_team)
    return f"{len(kinds)} messages for {'your team' if is_for_team else 'you'}"


def count_words(kind: NoticeKind, count: int, *, is_for_team: bool = False) -> str:
    singular, plural = (is_for_team and kind.team_titles) or (kind.title, kind.plural)
    return singular if count == 1 else f"{count} {plural}"


def link_of(item: PreparedDelivery) -> str:
    """The page a message is about; the start page where its words name none."""
    link = item.delivery.words.get("link")
    return link if isinstance(link, str) and link.startswith("/") else "/"


def _line(one: PreparedDelivery, subject_of: SubjectOf) -> str:
    """A subject; what speaks to one person says in a team's channel to whom."""
    delivery, subject = one.delivery, subject_of(one)
    is_for_one = delivery.recipient_id is None and kind_of(delivery.kind).is_for_one
    return f"For {delivery.address}: {subject}" if is_for_one else subject


def _count_lines(told: Iterable[PreparedDelivery], *, is_for_team: bool) -> list[str]:
    kinds = [kind_of(one.delivery.kind) for one in told]
    counts = Counter(kind.name for kind in kinds)
    worst_first = sorted({kind.name: kind for kind in kinds}.values(), key=lambda kind: kind.rank)
    return [count_words(kind, counts[kind.name], is_for_team=is_for_team) for kind in worst_first]
