"""What the page of one agreement shows: each side’s promises, signatures and versions; and the rows
of the list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from alignment.accounts.models import Team
from alignment.accounts.opening_hours import queries as opening_hours_queries
from alignment.accounts.people import queries as people_queries
from alignment.accounts.roles import Right, Side
from alignment.edge import allowed, now, session, user
from alignment.errors import NotFound
from alignment.sla.models import Agreement, AgreementVersion, VersionState
from alignment.sla.promises.descriptions import describe_segment as say_segment
from alignment.sla.promises.target_documents import segment_from_document
from alignment.sla.promises.targets import Target
from alignment.sla.quotas.attainment import attainments
from alignment.sla.versions import queries
from alignment.sla.versions.stored_promises import quotas_of_version, targets_of_version
from alignment.web.agreements.agreement_side import AgreementSide, agreement_side
from alignment.web.agreements.promise_text import TextContext
from alignment.web.agreements.signatures import (
    OPEN_TIMER_CHOICES,
    open_timers_question,
    signature_slots,
)
from alignment.web.quota_attainment import QuotaSummary, quota_summaries

SIDES = (Side.MARKETING, Side.SALES)


@dataclass(frozen=True, kw_only=True)
class AgreementListRow:
    """An agreement in the list."""

    agreement: Agreement
    teams: tuple[str, ...]
    newest: AgreementVersion
    in_force: AgreementVersion | None

    @property
    def states(self) -> tuple[str, ...]:
        """ "in force", and beside it the draft that would replace it."""
        newest = state_of(self.newest)
        if self.in_force is None or self.in_force is self.newest:
            return (newest,)
        waiting = newest if self.newest.state is VersionState.SIGNED else f"{newest} waiting"
        return state_of(self.in_force), waiting


def state_of(version: AgreementVersion) -> str:
    """As of now: a signed version may wait for its date, and be over before a job has seen it."""
    match version.state:
        case VersionState.DRAFT:
            return "tried in silence" if version.is_in_shadow_at(now()) else "draft"
        case VersionState.SIGNED if version.holds_at(now()):
            return "in force"
        case VersionState.SIGNED if version.ended_at is None or version.ended_at > now():
            return "signed"
        case VersionState.SIGNED | VersionState.REPLACED:
            return "replaced"
        case VersionState.ENDED:
            return "ended"


def list_row_of(agreement: Agreement) -> AgreementListRow:
    versions = queries.versions_of(session(), agreement)
    return AgreementListRow(
        agreement=agreement,
        teams=tuple(team.name for team in teams_of(agreement).values()),
        newest=versions[0],
        in_force=_in_force(versions),
    )


def page_context(agreement: Agreement, number: int | None) -> dict[str, Any]:
    """What ``agreements/show.html`` needs; without a number the newest version is shown."""
    versions = queries.versions_of(session(), agreement)
    version = version_numbered(versions, number)
    in_force, teams = _in_force(versions), teams_of(agreement)
    replaced = (
        targets_of_version(in_force) if in_force and version.state is VersionState.DRAFT else ()
    )
    signatures = signature_slots(agreement, version, teams)
    return {
        "agreement": agreement,
        "version": version,
        "versions": versions,
        "in_force": in_force,
        "state_of": state_of,
        "is_newest": version is versions[0],
        "sides": sides_of(teams, targets_of_version(version), replaced=replaced),
        "is_tried": version.is_in_shadow_at(now()),
        "periods": _periods(agreement, version),
        "leads": segment_text_of(agreement),
        "signatures": signatures,
        "open_clocks": open_timers_question(version, signatures),
        "choices": OPEN_TIMER_CHOICES.items(),
        "may_promise": allowed(Right.PROMISE),
    }


def sides_of(
    teams: dict[Side, Team], targets: Sequence[Target], *, replaced: Sequence[Target] = ()
) -> dict[str, AgreementSide]:
    """The two columns, marketing first, with each team's hours of today."""
    context = TextContext(now=now(), people=names_of_people(), replaced=replaced)
    hours = {
        side: opening_hours_queries.newest_hours_of(session(), team) for side, team in teams.items()
    }
    return {
        side.value: agreement_side(side, team, hours[side], targets, context)
        for side, team in teams.items()
    }


def segment_text_of(agreement: Agreement) -> str:
    """ "source is Fair and score is at least 80"; empty where it is for every lead."""
    return say_segment(segment_from_document(agreement.segment)) if agreement.segment else ""


def names_of_people() -> dict[int, str]:
    return {person.id: person.name for person in people_queries.people_of(session(), user())}


def teams_of(agreement: Agreement) -> dict[Side, Team]:
    """Marketing's team and sales's, in this order."""
    ids = (agreement.marketing_team_id, agreement.sales_team_id)
    return {
        side: session().get_one(Team, team_id) for side, team_id in zip(SIDES, ids, strict=True)
    }


def version_numbered(versions: Sequence[AgreementVersion], number: int | None) -> AgreementVersion:
    matching = (candidate for candidate in versions if number in (None, candidate.number))
    version = next(matching, None)
    if version is None:
        raise NotFound("This agreement has no such version.")
    return version


def _in_force(versions: Sequence[AgreementVersion]) -> AgreementVersion | None:
    return next((version for version in versions if version.holds_at(now())), None)


def _periods(
    agreement: Agreement, version: AgreementVersion
) -> dict[str, tuple[QuotaSummary, ...]]:
    """What came is told once the version has held; before, only what is promised."""
    has_held = version.effective_at is not None and version.effective_at <= now()
    attained = attainments(session(), agreement, version, now=now()) if has_held else []
    quotas = quotas_of_version(version)
    return {side.value: quota_summaries(quotas, attained, side) for side in SIDES}
