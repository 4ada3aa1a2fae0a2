"""Report of what each side promised and kept, with the meaning of each figure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session

from alignment.accounts.models import Workspace
from alignment.accounts.roles import Side
from alignment.metrics.periods import ReportPeriod
from alignment.metrics.promises import queries
from alignment.metrics.promises.outcomes import SIDES, PromiseOutcome
from alignment.metrics.promises.queries import PromiseGroup
from alignment.metrics.promises.tally import PromiseTally
from alignment.metrics.wording import share_words

MEANS: Final = {
    "due": "Promises whose due time in the period has passed: kept or missed.",
    "kept": "Done in time, of those that fell due.",
    "dated_back": "Kept by a touch that somebody wrote down later. They are counted as kept too.",
    "missed": "Not done in time, of those that fell due; done late counts as missed.",
    "excused": "Set aside by the other team, of those missed. They are counted as missed too.",
    "rate": "Kept, of all that fell due; excused ones count as missed.",
    "rate_without_excused": "Kept, of those that fell due and were not excused.",
    "open": "Due in the period, but not yet, answered or not: neither kept nor missed, in no rate.",
    "withdrawn": "Told as missed, until a late fact showed that it was not. Missed no longer.",
    "cancelled": "What they were promised for was taken back or merged. In no rate.",
    "shadow": "Under agreements that nobody has signed: kept, of those due. In no other figure.",
    "without_agreement": "Handoffs of the period for which no signed agreement promised anything.",
}
"""Key and meaning, as pages, commands and files say them."""
NAMES: Final = {
    "due": "Fell due",
    "kept": "Kept in time",
    "dated_back": "Of these by a touch dated back",
    "missed": "Missed",
    "excused": "Of these excused",
    "rate": "Kept, of all that fell due",
    "rate_without_excused": "Kept, without the excused",
    "open": "Not due yet",
    "withdrawn": "Withdrawn",
    "cancelled": "Cancelled",
    "shadow": "In shadow",
}
"""What stands at the head of its line, in order."""


@dataclass(frozen=True, kw_only=True)
class SidePromises:
    """One side's promises of a period."""

    signed: PromiseTally
    backdated: int
    """Of those kept."""
    withdrawn: int
    cancelled: int
    shadow: PromiseTally

    @property
    def due(self) -> int:
        return self.signed.share.whole


@dataclass(frozen=True, kw_only=True)
class PromiseReport:
    """Both sides' promises of a period, and the handoffs that nothing was promised for."""

    period: ReportPeriod
    sides: Mapping[Side, SidePromises]
    without_agreement: int


def promise_report(
    session: Session, workspace: Workspace, *, period: ReportPeriod, now: datetime
) -> PromiseReport:
    """The promises of this period as they stand now."""
    groups = queries.promise_groups(session, workspace.id, period, now=now)
    return PromiseReport(
        period=period,
        sides={side: sum_groups(x for x in groups if x.side is side) for side in SIDES},
        without_agreement=queries.handoffs_without_promise(session, workspace.id, period),
    )


def sum_groups(groups: Iterable[PromiseGroup]) -> SidePromises:
    all_groups = list(groups)
    signed_groups = [x for x in all_groups if not x.is_shadow]
    return SidePromises(
        signed=_tally_groups(signed_groups),
        backdated=sum(x.count for x in signed_groups if x.is_backdated),
        withdrawn=sum(x.count for x in signed_groups if x.is_withdrawn),
        cancelled=sum(x.count for x in signed_groups if x.outcome is None),
        shadow=_tally_groups(x for x in all_groups if x.is_shadow),
    )


def figure_words(key: str, one: SidePromises) -> str:
    """A figure of one side as it stands in a table."""
    match key:
        case "rate":
            return share_words(one.signed.share)
        case "rate_without_excused":
            return share_words(one.signed.share_without_excused)
        case "shadow":
            is_settled = one.shadow.share.whole > 0
            return (
                share_words(one.shadow.share) if is_settled else f"{one.shadow.open:,} not due yet"
            )
    return f"{figure_count(key, one):,}"


def figure_count(key: str, one: SidePromises) -> int:
    """How many promises stand behind a figure that is no rate."""
    return {
        "due": one.due,
        "kept": one.signed.kept,
        "dated_back": one.backdated,
        "missed": one.signed.missed,
        "excused": one.signed.excused,
        "open": one.signed.open,
        "withdrawn": one.withdrawn,
        "cancelled": one.cancelled,
        "shadow": one.shadow.share.whole + one.shadow.open,
    }[key]


def promise_document(workspace: Workspace, both: PromiseReport) -> dict[str, Any]:
    """Ready for JSON: the same figures, with what each of them means."""
    return {
        "workspace": workspace.name,
        "zone": both.period.zone,
        "from": both.period.from_on.isoformat(),
        "until": both.period.until_on.isoformat(),
        "promises": {side.value: _figures(one) for side, one in both.sides.items()},
        "without_agreement": both.without_agreement,
        "means": dict(MEANS),
    }


def _figures(one: SidePromises) -> dict[str, Any]:
    told, shadow = one.signed, one.shadow
    return {
        "due": one.due,
        "kept": told.kept,
        "dated_back": one.backdated,
        "missed": told.missed,
        "excused": told.excused,
        "rate": told.share.ratio,
        "rate_without_excused": told.share_without_excused.ratio,
        "open": told.open,
        "withdrawn": one.withdrawn,
        "cancelled": one.cancelled,
        "shadow": {"due": shadow.share.whole, "kept": shadow.kept, "open": shadow.open},
    }


def _tally_groups(groups: Iterable[PromiseGroup]) -> PromiseTally:
    all_groups = list(groups)

    def how_many(outcome: PromiseOutcome) -> int:
        return sum(x.count for x in all_groups if x.outcome is outcome)

    return PromiseTally(
        kept=how_many(PromiseOutcome.KEPT),
        missed=how_many(PromiseOutcome.MISSED),
        open=how_many(PromiseOutcome.OPEN),
        excused=sum(
            x.count for x in all_groups if x.is_excused and x.outcome is PromiseOutcome.MISSED
        ),
    )
