"""Acme with two sales teams: Sam of the first, Lea of the United States, and agreements of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import Team, User
from alignment.accounts.roles import Side
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.new_agreement import NewAgreement, NewVersion
from alignment.sla.models import AgreementVersion
from alignment.sla.promises.segments import Condition, Operator, Segment
from alignment.sla.promises.standard_targets import accept_or_return, answer_to_return
from alignment.sla.promises.targets import Target
from tests.factories import MONDAY_NINE, Cast, make_hours, make_team, make_user

LARGE = Segment(
    name="Large",
    conditions=(Condition(fact="amount", operator=Operator.AT_LEAST, number=1_000_000),),
)


@dataclass(frozen=True, kw_only=True)
class America:
    team: Team
    lea: User


def america(session: Session, acme: Cast) -> America:
    team = make_team(session, acme.workspace, side=Side.SALES, name="Sales US")
    make_hours(session, team, zone="America/New_York")
    return America(team=team, lea=make_user(session, acme.workspace, "Lea", team=team))


def promises(*, hours: float) -> tuple[Target, ...]:
    """Accept or return within so many hours; answer a return within eight."""
    return accept_or_return(hours=hours), answer_to_return(hours=8)


def signed(
    session: Session,
    acme: Cast,
    *,
    sales: Team | None = None,
    by: User | None = None,
    targets: Sequence[Target] | None = None,
    segment: Segment | None = None,
    rank: int = 100,
    now: datetime = MONDAY_NINE,
) -> AgreementVersion:
    """An agreement of Mona's team with Sam's, or with another that somebody else signs for."""
    version = lifecycle.draft(
        session,
        NewAgreement(
            name="Leads",
            marketing=acme.marketing,
            sales=sales or acme.sales,
            segment=segment,
            rank=rank,
        ),
        NewVersion(targets=promises(hours=4) if targets is None else targets),
        by=acme.mona,
        now=now,
    )
    lifecycle.sign(session, version, by=acme.mona, now=now)
    lifecycle.sign(session, version, by=by or acme.sam, now=now)
    return version
