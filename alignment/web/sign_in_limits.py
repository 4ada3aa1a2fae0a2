"""Every SELECT about web. Workspace or person is the scope."""

from flask import Response
from flask_limiter.util import get_remote_address

from alignment.web.security import limiter

ATTEMPTS_PER_ACCOUNT = "10 per 15 minutes"
ATTEMPTS_PER_IP = "50 per 15 minutes"
LINKS_PER_ACCOUNT, LINKS_PER_IP = "5 per hour", "30 per hour"
"""Letters with a link, whether or not somebody has the address."""


def was_refused(response: Response) -> bool:
    return response.status_code == 422


limit_attempts_per_ip = limiter.shared_limit(
    ATTEMPTS_PER_IP, scope="sign-in", key_func=get_remote_address, deduct_when=was_refused
)
