"""PURE. Shares and percentiles as both teams read them: small samples, waits that have no end yet.

Rules: a share of nothing is no number; below ten it is a fraction; a percentile is found by
nearest rank; and who still waits counts with at least the time waited so far.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Seconds = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

SMALL_SAMPLE = 10
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, kw_only=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def ratio(self) -> float | None:
        """0 to 1; a share of nothing has none."""
        return self.part / self.whole if self.whole else None

    @property
    def is_small(self) -> bool:
        """Too few for a percentage."""
        return self.whole < SMALL_SAMPLE


@dataclass(frozen=True, kw_only=True)
class WaitDuration:
    """A length of time, or the least it can turn out to be."""

    seconds: int
    at_least: bool


class Unknown(StrEnum):
    """In place of a number: there is one, and nobody has said it; never 0."""

    NOT_KNOWN = "not known"


def percentile(waits: Seconds, is_over: Flags, *, percent: int) -> WaitDuration | None:
    """Nearest rank. A wait that is not over may still last for ever, and is taken both ways."""
    if not len(waits):
        return None
    place = -(-percent * len(waits) // 100) - 1
    least = int(np.partition(waits, place)[place])
    most = int(np.partition(np.where(is_over, waits, NEVER), place)[place])
    return WaitDuration(seconds=least, at_least=most != least)
