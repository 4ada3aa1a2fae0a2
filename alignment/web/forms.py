"""Submitted form fields, without the CSRF token, as the input models of the slices take them."""

from collections.abc import Mapping

from pydantic import BeforeValidator

CSRF_FIELD = "csrf_token"


def submitted_fields(form: Mapping[str, str]) -> dict[str, str]:
    """Every field but the token that belongs to the page rather than to the person."""
    return {name: text for name, text in form.items() if name != CSRF_FIELD}


Blank = BeforeValidator(lambda text: text or None)
"""What is left empty is None."""
