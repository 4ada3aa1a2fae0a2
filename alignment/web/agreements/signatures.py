"""Signatures of an agreement version, and the question what signing does to open timers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from alignment.accounts.models import Team, User
from alignment.accounts.roles import Right, Side
from alignment.edge import allowed, now, session, user
from alignment.sla.models import Agreement, AgreementVersion, VersionState
from alignment.sla.timers import rebasing
from alignment.sla.versions import queries as versions_queries
from alignment.web.rebasing_preview import rebasing_sentence

NEW_ONLY, OPEN_TOO = "new", "open"
OPEN_TIMER_CHOICES: Final = {
    NEW_ONLY: "New leads only. Clocks that run keep the version they began under.",
    OPEN_TOO: "Open clocks too. They keep their start and are due by this version.",
}


@dataclass(frozen=True, kw_only=True)
class SignatureSlot:
    """One side’s signature on a version; empty until somebody of that side has signed."""

    side: Side
    team: Team
    by: str = ""
    at: datetime | None = None
    is_mine_to_sign: bool = False


@dataclass(frozen=True, kw_only=True)
class OpenTimersQuestion:
    """What this draft would do to clocks that run, for the person who is about to sign."""

    sentence: str
    is_chosen: bool
    """Whether the other team has signed already, and with it the choice is made."""
    covers_open: bool

    @property
    def chosen(self) -> str:
        return OPEN_TOO if self.covers_open else NEW_ONLY


def signature_slots(
    agreement: Agreement, version: AgreementVersion, teams: dict[Side, Team]
) -> list[SignatureSlot]:
    given = {
        signature.side: signature
        for signature in versions_queries.signatures_of(session(), version)
    }
    mine = (
        versions_queries.side_in(session(), agreement, user()) if allowed(Right.PROMISE) else None
    )
    is_signer = any(signature.user_id == user().id for signature in given.values())
    waits = version.state is VersionState.DRAFT and not is_signer
    return [
        SignatureSlot(
            side=side,
            team=team,
            by=session().get_one(User, given[side].user_id).name if side in given else "",
            at=given[side].at if side in given else None,
            is_mine_to_sign=waits and side is mine and side not in given,
        )
        for side, team in teams.items()
    ]


def open_timers_question(
    version: AgreementVersion, signatures: list[SignatureSlot]
) -> OpenTimersQuestion | None:
    """None where nobody is asked, or where no clock runs under the version in force."""
    if not any(slot.is_mine_to_sign for slot in signatures):
        return None
    preview = rebasing.preview_version(session(), version, now=now())
    if not preview.open_timers:
        return None
    return OpenTimersQuestion(
        sentence=f"If open clocks were to move: {rebasing_sentence(preview)}",
        is_chosen=any(slot.at for slot in signatures),
        covers_open=version.covers_open,
    )
