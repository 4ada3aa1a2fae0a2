"""One contract as its page shows it: two columns, signatures at the foot, versions below."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alignment.accounts import queries as accounts
from alignment.accounts.models import Team, User
from alignment.accounts.roles import Right, Side
from alignment.edge import allowed, now, session, user
from alignment.errors import NotFound
from alignment.sla import queries
from alignment.sla.models import Agreement, AgreementVersion, VersionState
from alignment.sla.targets import Target
from alignment.sla.wording import targets_of
from alignment.web.agreement_words import SideOfContract, side_of_contract

SIDES = (Side.MARKETING, Side.SALES)


@dataclass(frozen=True, kw_only=True)
class Signed:
    """One side's place at the foot; nobody stands there until somebody has signed."""

    side: Side
    team: Team
    by: str = ""
    at: datetime | None = None
    is_mine_to_sign: bool = False


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
    return {
        "agreement": agreement,
        "version": version,
        "versions": versions,
        "in_force": in_force,
        "state_of": state_of,
        "is_newest": version is versions[0],
        "sides": sides_of(teams, targets_of(version), instead_of=replaced),
        "signatures": _signatures(agreement, version, teams),
        "may_promise": allowed(Right.PROMISE),
    }


def sides_of(
    teams: dict[Side, Team], targets: Sequence[Target], *, instead_of: Sequence[Target] = ()
) -> dict[str, SideOfContract]:
    """The two columns, marketing first, with each team's hours of today."""
    return {
        side.value: side_of_contract(
            side,
            team,
            accounts.hours_of(session(), team),
            targets,
            instead_of=instead_of,
            now=now(),
        )
        for side, team in teams.items()
    }


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


def _signatures(
    agreement: Agreement, version: AgreementVersion, teams: dict[Side, Team]
) -> list[Signed]:
    given = {one.side: one for one in queries.signatures_of(session(), version)}
    mine = queries.side_in(session(), agreement, user()) if allowed(Right.PROMISE) else None
    is_signer = any(one.user_id == user().id for one in given.values())
    waits = version.state is VersionState.DRAFT and not is_signer
    return [
        Signed(
            side=side,
            team=team,
            by=session().get_one(User, given[side].user_id).name if side in given else "",
            at=given[side].at if side in given else None,
            is_mine_to_sign=waits and side is mine and side not in given,
        )
        for side, team in teams.items()
    ]
