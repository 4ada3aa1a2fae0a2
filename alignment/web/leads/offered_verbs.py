"""Which buttons a lead's page and card show to the person asking."""

from collections.abc import Sequence

from alignment.accounts.roles import Right
from alignment.edge import allowed, session, user
from alignment.leads import permissions
from alignment.leads.models import Lead
from alignment.leads.rules import RULES, Verb


def offered_verbs(leads: Sequence[Lead]) -> dict[int, frozenset[Verb]]:
    """By lead, what this person is invited to and has the right to do."""
    return {
        lead_id: frozenset(verb for verb in verbs if allowed(RULES[verb].right))
        for lead_id, verbs in permissions.inviting_verbs(session(), user(), leads).items()
    }


def is_on_either_team() -> bool:
    """Pausing, opening again and merging are for people of either team."""
    return allowed(Right.WORK) or allowed(Right.HAND_OFF)
