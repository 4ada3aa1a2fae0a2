"""Several messages to one person as one: a line each, worst first, and what is only counted."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from alignment.notifications.deciding import Told
from alignment.notifications.kinds import Kind, kind_of

SUMMARY, CATCH_UP = "summary", "catch_up"
LINES_AT_MOST = 15

SubjectOf = Callable[[Told], str]


def is_several(told: Sequence[Told]) -> bool:
    """Whether these need a letter that tells of them together."""
    return len(told) > 1 or told[0].is_counted


def template_of(told: Sequence[Told]) -> str:
    return CATCH_UP if any(one.is_counted for one in told) else SUMMARY


def words_of(told: Sequence[Told], subject_of: SubjectOf) -> dict[str, Any]:
    """What the templates of several messages need; each line reads as the message's subject."""
    listed = [one for one in told if not one.is_counted]
    shown = listed[:LINES_AT_MOST]
    is_for_team = told[0].delivery.recipient_id is None
    return {
        "headline": headline([kind_of(x.delivery.kind) for x in told], is_for_team=is_for_team),
        "lines": [{"words": _line(one, subject_of), "link": link_of(one)} for one in shown],
        "more": len(listed) - len(shown),
        "counted": _counted([one for one in told if one.is_counted], is_for_team=is_for_team),
        "is_for_team": is_for_team,
    }


def headline(kinds: Sequence[Kind], *, is_for_team: bool = False) -> str:
    """12 leads were given to you, or how many messages of which kinds."""
    if len({kind.name for kind in kinds}) == 1:
        return counted(kinds[0], len(kinds), is_for_team=is_for_team)
    return f"{len(kinds)} messages for {'your team' if is_for_team else 'you'}"


def counted(kind: Kind, count: int, *, is_for_team: bool = False) -> str:
    one, many = (is_for_team and kind.of_team) or (kind.title, kind.many)
    return one if count == 1 else f"{count} {many}"


def link_of(one: Told) -> str:
    """The page a message is about; the start page where its words name none."""
    link = one.delivery.words.get("link")
    return link if isinstance(link, str) and link.startswith("/") else "/"


def _line(one: Told, subject_of: SubjectOf) -> str:
    """A subject; what speaks to one person says in a team's channel to whom."""
    delivery, subject = one.delivery, subject_of(one)
    is_for_one = delivery.recipient_id is None and kind_of(delivery.kind).is_for_one
    return f"For {delivery.address}: {subject}" if is_for_one else subject


def _counted(told: Iterable[Told], *, is_for_team: bool) -> list[str]:
    kinds = [kind_of(one.delivery.kind) for one in told]
    counts = Counter(kind.name for kind in kinds)
    worst_first = sorted({kind.name: kind for kind in kinds}.values(), key=lambda kind: kind.rank)
    return [counted(kind, counts[kind.name], is_for_team=is_for_team) for kind in worst_first]
