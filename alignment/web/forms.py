"""What a person typed into a form, as the checked inputs of the slices take it."""

from collections.abc import Mapping

TOKEN = "csrf_token"  # noqa: S105 the field's name, not its value


def typed(form: Mapping[str, str]) -> dict[str, str]:
    """Every field but the token that belongs to the page rather than to the person."""
    return {name: text for name, text in form.items() if name != TOKEN}
