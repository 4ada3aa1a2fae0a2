"""Drafts from the guided form: what is typed as two columns, and written down once."""

from collections.abc import Mapping
from typing import Any

from alignment.accounts import queries as accounts
from alignment.accounts.models import Team
from alignment.accounts.roles import Side
from alignment.edge import now, session, user
from alignment.sla import agreement as agreements
from alignment.sla import queries
from alignment.sla.models import Agreement, AgreementVersion, VersionState
from alignment.sla.promises import light_agreement
from alignment.sla.targets import Target
from alignment.sla.wording import targets_of
from alignment.web.agreement_forms import NewAgreement, Numbers, chosen_number
from alignment.web.agreement_page import SIDES, sides_of, teams_of, version_numbered


def draft_once(wish: NewAgreement) -> Agreement:
    """A new agreement; the very same draft, sent again by a double click, is the first one."""
    return _drafted_already(wish) or _draft(wish)


def newest_of(agreement: Agreement) -> AgreementVersion:
    """The version that an amendment starts from."""
    return version_numbered(queries.versions_of(session(), agreement), None)


def preview_words(values: Mapping[str, Any], agreement: Agreement | None) -> dict[str, Any]:
    """The columns of a draft with these teams and numbers, or none while they cannot be read."""
    try:
        numbers = Numbers.model_validate({name: values.get(name) for name in Numbers.model_fields})
        teams = teams_of(agreement) if agreement else _chosen_teams(values)
    except ValueError:
        return {"sides": None}
    return {"sides": sides_of(teams, numbers.applied_to(_start(agreement)))}


def _start(agreement: Agreement | None) -> tuple[Target, ...]:
    return targets_of(newest_of(agreement)) if agreement else light_agreement()


def _chosen_teams(values: Mapping[str, Any]) -> dict[Side, Team]:
    ids = {side: chosen_number(values.get(f"{side}_team_id")) for side in SIDES}
    return {side: accounts.team_for(session(), user(), ids[side]) for side in SIDES}


def _draft(wish: NewAgreement) -> Agreement:
    version = agreements.draft(
        session(),
        name=wish.name,
        marketing=accounts.team_for(session(), user(), wish.marketing_team_id),
        sales=accounts.team_for(session(), user(), wish.sales_team_id),
        targets=wish.targets,
        by=user(),
        now=now(),
    )
    return session().get_one(Agreement, version.agreement_id)


def _drafted_already(wish: NewAgreement) -> Agreement | None:
    return next((one for one in queries.agreements(session(), user()) if _is_same(one, wish)), None)


def _is_same(known: Agreement, wish: NewAgreement) -> bool:
    newest = newest_of(known)
    return (
        known.name == wish.name
        and known.marketing_team_id == wish.marketing_team_id
        and known.sales_team_id == wish.sales_team_id
        and newest.state is VersionState.DRAFT
        and targets_of(newest) == wish.targets
    )
