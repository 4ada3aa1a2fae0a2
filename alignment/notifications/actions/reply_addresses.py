"""PURE. The address that answers to one message go to: its number and a signature, nothing else.

Letters and digits only and short enough for a local part (64 characters), since mail servers may
change the case of one.
"""

import hashlib
import hmac
import re

REPLY_LOCAL_PART = re.compile(
    r"reply\+(?P<number>[0-9]{1,12})-(?P<mark>[0-9a-f]{20})", re.IGNORECASE
)


def reply_address_for(delivery_id: int, *, domain: str, secret: str) -> str:
    """Where to answer this message."""
    return f"reply+{delivery_id}-{_signature(delivery_id, secret)}@{domain}"


def delivery_id_of_address(address: str, *, domain: str, secret: str) -> int | None:
    """Which message this is the address of; nothing for one that we did not make."""
    local, _, host = address.strip().rpartition("@")
    match = REPLY_LOCAL_PART.fullmatch(local)
    if match is None or host.lower() != domain.lower():
        return None
    number = int(match["number"])
    is_ours = hmac.compare_digest(match["mark"].lower(), _signature(number, secret))
    return number if is_ours else None


def _signature(delivery_id: int, secret: str) -> str:
    key = f"alignment.reply.{secret}".encode()
    return hmac.new(key, str(delivery_id).encode(), hashlib.sha256).hexdigest()[:20]
