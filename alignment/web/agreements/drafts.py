"""Save what the agreement form holds as a draft or an amendment, once, and preview it unsaved."""

from dataclasses import replace
from typing import Any

from alignment.accounts.models import Team
from alignment.accounts.people import queries as accounts
from alignment.accounts.roles import Side
from alignment.edge import now, session, user
from alignment.sla.agreements import lifecycle as agreements
from alignment.sla.agreements.new_agreement import NewAgreement, NewVersion
from alignment.sla.models import Agreement, AgreementVersion, VersionState
from alignment.sla.versions import queries
from alignment.sla.versions.lifetimes import segment_of
from alignment.sla.versions.stored_promises import quotas_of_version, targets_of_version
from alignment.web.agreements.form.nested_fields import FormData
from alignment.web.agreements.form.submission import (
    AgreementFields,
    read_version,
    refuse_unknown_people,
    row_id,
)
from alignment.web.agreements.version_page import (
    SIDES,
    names_of_people,
    sides_of,
    teams_of,
    version_numbered,
)
from alignment.web.quota_attainment import quota_summaries


def draft_unless_exists(binding: AgreementFields, version: NewVersion) -> Agreement:
    """Create the draft, or return the identical draft that a double click has created already."""
    return _existing_draft(binding, version) or _draft(binding, version)


def amend_if_changed(agreement: Agreement, wish: NewVersion) -> bool:
    """A new wording, or False where nothing is different."""
    newest = newest_version_of(agreement)
    if wish == input_of_version(newest):
        return False
    refuse_unknown_people(wish.targets, names_of_people())
    covers_open = newest.covers_open and newest.state is VersionState.DRAFT
    agreements.amend(
        session(), agreement, replace(wish, covers_open=covers_open), by=user(), now=now()
    )
    return True


def newest_version_of(agreement: Agreement) -> AgreementVersion:
    """The version that an amendment starts from."""
    return version_numbered(queries.versions_of(session(), agreement), None)


def input_of_version(version: AgreementVersion) -> NewVersion:
    return NewVersion(
        targets=targets_of_version(version),
        quotas=quotas_of_version(version),
        note=version.note,
        takes_effect_on=version.takes_effect_on,
    )


def preview_context(sheet: FormData, agreement: Agreement | None) -> dict[str, Any]:
    """The columns of a draft as it is typed, or none while it cannot be read."""
    try:
        version = read_version(sheet)
        teams = teams_of(agreement) if agreement else _chosen_teams(sheet)
    except ValueError:
        return {"sides": None}
    periods = {side.value: quota_summaries(version.quotas, (), side) for side in SIDES}
    return {"sides": sides_of(teams, version.targets), "periods": periods}


def _chosen_teams(sheet: FormData) -> dict[Side, Team]:
    ids = {side: row_id(sheet.get(f"{side}_team_id")) for side in SIDES}
    return {side: accounts.team_for(session(), user(), ids[side]) for side in SIDES}


def _draft(binding: AgreementFields, version: NewVersion) -> Agreement:
    refuse_unknown_people(version.targets, names_of_people())
    drafted = agreements.draft(
        session(),
        NewAgreement(
            name=binding.name,
            marketing=accounts.team_for(session(), user(), binding.marketing_team_id),
            sales=accounts.team_for(session(), user(), binding.sales_team_id),
            segment=binding.scope if binding.scope.conditions else None,
            rank=binding.rank,
        ),
        version,
        by=user(),
        now=now(),
    )
    return session().get_one(Agreement, drafted.agreement_id)


def _existing_draft(binding: AgreementFields, version: NewVersion) -> Agreement | None:
    known = queries.agreements_of(session(), user())
    return next((each for each in known if _is_same(each, binding, version)), None)


def _is_same(known: Agreement, binding: AgreementFields, version: NewVersion) -> bool:
    newest = newest_version_of(known)
    return (
        known.name == binding.name
        and known.marketing_team_id == binding.marketing_team_id
        and known.sales_team_id == binding.sales_team_id
        and known.rank == binding.rank
        and segment_of(known).conditions == binding.scope.conditions
        and newest.state is VersionState.DRAFT
        and input_of_version(newest) == version
    )
