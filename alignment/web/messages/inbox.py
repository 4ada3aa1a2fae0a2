"""The inbox: every message to me, whether or not it also went by mail or chat."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from alignment.accounts.roles import Right
from alignment.edge import needs, now, session, settings, user
from alignment.notifications.inbox import queries, reading
from alignment.notifications.models import Delivery
from alignment.web.paging import pager, requested_page
from alignment.web.responses import fragments

pages = Blueprint("inbox", __name__, url_prefix="/inbox")


@pages.get("")
@needs(Right.READ)
def index() -> ResponseReturnValue:
    page, total = requested_page(), queries.total(session(), user(), now=now())
    skip = (page - 1) * queries.PAGE
    return render_template(
        "messages/inbox.html",
        messages=reading.page(
            session(), user(), skip=skip, base_url=settings().base_url, now=now()
        ),
        total=total,
        pager=pager(total, page=page, size=queries.PAGE),
    )


@pages.post("/seen")
@needs(Right.READ)
def see_all() -> ResponseReturnValue:
    reading.mark_all_read(session(), user(), now=now())
    return redirect(url_for("inbox.index"), 303)


@pages.post("/<int:message_id>/seen")
@needs(Right.READ)
def see(message_id: int) -> ResponseReturnValue:
    message = _seen(message_id)
    [entry] = reading.entries(session(), user(), [message], base_url=settings().base_url)
    return fragments(
        "messages/_inbox_message.html",
        "messages/_unread_count.html",
        back_to=url_for("inbox.index"),
        message=entry,
        is_beside=True,
    )


@pages.post("/<int:message_id>/opening")
@needs(Right.READ)
def open_it(message_id: int) -> ResponseReturnValue:
    """Seen, and on to what it is about."""
    return redirect(str(_seen(message_id).words.get("link") or url_for("inbox.index")), 303)


def unread_count() -> int:
    """How many messages the person who asks has not seen; for the top of every page."""
    return queries.unread(session(), user(), now=now())


def _seen(message_id: int) -> Delivery:
    message = queries.message(session(), user(), message_id, now=now())
    reading.mark_read(session(), message, now=now())
    return message
