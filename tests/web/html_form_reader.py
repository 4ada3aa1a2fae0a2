"""A form as a browser without any script would send it."""

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from alignment.web.agreements.form.nested_fields import flatten

Fields = dict[str, list[str]]


def fields_of(html: str, form_id: str) -> Fields:
    """Every field of that form with its present value; buttons only send when they are pressed."""
    reader = _Reader(form_id)
    reader.feed(html)
    return reader.fields


def as_posted_fields(sheet: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The fields of a form that shows this sheet, as a browser sends them."""
    return [
        (name, text)
        for name, value in flatten(sheet).items()
        for text in (value if isinstance(value, list) else [value])
    ]


class _Reader(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.is_inside = form_id, False
        self.fields: Fields = {}
        self.select, self.is_many, self.options = "", False, list[tuple[str, bool]]()
        self.area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        name, value = has.get("name") or "", has.get("value")
        if tag == "form":
            self.is_inside = has.get("id") == self.form_id
        if not self.is_inside:
            return
        if tag == "input" and (has.get("type") not in ("checkbox", "radio") or "checked" in has):
            self._send(name, value or "")
        if tag == "select":
            self.select, self.is_many, self.options = name, "multiple" in has, []
        if tag == "option":
            self.options.append((value or "", "selected" in has))
        if tag == "textarea":
            self.area, self.text = name, ""

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False
        if tag == "textarea" and self.area is not None:
            self._send(self.area, self.text.removeprefix("\n"))
            self.area = None
        if tag == "select" and self.select:
            chosen = [value for value, is_chosen in self.options if is_chosen]
            first = [] if self.is_many else [value for value, _ in self.options[:1]]
            for value in chosen or first:
                self._send(self.select, value)
            self.select = ""

    def _send(self, name: str, value: str) -> None:
        self.fields.setdefault(name, []).append(value)
