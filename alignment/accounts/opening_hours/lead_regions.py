"""A region of leads that has opening hours of its own, and when two of its names are one."""

from dataclasses import dataclass

from alignment.accounts.models import OpeningHours
from alignment.errors import Refused

LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class LeadRegion:
    """The leads of one workspace whose region bears this name."""

    workspace_id: int
    name: str

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise Refused("Name the region as your leads name it.")
        if len(self.name) > LONGEST:
            raise Refused(f"Name the region in at most {LONGEST} characters.")

    @property
    def key(self) -> str:
        return region_key(self.name)


def region_key(name: object) -> str:
    """The name as compared: trimmed, without regard to case; empty where no region is known."""
    return "" if name is None else str(name).strip().casefold()


def region_of(hours: OpeningHours) -> LeadRegion:
    """Whose hours they are; a team's raise ``ValueError``."""
    if hours.lead_region is None:
        raise ValueError("These are the hours of a team.")
    return LeadRegion(workspace_id=hours.workspace_id, name=hours.lead_region)
