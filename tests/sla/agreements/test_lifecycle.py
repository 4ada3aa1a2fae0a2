"""Mona of marketing and Sam of sales promise each other something."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db
from alignment.accounts.models import Membership
from alignment.accounts.roles import Side
from alignment.errors import Refused
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.new_agreement import NewAgreement, NewVersion
from alignment.sla.models import Agreement, AgreementVersion, VersionState
from alignment.sla.promises.standard_targets import (
    accept_or_return,
    answer_to_return,
    first_touch,
    light_agreement,
)
from alignment.sla.versions import queries as versions_queries
from alignment.sla.versions.stored_promises import targets_of_version
from tests.factories import MONDAY_NINE, Cast, make_cast, make_user, save
from tests.sla.light_agreement import draft_light, in_force, journal, sign_both

HOUR = timedelta(hours=1)
LATER = MONDAY_NINE + 3 * HOUR
STRICTER = (accept_or_return(hours=2), first_touch(hours=8), answer_to_return(hours=8))


def agreement_of(session: Session, version: AgreementVersion) -> Agreement:
    return session.get_one(Agreement, version.agreement_id)


def amend(session: Session, acme: Cast, version: AgreementVersion) -> AgreementVersion:
    found = agreement_of(session, version)
    return lifecycle.amend(session, found, NewVersion(targets=STRICTER), by=acme.sam, now=LATER)


def test_a_draft_promises_nothing_yet(session: Session, acme: Cast):
    version = draft_light(session, acme, now=MONDAY_NINE)

    assert (version.number, version.state, version.effective_at) == (1, VersionState.DRAFT, None)
    assert targets_of_version(version) == light_agreement()
    assert versions_queries.versions_ever_in_force(session, acme.id) == []


def test_one_yes_is_not_enough(session: Session, acme: Cast):
    version = draft_light(session, acme, now=MONDAY_NINE)

    lifecycle.sign(session, version, by=acme.mona, now=MONDAY_NINE)

    assert version.state is VersionState.DRAFT
    assert [given.side for given in versions_queries.signatures_of(session, version)] == [
        Side.MARKETING
    ]


def test_the_second_yes_puts_it_in_force_from_then_on(session: Session, acme: Cast):
    version = draft_light(session, acme, now=MONDAY_NINE)
    lifecycle.sign(session, version, by=acme.sam, now=MONDAY_NINE)

    lifecycle.sign(session, version, by=acme.mona, now=LATER)

    assert (version.state, version.effective_at) == (VersionState.SIGNED, LATER)
    assert [entry.facts["is_in_force"] for entry in journal(session, "agreement_signed")] == [
        False,
        True,
    ]


def test_a_side_says_yes_once(session: Session, acme: Cast):
    nina = make_user(session, acme.workspace, "Nina", team=acme.marketing)
    version = draft_light(session, acme, now=MONDAY_NINE)
    lifecycle.sign(session, version, by=acme.mona, now=MONDAY_NINE)

    with pytest.raises(Refused, match="Marketing has signed already"):
        lifecycle.sign(session, version, by=nina, now=LATER)


def test_nobody_signs_for_both_sides(session: Session, acme: Cast):
    both = Membership(workspace_id=acme.id, user_id=acme.mona.id, team_id=acme.sales.id)
    version = draft_light(session, acme, now=MONDAY_NINE)
    lifecycle.sign(session, version, by=acme.mona, now=MONDAY_NINE)
    save(session, both)

    with pytest.raises(Refused):
        lifecycle.sign(session, version, by=acme.mona, now=LATER)

    assert version.state is VersionState.DRAFT


def test_only_members_of_the_two_teams_sign(session: Session, acme: Cast):
    version = draft_light(session, acme, now=MONDAY_NINE)

    with pytest.raises(Refused, match="Only a member of one of the two teams"):
        lifecycle.sign(session, version, by=acme.olga, now=MONDAY_NINE)


def test_what_is_signed_is_not_signed_again(session: Session, acme: Cast):
    version = in_force(session, acme)

    with pytest.raises(Refused, match="not waiting for a signature"):
        lifecycle.sign(session, version, by=acme.mona, now=LATER)


def test_both_teams_must_promise_something(session: Session, acme: Cast):
    with pytest.raises(Refused, match="Both teams must promise something"):
        draft_light(session, acme, targets=[first_touch(hours=8)], now=MONDAY_NINE)


def test_it_binds_a_marketing_team_and_a_sales_team(session: Session, acme: Cast):
    with pytest.raises(Refused, match="one marketing team and one sales team"):
        lifecycle.draft(
            session,
            NewAgreement(name="Leads", marketing=acme.sales, sales=acme.marketing),
            NewVersion(targets=light_agreement()),
            by=acme.mona,
            now=MONDAY_NINE,
        )


def test_a_changed_draft_is_the_same_version_and_must_be_signed_anew(session: Session, acme: Cast):
    version = draft_light(session, acme, now=MONDAY_NINE)
    lifecycle.sign(session, version, by=acme.mona, now=MONDAY_NINE)

    changed = amend(session, acme, version)

    assert changed.id == version.id
    assert (changed.number, changed.drafted_at, changed.drafted_by_id) == (1, LATER, acme.sam.id)
    assert targets_of_version(changed) == STRICTER
    assert versions_queries.signatures_of(session, changed) == []


def test_a_signed_version_never_changes(session: Session, acme: Cast):
    version = in_force(session, acme)

    second = amend(session, acme, version)

    assert (second.number, second.state) == (2, VersionState.DRAFT)
    assert (version.state, targets_of_version(version)) == (VersionState.SIGNED, light_agreement())


def test_an_amendment_takes_over_when_both_have_signed_it(session: Session, acme: Cast):
    first = in_force(session, acme)

    second = sign_both(session, acme, amend(session, acme, first), now=LATER)

    assert (first.state, first.ended_at) == (VersionState.REPLACED, LATER)
    assert (second.state, second.effective_at) == (VersionState.SIGNED, LATER)
    assert (
        versions_queries.version_in_force(session, agreement_of(session, first), at=LATER) is second
    )


def test_an_agreement_ends(session: Session, acme: Cast):
    version = in_force(session, acme)

    lifecycle.end(session, agreement_of(session, version), by=acme.olga, now=LATER)

    assert (version.state, version.ended_at) == (VersionState.ENDED, LATER)
    with pytest.raises(Refused, match="not in force"):
        lifecycle.end(session, agreement_of(session, version), by=acme.olga, now=LATER)


def test_what_was_never_signed_cannot_end(session: Session, acme: Cast):
    version = draft_light(session, acme, now=MONDAY_NINE)

    with pytest.raises(Refused, match="not in force"):
        lifecycle.end(session, agreement_of(session, version), by=acme.olga, now=LATER)


def test_a_second_agreement_between_the_same_teams_cannot_come_into_force(
    session: Session, acme: Cast
) -> None:
    in_force(session, acme)
    second = draft_light(session, acme, now=MONDAY_NINE)
    lifecycle.sign(session, second, by=acme.mona, now=MONDAY_NINE)

    with pytest.raises(Refused, match="Amend that one"):
        lifecycle.sign(session, second, by=acme.sam, now=MONDAY_NINE)


def test_of_two_who_sign_at_once_the_later_puts_it_in_force(postgresql_engine: Engine):
    with db.transaction(postgresql_engine) as session:
        acme = make_cast(session)
        version = draft_light(session, acme, now=MONDAY_NINE)

    def sign_for_sales() -> None:
        with db.transaction(postgresql_engine) as session:
            draft = session.get_one(AgreementVersion, version.id)
            lifecycle.sign(session, draft, by=acme.sam, now=LATER)

    with ThreadPoolExecutor(1) as sales:
        with db.transaction(postgresql_engine) as session:
            draft = session.get_one(AgreementVersion, version.id)
            lifecycle.sign(session, draft, by=acme.mona, now=LATER)
            other = sales.submit(sign_for_sales)
            wait([other], timeout=0.5)
        other.result()

    with db.read_only_session(postgresql_engine) as session:
        assert session.get_one(AgreementVersion, version.id).state is VersionState.SIGNED


def test_nobody_signs_a_draft_that_was_rewritten_meanwhile(postgresql_engine: Engine):
    with db.transaction(postgresql_engine) as session:
        acme = make_cast(session)
        version = draft_light(session, acme, now=MONDAY_NINE)

    with db.transaction(postgresql_engine) as session:
        as_read = session.get_one(AgreementVersion, version.id)
        with db.transaction(postgresql_engine) as other:
            amend(other, acme, version)

        with pytest.raises(Refused, match="changed meanwhile"):
            lifecycle.sign(session, as_read, by=acme.mona, now=LATER)


def test_a_draft_that_was_signed_meanwhile_is_not_written_over(postgresql_engine: Engine):
    with db.transaction(postgresql_engine) as session:
        acme = make_cast(session)
        version = draft_light(session, acme, now=MONDAY_NINE)
        lifecycle.sign(session, version, by=acme.mona, now=MONDAY_NINE)

    def amend_meanwhile() -> AgreementVersion:
        with db.transaction(postgresql_engine) as session:
            return amend(session, acme, version)

    with ThreadPoolExecutor(1) as marketing:
        with db.transaction(postgresql_engine) as session:
            draft = session.get_one(AgreementVersion, version.id)
            lifecycle.sign(session, draft, by=acme.sam, now=LATER)
            other = marketing.submit(amend_meanwhile)
            wait([other], timeout=0.5)
        amended = other.result()

    with db.read_only_session(postgresql_engine) as session:
        signed = session.get_one(AgreementVersion, version.id)
    assert (signed.state, signed.targets) == (VersionState.SIGNED, version.targets)
    assert (amended.number, amended.state) == (2, VersionState.DRAFT)
