"""Drafts from the guided form: written down once, and shown as two columns while typed."""

from typing import Any

from alignment.accounts import queries as accounts
from alignment.accounts.models import Team
from alignment.accounts.roles import Side
from alignment.edge import now, session, user
from alignment.sla import agreement as agreements
from alignment.sla import queries
from alignment.sla.lifetimes import segment_of
from alignment.sla.models import Agreement, AgreementVersion, VersionState
from alignment.sla.segments import Segment
from alignment.sla.wording import quotas_of, targets_of
from alignment.web.agreement_forms import (
    BadForm,
    NewAgreement,
    Written,
    chosen_number,
    refuse_strangers,
    written,
)
from alignment.web.agreement_page import (
    SIDES,
    names_of_people,
    sides_of,
    teams_of,
    version_numbered,
)
from alignment.web.agreement_periods import promises_over_periods
from alignment.web.nested import Sheet


def draft_once(wish: NewAgreement) -> Agreement:
    """A new agreement; the very same draft, sent again by a double click, is the first one."""
    return _drafted_already(wish) or _draft(wish)


def amend_by(agreement: Agreement, wish: Written) -> bool:
    """A new wording, or False where nothing is different."""
    newest = newest_of(agreement)
    if wish == written_in(newest):
        return False
    refuse_strangers(wish.targets, names_of_people())
    agreements.amend(
        session(),
        agreement,
        targets=wish.targets,
        quotas=wish.quotas,
        note=wish.note,
        takes_effect_on=wish.takes_effect_on,
        covers_open=newest.covers_open and newest.state is VersionState.DRAFT,
        by=user(),
        now=now(),
    )
    return True


def newest_of(agreement: Agreement) -> AgreementVersion:
    """The version that an amendment starts from."""
    return version_numbered(queries.versions_of(session(), agreement), None)


def written_in(version: AgreementVersion) -> Written:
    return Written(
        targets=targets_of(version),
        quotas=quotas_of(version),
        note=version.note,
        takes_effect_on=version.takes_effect_on,
    )


def preview_words(sheet: Sheet, agreement: Agreement | None) -> dict[str, Any]:
    """The columns of a draft as it is typed, or none while it cannot be read."""
    try:
        found = written(sheet)
        teams = teams_of(agreement) if agreement else _chosen_teams(sheet)
    except (BadForm, ValueError):
        return {"sides": None}
    periods = {side.value: promises_over_periods(found.quotas, (), side) for side in SIDES}
    return {"sides": sides_of(teams, found.targets), "periods": periods}


def _chosen_teams(sheet: Sheet) -> dict[Side, Team]:
    ids = {side: chosen_number(sheet.get(f"{side}_team_id")) for side in SIDES}
    return {side: accounts.team_for(session(), user(), ids[side]) for side in SIDES}


def _draft(wish: NewAgreement) -> Agreement:
    binding, found = wish.binding, wish.written
    marketing = accounts.team_for(session(), user(), binding.marketing_team_id)
    sales = accounts.team_for(session(), user(), binding.sales_team_id)
    refuse_strangers(found.targets, names_of_people())
    version = agreements.draft(
        session(),
        name=binding.name,
        marketing=marketing,
        sales=sales,
        targets=found.targets,
        quotas=found.quotas,
        segment=wish.segment,
        rank=binding.rank,
        by=user(),
        now=now(),
    )
    agreement = session().get_one(Agreement, version.agreement_id)
    amend_by(agreement, found)
    return agreement


def _drafted_already(wish: NewAgreement) -> Agreement | None:
    return next((one for one in queries.agreements(session(), user()) if _is_same(one, wish)), None)


def _is_same(known: Agreement, wish: NewAgreement) -> bool:
    newest, binding = newest_of(known), wish.binding
    return (
        known.name == binding.name
        and known.marketing_team_id == binding.marketing_team_id
        and known.sales_team_id == binding.sales_team_id
        and known.rank == binding.rank
        and segment_of(known).conditions == (wish.segment or Segment()).conditions
        and newest.state is VersionState.DRAFT
        and written_in(newest) == wish.written
    )
