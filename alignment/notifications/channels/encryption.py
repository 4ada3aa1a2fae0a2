"""Encryption at rest of endpoint addresses and keys, with keys derived from the installation's
secret.
"""

import base64
import json
from collections.abc import Mapping
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ENDPOINT_PURPOSE = b"alignment.endpoints"


class CannotDecrypt(Exception):
    """Sealed with another secret, or damaged; ``str()`` says what its owner can do."""

    def __init__(self) -> None:
        super().__init__(
            "The secret key of this installation has changed. Remove this channel and add it again."
        )


def encrypt(facts: Mapping[str, str], *, secret: str) -> str:
    """The facts as text that says nothing without the secret."""
    return _fernet(secret).encrypt(json.dumps(dict(facts)).encode()).decode()


def decrypt(sealed: str, *, secret: str) -> dict[str, str]:
    """What was sealed; with another secret it is ``CannotDecrypt``."""
    try:
        facts: dict[str, str] = json.loads(_fernet(secret).decrypt(sealed))
    except (InvalidToken, ValueError) as error:
        raise CannotDecrypt from error
    return facts


def derive_key(secret: str, *, purpose: bytes, length: int) -> bytes:
    """A key of its own for each purpose, always the same one for the same secret."""
    derivation = HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=purpose)
    return derivation.derive(secret.encode())


@lru_cache(maxsize=8)
def _fernet(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derive_key(secret, purpose=ENDPOINT_PURPOSE, length=32)))
