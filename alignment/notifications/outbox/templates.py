"""Render a notice: fill `templates/notices/<kind>.{subject.txt,txt,html}` with its words, its
reader, its lateness and its action buttons.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import css_inline
from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
    pass_context,
    select_autoescape,
)
from jinja2.runtime import Context

from alignment.folders import TEMPLATES
from alignment.notifications import formatting
from alignment.notifications.actions.buttons import ActionButtons
from alignment.notifications.downtime.lateness import Lateness

FALLBACK_KIND = "plain"
"""The built-in letter that goes out where another one could not be written."""
LONGEST_SUBJECT = 200


class RenderError(Exception):
    """The letter cannot be written; ``str()`` says why, for an administrator."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """For whom a letter is written; instants are told in ``zone``."""

    name: str
    address: str
    zone: str
    workspace: str


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A letter ready to be sent."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What the layout of a letter shows around its words."""

    unsubscribe_url: str | None = None
    lateness: Lateness | None = None
    buttons: ActionButtons | None = None
    cut_line: str = ""
    """Above it an answer is read; empty where nobody can answer."""


NO_SURROUNDINGS = Surroundings()


def render_notice(
    kind: str,
    words: Mapping[str, Any],
    *,
    reader: Reader,
    base_url: str,
    surroundings: Surroundings = NO_SURROUNDINGS,
) -> Rendered:
    """The letter as it will arrive; anything wrong with words or template is a ``RenderError``."""
    context = {
        "reader": reader,
        "kind": kind,
        "base_url": base_url,
        "unsubscribe_url": surroundings.unsubscribe_url,
        "late": surroundings.lateness,
        "offer": surroundings.buttons or ActionButtons(),
        "cut_line": surroundings.cut_line,
    }
    with _as_render_error():
        return _render(kind, {**formatting.break_links(dict(words)), **context})


def render_subject(kind: str, words: Mapping[str, Any], *, reader: Reader, base_url: str) -> str:
    """The subject alone, as a line of another letter; errors as in ``write``."""
    context = {"reader": reader, "kind": kind, "base_url": base_url, "late": None}
    with _as_render_error():
        return _subject(kind, {**formatting.break_links(dict(words)), **context})


@contextmanager
def _as_render_error() -> Iterator[None]:
    try:
        yield
    except TemplateNotFound as error:
        raise RenderError(f"There is no template {error.name}.") from error
    except Exception as error:
        raise RenderError(f"{type(error).__name__}: {error}") from error


def _subject(kind: str, words: dict[str, Any]) -> str:
    template = _environment().get_template(f"notices/{kind}.subject.txt")
    return formatting.one_line(template.render(words))[:LONGEST_SUBJECT]


def _render(kind: str, words: dict[str, Any]) -> Rendered:
    fill = _environment().get_template
    return Rendered(
        subject=_subject(kind, words),
        text=_tidy(fill(f"notices/{kind}.txt").render(words)),
        html=_inliner().inline(fill(f"notices/{kind}.html").render(words)),
    )


def _tidy(text: str) -> str:
    """No spaces at the ends of lines, no more than one empty line, a line break at the end."""
    trimmed = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", trimmed).strip() + "\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        link=_link,
        instant=_instant,
        on=formatting.format_date,
        duration=formatting.format_duration,
        number=formatting.format_number,
        quoted=formatting.quote_briefly,
    )
    return environment


@cache
def _inliner() -> css_inline.CSSInliner:
    # Rules for dark mode and narrow screens cannot be inlined and stay in the head.
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


@pass_context
def _link(context: Context, path: str) -> str:
    return f"{context['base_url']}{path}"


@pass_context
def _instant(context: Context, at: str | None) -> str:
    return formatting.format_instant(at, context["reader"].zone)
