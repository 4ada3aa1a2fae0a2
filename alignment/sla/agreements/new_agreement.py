"""What two teams are about to promise each other: an agreement, and one wording of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from alignment.accounts.models import Team
from alignment.sla.promises.quotas import Quota
from alignment.sla.promises.segments import Segment
from alignment.sla.promises.targets import Target, targets_by_key


@dataclass(frozen=True, kw_only=True)
class NewAgreement:
    """Between which teams, and for which of their leads.

    It holds for the leads that ``segment`` has, all of them without one; of several agreements
    that would have a lead the first by ``rank`` holds.
    """

    name: str
    marketing: Team
    sales: Team
    segment: Segment | None = None
    rank: int = 100


@dataclass(frozen=True, kw_only=True)
class NewVersion:
    """One wording; targets of one promise that contradict each other are refused.

    It takes effect at the first instant of ``takes_effect_on`` in the workspace's zone, or when
    both have signed if that is later. With ``covers_open`` the clocks then open move under it.
    """

    targets: Sequence[Target]
    quotas: Sequence[Quota] = ()
    note: str = ""
    """Why it is written, in its author's words."""
    takes_effect_on: date | None = None
    covers_open: bool = False

    def __post_init__(self) -> None:
        targets_by_key(self.targets)
