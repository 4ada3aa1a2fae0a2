"""PURE. The address that answers to one message go to: its number and a signature, nothing else.

Letters and digits only and short enough for a local part (64 characters), since mail servers may
change the case of one.
"""

import hashlib
import hmac
import re

SHAPE = re.compile(r"reply\+(?P<number>[0-9]{1,12})-(?P<mark>[0-9a-f]{20})", re.IGNORECASE)


def address_for(delivery_id: int, *, domain: str, secret: str) -> str:
    """Where to answer this message."""
    return f"reply+{delivery_id}-{_mark(delivery_id, secret)}@{domain}"


def delivery_id_in(address: str, *, domain: str, secret: str) -> int | None:
    """Which message this is the address of; nothing for one that we did not make."""
    local, _, where = address.strip().rpartition("@")
    found = SHAPE.fullmatch(local)
    if found is None or where.lower() != domain.lower():
        return None
    number = int(found["number"])
    is_ours = hmac.compare_digest(found["mark"].lower(), _mark(number, secret))
    return number if is_ours else None


def _mark(delivery_id: int, secret: str) -> str:
    key = f"alignment.reply.{secret}".encode()
    return hmac.new(key, str(delivery_id).encode(), hashlib.sha256).hexdigest()[:20]
