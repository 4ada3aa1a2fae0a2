"""htmx fragments or a redirect after an action, and validation errors as one sentence per field."""

from typing import Any

from flask import redirect, render_template
from htmx_flask import make_response, request
from pydantic import ValidationError
from werkzeug.wrappers import Response

WHOLE_FORM = "form"

VALIDATION_SENTENCES = {
    "missing": "Fill this in.",
    "string_too_short": "Use at least {min_length} characters.",
    "string_too_long": "Use at most {max_length} characters.",
    "string_pattern_mismatch": "This does not look right. See the help below.",
    "int_parsing": "Enter a whole number.",
    "int_from_float": "Enter a whole number.",
    "float_parsing": "Enter a number.",
    "decimal_parsing": "Enter a number.",
    "greater_than": "Enter more than {gt}.",
    "greater_than_equal": "Enter {ge} or more.",
    "less_than": "Enter less than {lt}.",
    "less_than_equal": "Enter {le} or less.",
    "bool_parsing": "Choose yes or no.",
    "enum": "Choose one from the list.",
    "literal_error": "Choose one from the list.",
    "date_parsing": "Enter a date, like 2027-03-30.",
    "date_from_datetime_parsing": "Enter a date, like 2027-03-30.",
    "datetime_parsing": "Enter a date and a time.",
    "datetime_from_date_parsing": "Enter a date and a time.",
    "timezone_aware": "Name the time zone.",
    "time_parsing": "Enter a time, like 09:30.",
    "too_short": "Choose at least {min_length}.",
    "too_long": "Choose at most {max_length}.",
}


def fragments(*templates: str, back_to: str, trigger: str | None = None, **words: Any) -> Response:
    """Every named partial for htmx; otherwise go and GET the page."""
    answer = _partials(templates, trigger, words) if request.htmx else redirect(back_to, 303)
    answer.vary.add("HX-Request")
    return answer


def form_errors(error: ValidationError) -> dict[str, str]:
    """One sentence a field, its first problem; what concerns no single field is under `form`."""
    sentences: dict[str, str] = {}
    for problem in error.errors(include_url=False, include_input=False):
        field = ".".join(str(step) for step in problem["loc"]) or WHOLE_FORM
        sentences.setdefault(
            field, _sentence(problem["type"], problem["msg"], problem.get("ctx", {}))
        )
    return sentences


def _partials(templates: tuple[str, ...], trigger: str | None, words: dict[str, Any]) -> Response:
    html = "".join(render_template(name, **words) for name in templates)
    answer: Response = make_response(html, trigger=trigger)
    return answer


def _sentence(kind: str, message: str, context: dict[str, Any]) -> str:
    """Our own validators raise ValueError with a sentence for the person: it is shown as it is."""
    if kind == "value_error":
        return str(context.get("error") or context.get("reason") or message)
    if kind == "string_too_short" and context.get("min_length") == 1:
        return VALIDATION_SENTENCES["missing"]
    return (
        VALIDATION_SENTENCES[kind].format(**context)
        if kind in VALIDATION_SENTENCES
        else f"{message}."
    )
