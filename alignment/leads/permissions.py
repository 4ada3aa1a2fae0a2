"""Ask whether something may be done about a lead now, and by this person."""

from collections.abc import Sequence

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.leads import queries
from alignment.leads.models import Lead
from alignment.leads.owing_teams import OwingTeams
from alignment.leads.rules import RULES, Verb, is_inviting, stage_refusal


def require(session: Session, lead: Lead, verb: Verb, *, by: User) -> None:
    """Every verb begins with this; ``Refused`` with the reason where it may not be done."""
    if reason := refusal(session, lead, verb, by=by):
        raise Refused(reason)


def refusal(session: Session, lead: Lead, verb: Verb, *, by: User) -> str:
    """Why this person cannot do it now; empty where it may be done."""
    return (
        merged_refusal(session, lead)
        or stage_refusal(verb, lead)
        or _team_refusal(session, lead, verb, by)
    )


def merged_refusal(session: Session, lead: Lead) -> str:
    """Nothing more is done about a lead that lives on as another one."""
    if lead.merged_into_id is None:
        return ""
    survivor = queries.survivor_of(session, lead)
    return f"{lead.name} is the same as {survivor.name} and lives on there."


def _team_refusal(session: Session, lead: Lead, verb: Verb, by: User) -> str:
    if not RULES[verb].is_for_owing_team:
        return ""
    teams = OwingTeams(session, by, [lead])
    if teams.include_person(lead):
        return ""
    return f"Only somebody of {teams.names(lead)} can do that: {lead.name} is theirs to answer."


def inviting_verbs(
    session: Session, reader: User, leads: Sequence[Lead]
) -> dict[int, frozenset[Verb]]:
    """By lead, what its buttons invite this reader to, as far as the reader has the rights."""
    teams = OwingTeams(session, reader, leads)
    return {lead.id: _inviting_verbs(lead, reader, teams) for lead in leads}


def _inviting_verbs(lead: Lead, reader: User, teams: OwingTeams) -> frozenset[Verb]:
    owes = teams.include_person(lead)
    return frozenset(
        verb for verb in Verb if is_inviting(verb, lead, reader_id=reader.id, owes=owes)
    )
