"""Every SELECT about promises. Workspace or person is the scope."""

from dataclasses import dataclass

from alignment.metrics.formulas import Share


@dataclass(frozen=True, kw_only=True)
class PromiseTally:
    """One side's promises that were due: kept or missed, and those that are open still."""

    kept: int
    missed: int
    """Excused ones too."""
    open: int
    excused: int = 0

    @property
    def share(self) -> Share:
        """Of all that fell due, whatever was excused."""
        return Share(part=self.kept, whole=self.kept + self.missed)

    @property
    def share_without_excused(self) -> Share:
        """Of those that fell due and were not excused."""
        return Share(part=self.kept, whole=self.kept + self.missed - self.excused)
