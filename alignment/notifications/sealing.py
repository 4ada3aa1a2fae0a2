"""Addresses and keys of other services, encrypted at rest with this installation's secret."""

import base64
import json
from collections.abc import Mapping
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"alignment.endpoints"


class Unreadable(Exception):
    """Sealed with another secret, or damaged; ``str()`` says what its owner can do."""

    def __init__(self) -> None:
        super().__init__(
            "The secret key of this installation has changed. Remove this channel and add it again."
        )


def seal(facts: Mapping[str, str], *, secret: str) -> str:
    """The facts as text that says nothing without the secret."""
    return _lock(secret).encrypt(json.dumps(dict(facts)).encode()).decode()


def unseal(sealed: str, *, secret: str) -> dict[str, str]:
    """What was sealed; with another secret it is ``Unreadable``."""
    try:
        facts: dict[str, str] = json.loads(_lock(secret).decrypt(sealed))
    except (InvalidToken, ValueError) as error:
        raise Unreadable from error
    return facts


def derived(secret: str, *, purpose: bytes, length: int) -> bytes:
    """A key of its own for each purpose, always the same one for the same secret."""
    derivation = HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=purpose)
    return derivation.derive(secret.encode())


@lru_cache(maxsize=8)
def _lock(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derived(secret, purpose=PURPOSE, length=32)))
