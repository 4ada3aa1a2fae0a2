"""The foot of a contract: who has signed, and what signing would do to clocks that run."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from alignment.accounts.models import Team, User
from alignment.accounts.roles import Right, Side
from alignment.edge import allowed, now, session, user
from alignment.sla import queries, repinning
from alignment.sla.models import Agreement, AgreementVersion, VersionState
from alignment.web.moves import would_move

NEW_ONLY, OPEN_TOO = "new", "open"
CHOICES: Final = {
    NEW_ONLY: "New leads only. Clocks that run keep the version they began under.",
    OPEN_TOO: "Open clocks too. They keep their start and are due by this version.",
}


@dataclass(frozen=True, kw_only=True)
class Signed:
    """One side's place at the foot; nobody stands there until somebody has signed."""

    side: Side
    team: Team
    by: str = ""
    at: datetime | None = None
    is_mine_to_sign: bool = False


@dataclass(frozen=True, kw_only=True)
class OpenClocks:
    """What this draft would do to clocks that run, for the person who is about to sign."""

    sentence: str
    is_chosen: bool
    """Whether the other team has signed already, and with it the choice is made."""
    covers_open: bool

    @property
    def chosen(self) -> str:
        return OPEN_TOO if self.covers_open else NEW_ONLY


def signatures_of(
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


def open_clocks(version: AgreementVersion, signatures: list[Signed]) -> OpenClocks | None:
    """None where nobody is asked, or where no clock runs under the version in force."""
    if not any(one.is_mine_to_sign for one in signatures):
        return None
    preview = repinning.preview_version(session(), version, now=now())
    if not preview.open_clocks:
        return None
    return OpenClocks(
        sentence=f"If open clocks were to move: {would_move(preview)}",
        is_chosen=any(one.at for one in signatures),
        covers_open=version.covers_open,
    )
