"""The marketing and sales team of a lead, recorded as facts when it is handed off or assigned."""

from collections.abc import Iterable, Mapping

from sqlmodel import Session

from alignment.accounts.people import queries
from alignment.accounts.roles import Side
from alignment.leads.event_kinds import HANDOFF_KINDS, EventKind
from alignment.leads.history.facts import MARKETING_TEAM, SALES_TEAM


class TeamFacts:
    """Who of these people is in which team of either side, as of now."""

    def __init__(self, session: Session, workspace_id: int, people: Iterable[int | None]) -> None:
        ids = {person_id for person_id in people if person_id is not None}
        found = queries.team_by_side(session, workspace_id, ids) if ids else {}
        self._team_by_person_and_side: Mapping[tuple[int, Side], int] = found

    def facts_for(
        self, kind: EventKind, *, by_id: int | None, owner_id: int | None
    ) -> dict[str, int]:
        """The team of whoever hands off and of whoever gets the lead, as far as they are known."""
        told = {SALES_TEAM: self._team_by_person_and_side.get((owner_id or 0, Side.SALES))}
        if kind in HANDOFF_KINDS:
            told[MARKETING_TEAM] = self._team_by_person_and_side.get((by_id or 0, Side.MARKETING))
        return {name: team_id for name, team_id in told.items() if team_id is not None}
