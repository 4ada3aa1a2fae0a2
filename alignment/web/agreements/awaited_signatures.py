"""Versions that one side has signed, as they stand on the desks of both teams."""

from dataclasses import dataclass
from datetime import datetime

from alignment.accounts.models import Team
from alignment.accounts.people import queries as people_queries
from alignment.accounts.roles import OTHER_SIDE
from alignment.edge import session, user
from alignment.sla.versions import queries
from alignment.web.name_lookup import people_names


@dataclass(frozen=True, kw_only=True)
class AwaitedSignature:
    """One version; ``is_ours`` where the reader's team is the one that has not signed."""

    agreement_id: int
    agreement: str
    number: int
    signer: str
    signed_at: datetime
    team: str
    is_ours: bool


def awaited_signatures() -> list[AwaitedSignature]:
    """Of the agreements of the reader's teams; those that wait for these teams first."""
    own = {place.team_id for place in people_queries.memberships_of(session(), user())}
    people = people_names()
    awaited = []
    for agreement, version, signature in queries.half_signed_versions(
        session(), user().workspace_id, own
    ):
        team = session().get_one(Team, agreement.team_ids[OTHER_SIDE[signature.side]])
        awaited.append(
            AwaitedSignature(
                agreement_id=agreement.id,
                agreement=agreement.name,
                number=version.number,
                signer=people[signature.user_id],
                signed_at=signature.at,
                team=team.name,
                is_ours=team.id in own,
            )
        )
    return sorted(awaited, key=lambda each: not each.is_ours)
