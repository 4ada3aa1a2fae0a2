"""One contract as its page shows it: two columns, signatures at the foot, versions below."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from alignment.accounts import queries as accounts
from alignment.accounts.models import Team
from alignment.accounts.roles import Right, Side
from alignment.edge import allowed, now, session, user
from alignment.errors import NotFound
from alignment.sla import queries
from alignment.sla.attainment import attainments
from alignment.sla.documents import segment_from_document
from alignment.sla.models import Agreement, AgreementVersion, VersionState
from alignment.sla.promise_phrases import segment as say_segment
from alignment.sla.targets import Target
from alignment.sla.wording import quotas_of, targets_of
from alignment.web.agreement_periods import PeriodPromise, promises_over_periods
from alignment.web.agreement_signing import CHOICES, open_clocks, signatures_of
from alignment.web.agreement_words import SideOfContract, side_of_contract

SIDES = (Side.MARKETING, Side.SALES)


@dataclass(frozen=True, kw_only=True)
class Line:
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


def line_of(agreement: Agreement) -> Line:
    versions = queries.versions_of(session(), agreement)
    return Line(
        agreement=agreement,
        teams=tuple(team.name for team in teams_of(agreement).values()),
        newest=versions[0],
        in_force=_in_force(versions),
    )


def words_of(agreement: Agreement, number: int | None) -> dict[str, Any]:
    """What ``agreements/show.html`` needs; without a number the newest version is shown."""
    versions = queries.versions_of(session(), agreement)
    version = version_numbered(versions, number)
    in_force, teams = _in_force(versions), teams_of(agreement)
    replaced = targets_of(in_force) if in_force and version.state is VersionState.DRAFT else ()
    signatures = signatures_of(agreement, version, teams)
    return {
        "agreement": agreement,
        "version": version,
        "versions": versions,
        "in_force": in_force,
        "state_of": state_of,
        "is_newest": version is versions[0],
        "sides": sides_of(teams, targets_of(version), instead_of=replaced),
        "is_tried": version.is_in_shadow_at(now()),
        "periods": _periods(agreement, version),
        "leads": leads_of(agreement),
        "signatures": signatures,
        "open_clocks": open_clocks(version, signatures),
        "choices": CHOICES.items(),
        "may_promise": allowed(Right.PROMISE),
    }


def sides_of(
    teams: dict[Side, Team], targets: Sequence[Target], *, instead_of: Sequence[Target] = ()
) -> dict[str, SideOfContract]:
    """The two columns, marketing first, with each team's hours of today."""
    people = names_of_people()
    return {
        side.value: side_of_contract(
            side,
            team,
            accounts.hours_of(session(), team),
            targets,
            instead_of=instead_of,
            people=people,
            now=now(),
        )
        for side, team in teams.items()
    }


def leads_of(agreement: Agreement) -> str:
    """ "source is Fair and score is at least 80"; empty where it is for every lead."""
    return say_segment(segment_from_document(agreement.segment)) if agreement.segment else ""


def names_of_people() -> dict[int, str]:
    return {person.id: person.name for person in accounts.people_of(session(), user())}


def teams_of(agreement: Agreement) -> dict[Side, Team]:
    """Marketing's team and sales's, in this order."""
    ids = (agreement.marketing_team_id, agreement.sales_team_id)
    return {
        side: session().get_one(Team, team_id) for side, team_id in zip(SIDES, ids, strict=True)
    }


def version_numbered(versions: Sequence[AgreementVersion], number: int | None) -> AgreementVersion:
    found = (one for one in versions if number in (None, one.number))
    version = next(found, None)
    if version is None:
        raise NotFound("This agreement has no such version.")
    return version


def _in_force(versions: Sequence[AgreementVersion]) -> AgreementVersion | None:
    return next((one for one in versions if one.holds_at(now())), None)


def _periods(
    agreement: Agreement, version: AgreementVersion
) -> dict[str, tuple[PeriodPromise, ...]]:
    """What came is told once the version has held; before, only what is promised."""
    has_held = version.effective_at is not None and version.effective_at <= now()
    found = attainments(session(), agreement, version, now=now()) if has_held else []
    quotas = quotas_of(version)
    return {side.value: promises_over_periods(quotas, found, side) for side in SIDES}
