"""How many browsers may be connected where the process may have only so many files open.

A server that may open no more files can neither take a connection nor say so: it asks again and
again, at full speed, and writes each refusal into its log.
"""

import resource

from alignment.config import BadSetting

RESERVED = 150
"""For databases, uploads, the log, and connections that are being closed to make room."""
FEWEST_CONNECTIONS = 20


def fitting_connections(wanted: int) -> int:
    """As many as wanted, or as there is room for; raises ``BadSetting`` where there is hardly any.

    The process takes all that the machine allows it first.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard and soft != resource.RLIM_INFINITY:
        soft = _raised(soft, hard, wanted + RESERVED)
    if soft == resource.RLIM_INFINITY:
        return wanted
    if soft < RESERVED + FEWEST_CONNECTIONS:
        raise BadSetting(
            f"Only {soft} files may be open at once here. Allow {wanted + RESERVED}: ulimit -n "
            f"{wanted + RESERVED}, or LimitNOFILE={wanted + RESERVED} of a systemd service."
        )
    return min(wanted, soft - RESERVED)


def _raised(soft: int, hard: int, enough: int) -> int:
    """The limit of the process, once it is as high as it needs to be and may be."""
    if soft >= enough:
        return soft
    most = enough if hard == resource.RLIM_INFINITY else min(hard, enough)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most
