"""Writing a letter: its words filled into ``templates/notices/<kind>.{subject.txt,txt,html}``.

A template sees the words of the letter and ``reader`` (name, zone, workspace), ``kind``,
``base_url``, ``unsubscribe_url``, ``late`` (why it is sent late, or nothing) and ``offer`` (its
buttons and its code, or nothing). Filters: ``link``
(a path as a whole address), ``instant`` (in the reader's zone), ``on``, ``duration``, ``number``
and ``quoted`` (other people's text).
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
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

from alignment.notifications import wording
from alignment.notifications.lateness import Late
from alignment.notifications.offers import Offer

TEMPLATES = Path(__file__).parents[2] / "templates"
PLAIN = "plain"
"""The built-in letter that goes out where another one could not be written."""
LONGEST_SUBJECT = 200


class LetterError(Exception):
    """The letter cannot be written; ``str()`` says why, for an administrator."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """For whom a letter is written; instants are told in ``zone``."""

    name: str
    address: str
    zone: str
    workspace: str


@dataclass(frozen=True, kw_only=True)
class Written:
    """A letter ready to be sent."""

    subject: str
    text: str
    html: str


def write(
    kind: str,
    words: Mapping[str, Any],
    *,
    reader: Reader,
    base_url: str,
    unsubscribe_url: str | None = None,
    late: Late | None = None,
    offer: Offer | None = None,
) -> Written:
    """The letter as it will arrive; anything wrong with words or template is a ``LetterError``."""
    ours = {
        "reader": reader,
        "kind": kind,
        "base_url": base_url,
        "unsubscribe_url": unsubscribe_url,
        "late": late,
        "offer": offer or Offer(),
    }
    with _named_errors():
        return _written(kind, {**wording.unlinked(dict(words)), **ours})


def subject(kind: str, words: Mapping[str, Any], *, reader: Reader, base_url: str) -> str:
    """The subject alone, as a line of another letter; errors as in ``write``."""
    ours = {"reader": reader, "kind": kind, "base_url": base_url, "late": None}
    with _named_errors():
        return _subject(kind, {**wording.unlinked(dict(words)), **ours})


def kinds() -> tuple[str, ...]:
    """Every template of a letter: one for each kind of message, and those that tell several."""
    folder = TEMPLATES / "notices"
    return tuple(sorted(path.name.split(".")[0] for path in folder.glob("*.subject.txt")))


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    except TemplateNotFound as error:
        raise LetterError(f"There is no template {error.name}.") from error
    except Exception as error:
        raise LetterError(f"{type(error).__name__}: {error}") from error


def _subject(kind: str, words: dict[str, Any]) -> str:
    template = _environment().get_template(f"notices/{kind}.subject.txt")
    return wording.one_line(template.render(words))[:LONGEST_SUBJECT]


def _written(kind: str, words: dict[str, Any]) -> Written:
    fill = _environment().get_template
    return Written(
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
        on=wording.on,
        duration=wording.duration,
        number=wording.number,
        quoted=wording.quoted,
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
    return wording.instant(at, context["reader"].zone)
