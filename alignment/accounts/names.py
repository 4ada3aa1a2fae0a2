"""What may be called a name and a mail address, and when two addresses are the same."""

import re
import unicodedata
from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator

from alignment.normalisation import nfc, nfkc

LONGEST_NAME = 200
LONGEST_ADDRESS = 254

_UNSEEN = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]+")
_STEERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of the text around them."""


def clean_name(text: str) -> str:
    """The name with single spaces; blank, overlong or misleading ones raise ``ValueError``."""
    name = " ".join(nfc(text).split())
    if not _UNSEEN.sub("", name):
        raise ValueError("Fill this in.")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"Use at most {LONGEST_NAME} characters.")
    if any(character in _STEERING or not _is_text(character) for character in name):
        raise ValueError("This holds characters that cannot be seen. Type it again.")
    return name


def clean_address(text: str) -> str:
    """A mail address as it will be written to: plain local part, domain in lower case."""
    address = text.strip(" ")
    if len(address) > LONGEST_ADDRESS:
        raise ValueError(f"Use at most {LONGEST_ADDRESS} characters.")
    try:
        # The domain "test" is let through: it is kept for examples and cannot reach anybody.
        checked = validate_email(
            address,
            check_deliverability=False,
            allow_smtputf8=False,
            strict=True,
            test_environment=True,
        )
    except EmailNotValidError as error:
        raise ValueError(f"That mail address cannot be used. {error}") from error
    return checked.ascii_email or checked.normalized


def address_key(address: str) -> str:
    """What two spellings of one address have in common."""
    return nfkc(address.strip()).casefold()


def _is_text(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cs", "Cn", "Zl", "Zp"}


Name = Annotated[str, AfterValidator(clean_name)]
MailAddress = Annotated[str, AfterValidator(clean_address)]
