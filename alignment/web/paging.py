"""One page of a long list, and the way to its neighbours; ``templates/_pager.html`` shows it."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for


@dataclass(frozen=True, kw_only=True)
class Pager:
    """Which rows are shown, of how many, and where the pages before and after are."""

    first: int
    last: int
    total: int
    previous_url: str | None
    next_url: str | None


def requested_page() -> int:
    """The page that the address asks for; anything but a number from 1 on is the first one."""
    given = request.args.get("page", "")
    return max(int(given), 1) if given.isascii() and given.isdigit() and len(given) < 7 else 1


def pager(total: int, *, page: int, size: int, **filters: Any) -> Pager:
    """The pager of the present view; ``filters`` stay as they are from page to page."""

    def url(number: int) -> str:
        return url_for(request.endpoint or "", page=number, **filters)

    return Pager(
        first=min((page - 1) * size + 1, total),
        last=min(page * size, total),
        total=total,
        previous_url=url(page - 1) if page > 1 else None,
        next_url=url(page + 1) if page * size < total else None,
    )
