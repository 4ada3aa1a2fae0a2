"""Which sales team owes a lead an answer: that of its owner; where nobody of sales owns it, the one
that it is with (``history/lead_teams.py``); else any.
"""

from collections.abc import Sequence

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.accounts.people import queries
from alignment.accounts.roles import Side
from alignment.leads.history.lead_teams import LeadTeams
from alignment.leads.models import Lead


class OwingTeams:
    """The sales teams of a person and of some leads, as of now.

    An owner of the workspace who is in no sales team owes nothing.
    """

    def __init__(self, session: Session, person: User, leads: Sequence[Lead]) -> None:
        teams = queries.open_teams_of(session, person.workspace_id)
        self._person_id = person.id
        self._names = {team.id: team.name for team in teams if team.side is Side.SALES}
        people = {person.id, *(lead.owner_id for lead in leads if lead.owner_id)}
        self._teams_of_person = queries.team_ids_of(session, person.workspace_id, people)
        unowned = [lead for lead in leads if not self._sales_teams_of(lead.owner_id)]
        self._lead_teams = LeadTeams(session, person.workspace_id, unowned)

    def include_person(self, lead: Lead) -> bool:
        """Whether the person is of a team that owes this lead an answer."""
        return bool(self._sales_teams_of(self._person_id) & self.ids(lead))

    def names(self, lead: Lead) -> str:
        """Like "Sales", or "Sales EU or Sales US" where either may answer."""
        return " or ".join(self._names[team_id] for team_id in sorted(self.ids(lead)))

    def ids(self, lead: Lead) -> set[int]:
        """The teams that owe this lead an answer."""
        of_owner = self._sales_teams_of(lead.owner_id)
        return of_owner or self._agreed(lead) or set(self._names)

    def _agreed(self, lead: Lead) -> set[int]:
        return {self._lead_teams.team_id(lead, Side.SALES) or 0} & self._names.keys()

    def _sales_teams_of(self, person_id: int | None) -> set[int]:
        return self._teams_of_person.get(person_id or 0, set()) & self._names.keys()


def owes(session: Session, lead: Lead, person: User) -> bool:
    """Whether this person is of the team that owes the lead an answer."""
    return OwingTeams(session, person, [lead]).include_person(lead)
