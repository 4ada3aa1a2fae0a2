"""How much a request may carry: bytes of a body, characters of a text, and no character NUL."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, HTTPException

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

MAX_BODY_BYTES = 10 * 1024 * 1024
MOST_FORM_PARTS = 1_000
MAX_TEXT_CHARACTERS = 20_000
"""Of one field or one parameter; the longest text that any form takes has a tenth of it."""
NUL = "\0"
"""No person types it, and PostgreSQL stores no text that holds it."""


class UnusableText(BadRequest):
    """A text that cannot be taken; ``description`` says what to do."""


def init_app(app: Flask) -> None:
    """Ask for the size of every request before its form is read."""
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY_BYTES, MAX_FORM_PARTS=MOST_FORM_PARTS)
    app.before_request(_allow_larger_body)
    app.before_request(_refuse_unusable_texts)


def takes_files(largest: int) -> Callable[[View], View]:
    """Let a route take a body of so many bytes, where other routes take ten megabytes."""

    def mark(view: View) -> View:
        view.largest_body = largest  # type: ignore[attr-defined]
        return view

    return mark


def takes_bytes(largest: int) -> Callable[[View], View]:
    """Let a route read a body of so many bytes as they are, and not as a form."""

    def mark(view: View) -> View:
        view.reads_bytes = True  # type: ignore[attr-defined]
        return takes_files(largest)(view)

    return mark


def largest_body(app: Flask, method: str, path: str) -> int:
    """How many bytes a body may have that is sent to this path."""
    try:
        endpoint, _ = app.url_map.bind("").match(path, method)
    except HTTPException:
        return MAX_BODY_BYTES
    return _largest_body_of(app, endpoint)


def _largest_body_of(app: Flask, endpoint: str) -> int:
    view = app.view_functions.get(endpoint)
    return getattr(view, "largest_body", MAX_BODY_BYTES)


def _allow_larger_body() -> None:
    request.max_content_length = _largest_body_of(current_app, request.endpoint or "")


def _refuse_unusable_texts() -> None:
    """Before any of them is normalised, hashed, compared or logged."""
    submitted = [request.path, *_submitted()]
    texts = [*submitted, *_items(request.args)]
    if any(NUL in text for text in submitted):
        raise UnusableText("The text holds a character that cannot be stored. Type it again.")
    if any(len(text) > MAX_TEXT_CHARACTERS for text in texts):
        raise UnusableText(f"Use at most {MAX_TEXT_CHARACTERS:,} characters in one field.")


def _submitted() -> Iterator[str]:
    view = current_app.view_functions.get(request.endpoint or "")
    if not getattr(view, "reads_bytes", False):
        yield from _items(request.form)
        yield from (file.filename or "" for file in request.files.values())


def _items(fields: MultiDict[str, str]) -> Iterator[str]:
    for name, text in fields.items(multi=True):
        yield name
        yield text
