"""Passwords: hashed with Argon2id, and refused when anybody could guess them."""

from collections.abc import Iterable
from functools import cache
from threading import Semaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

SHORTEST = 8
LONGEST = 1024
PRODUCT = "alignment"

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""The memory, passes and lanes of the OWASP cheat sheet on storing passwords."""
_TURNS = Semaphore(2)
"""A flood of sign-ins must not take every core from those who are working."""
_EASY = 2
_READ_BY_METER = 72
"""The meter takes longer with every character; a password this long is told apart by its start."""


def hash_password(password: str) -> str:
    with _TURNS:
        return _HASHER.hash(password)


def is_right(password: str, password_hash: str | None) -> bool:
    """Whether this is the password; takes as long where there is none to compare with."""
    try:
        with _TURNS:
            _HASHER.verify(password_hash or _nobodys_hash(), password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether it was hashed with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def check_new(password: str, *, known: Iterable[str] = ()) -> None:
    """Raise ``ValueError`` for a password too short, too long or too common.

    ``known`` are words that others know of this person, such as the name and the company.
    """
    if len(password) < SHORTEST:
        raise ValueError(f"Choose a password of at least {SHORTEST} characters; 15 are better.")
    if len(password) > LONGEST:
        raise ValueError(f"Choose a password of at most {LONGEST} characters.")
    if _is_common(password, known=known):
        raise ValueError("This password is too common. Choose a longer or a rarer one.")


def _is_common(password: str, *, known: Iterable[str]) -> bool:
    # Only a new password needs the word lists; they are not loaded to serve a page.
    from zxcvbn import zxcvbn

    words = [PRODUCT, *(word for text in known for word in text.split())]
    found = zxcvbn(password[:_READ_BY_METER], user_inputs=words)
    from_lists = any(match["pattern"] == "dictionary" for match in found["sequence"])
    return from_lists and found["score"] < _EASY


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("the password of nobody")
