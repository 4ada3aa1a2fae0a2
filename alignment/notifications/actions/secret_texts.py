"""PURE. Find and hide what lets whoever reads a text act in another person's name: the signed links
of our messages, also as a filter for links rewrites them, the addresses for answers, and the codes.
"""

import re

HIDDEN_PATH = "/hidden"
"""Stands where the text had a secret link."""
HIDDEN_CODE = "····"
_SLASH = r"(?:/|%2F)"
_LINK = re.compile(
    rf"{_SLASH}(?:a|u|sign-in|invitations|set-up){_SLASH}[A-Za-z0-9_.-]{{40,}}", re.IGNORECASE
)
_REPLY_ADDRESS = re.compile(r"\breply\+[0-9]{1,12}-[0-9a-f]{20}", re.IGNORECASE)
_CODE = re.compile(r"(type this code on the page:[^0-9a-z]{0,20})[0-9]{4}\b", re.IGNORECASE)


def hide_secrets(text: str) -> str:
    """The text without anything that we signed."""
    hidden = _REPLY_ADDRESS.sub("hidden", _LINK.sub(HIDDEN_PATH, text))
    return _CODE.sub(rf"\g<1>{HIDDEN_CODE}", hidden)


def has_secrets(text: str) -> bool:
    return any(found.search(text) for found in (_LINK, _REPLY_ADDRESS, _CODE))
