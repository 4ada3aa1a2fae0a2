"""Writing a letter: its words filled into ``templates/notices/<kind>.{subject.txt,txt,html}``.

A template sees the words of the letter and ``reader`` (name, zone, workspace), ``kind``,
``base_url`` and ``unsubscribe_url``. Filters: ``link`` (a path as a whole address), ``instant`` (in
the reader's zone), ``on``, ``duration``, ``number`` and ``quoted`` (other people's text).
"""

import re
from collections.abc import Mapping
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
) -> Written:
    """The letter as it will arrive; anything wrong with words or template is a ``LetterError``."""
    ours = {
        "reader": reader,
        "kind": kind,
        "base_url": base_url,
        "unsubscribe_url": unsubscribe_url,
    }
    try:
        return _written(kind, {**wording.unlinked(dict(words)), **ours})
    except TemplateNotFound as error:
        raise LetterError(f"There is no template {error.name}.") from error
    except Exception as error:
        raise LetterError(f"{type(error).__name__}: {error}") from error


def kinds() -> tuple[str, ...]:
    """Every kind of letter that there is a template for."""
    folder = TEMPLATES / "notices"
    return tuple(sorted(path.name.split(".")[0] for path in folder.glob("*.subject.txt")))


def _written(kind: str, words: dict[str, Any]) -> Written:
    fill = _environment().get_template
    subject = wording.one_line(fill(f"notices/{kind}.subject.txt").render(words))
    return Written(
        subject=subject[:LONGEST_SUBJECT],
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
