"""Agreements in the browser: drafted by Mona, signed by her and by Sam, who leads sales here."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, func, select

from alignment import db
from alignment.accounts.models import User
from alignment.accounts.roles import Role
from alignment.sla import agreement as agreements
from alignment.sla.models import Agreement, AgreementVersion, VersionState
from alignment.sla.promises import light_agreement
from tests.factories import MONDAY_NINE, Cast, make_user

Browser = Callable[[User], FlaskClient]
HOUR = timedelta(hours=1)
NUMBERS = {"accept_or_return": "4", "first_touch": "8", "answer_to_return": "8"}


@pytest.fixture
def sam(engine: Engine, here: Cast) -> User:
    """Sam has the say in sales: he may promise for it."""
    with db.transaction(engine) as session:
        sam = session.get_one(User, here.sam.id)
        sam.role = Role.MANAGER
        return sam


@pytest.fixture
def viewer(engine: Engine, here: Cast) -> User:
    with db.transaction(engine) as session:
        return make_user(session, here.workspace, "Vera", role=Role.VIEWER, team=here.marketing)


@pytest.fixture
def draft(engine: Engine, here: Cast) -> AgreementVersion:
    """A light agreement that nobody has signed."""
    with db.transaction(engine) as session:
        return agreements.draft(
            session,
            name="Handoff",
            marketing=here.marketing,
            sales=here.sales,
            targets=light_agreement(),
            by=here.mona,
            now=MONDAY_NINE,
        )


@pytest.fixture
def in_force(engine: Engine, here: Cast, sam: User, draft: AgreementVersion) -> AgreementVersion:
    """The same, signed by both."""
    with db.transaction(engine) as session:
        version = session.get_one(AgreementVersion, draft.id)
        for person in (here.mona, sam):
            agreements.sign(session, version, by=person, now=MONDAY_NINE)
        return version


def form_of(here: Cast, **typed: str) -> dict[str, str]:
    teams = {"marketing_team_id": str(here.marketing.id), "sales_team_id": str(here.sales.id)}
    return {"name": "Handoff"} | teams | NUMBERS | typed


def versions(engine: Engine) -> list[AgreementVersion]:
    with Session(engine) as session:
        return list(session.exec(select(AgreementVersion).order_by("id")))


def count(engine: Engine) -> int:
    with Session(engine) as session:
        return session.exec(select(func.count()).select_from(Agreement)).one()


def press(client: FlaskClient, page: str, words: str):
    """Press the button with these words on that page, without any script."""
    html = client.get(page).text
    forms = re.findall(r'<form class="(?:act|signing)".*?</form>', html, flags=re.DOTALL)
    form = next(form for form in forms if words in form)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    action = re.search(r'action="([^"]+)"', form)
    assert action
    return client.post(action[1], data=fields)


def test_an_empty_list_offers_the_first_step_to_those_who_may(browser: Browser, here: Cast):
    assert "Write an agreement" in browser(here.mona).get("/agreements").text
    assert "Write an agreement" not in browser(here.sam).get("/agreements").text


def test_the_form_begins_with_numbers_worth_signing_and_shows_what_they_mean(
    browser: Browser, here: Cast
):
    page = browser(here.mona).get("/agreements/new").text

    for name, hours in NUMBERS.items():
        assert re.search(rf'name="{name}" value="{hours}"', page)
    assert "Within 4 hours of open time of its handoff." in page
    assert "Mon to Fri 09:00-17:00, Europe/Berlin time" in page
    assert "A lead handed off now would be" in page
    assert "Mon 1 Mar 2027, 13:00 CET" in page


def test_the_preview_follows_what_is_typed(browser: Browser, here: Cast):
    mona = browser(here.mona)

    half = mona.get("/agreements/preview", query_string=form_of(here, accept_or_return="0,5"))
    nothing = mona.get("/agreements/preview", query_string=form_of(here, accept_or_return=""))

    assert half.text.lstrip().startswith('<div id="agreement-preview"')
    assert "Within 30 minutes of open time of its handoff." in half.text
    assert "Mon 1 Mar 2027, 09:30 CET" in half.text
    assert "Fill in the teams and three numbers" in nothing.text


def test_a_draft_is_written_in_one_form(browser: Browser, here: Cast, engine: Engine):
    answer = browser(here.mona).post("/agreements", data=form_of(here, first_touch="6.5"))

    (version,) = versions(engine)
    assert (answer.status_code, answer.location) == (303, f"/agreements/{version.agreement_id}")
    assert version.state is VersionState.DRAFT
    assert [target["allowed"]["seconds"] for target in version.targets] == [14_400, 23_400, 28_800]


def test_a_double_click_writes_one_draft(browser: Browser, here: Cast, engine: Engine):
    mona = browser(here.mona)

    places = {mona.post("/agreements", data=form_of(here)).location for _ in range(2)}

    assert len(places) == 1
    assert count(engine) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": " "}, "Fill this in."),
        ({"accept_or_return": "soon"}, "Enter a number."),
        ({"accept_or_return": "0"}, "Enter 0.25 or more."),
        ({"first_touch": "1000"}, "Enter 200 or less."),
        ({"answer_to_return": "nan"}, "Enter 0.25 or more."),
        ({"sales_team_id": "x"}, "Choose a team."),
    ],
)
def test_a_draft_that_cannot_be_kept_is_not_written_and_what_was_typed_stays(
    browser: Browser, here: Cast, engine: Engine, typed: dict[str, str], sentence: str
):
    answer = browser(here.mona).post("/agreements", data=form_of(here, **typed))

    assert answer.status_code == 422
    assert sentence in answer.text
    assert count(engine) == 0


def test_two_teams_of_one_side_promise_nothing(browser: Browser, here: Cast, engine: Engine):
    twice = form_of(here, marketing_team_id=str(here.sales.id))

    answer = browser(here.mona).post("/agreements", data=twice, follow_redirects=True)

    assert "binds one marketing team and one sales team" in answer.text
    assert count(engine) == 0


def test_the_page_reads_like_a_contract(browser: Browser, here: Cast, draft: AgreementVersion):
    page = browser(here.mona).get(f"/agreements/{draft.agreement_id}").text

    assert page.index("Marketing promises") < page.index("Answer a returned lead")
    assert page.index("Answer a returned lead") < page.index("Sales promises")
    assert page.index("Sales promises") < page.index("Accept or return")
    assert page.index("First human touch") < page.index("Signatures") < page.index("Versions")
    assert "Nothing of it runs until both teams have signed." in page


def test_one_person_of_each_team_signs_and_leads_start_clocks_from_then_on(
    browser: Browser, here: Cast, sam: User, draft: AgreementVersion, engine: Engine
):
    page = f"/agreements/{draft.agreement_id}"

    first = press(browser(here.mona), page, "Sign for Marketing")
    assert (first.status_code, first.location) == (303, page)
    assert versions(engine)[0].state is VersionState.DRAFT
    assert "Sign for" not in browser(here.mona).get(page).text
    press(browser(sam), page, "Sign for Sales")

    assert versions(engine)[0].state is VersionState.SIGNED
    assert versions(engine)[0].effective_at == MONDAY_NINE
    signed = browser(sam).get(page).text
    assert "In force since" in signed
    assert "Leads handed off from then on start clocks." in signed


def test_whoever_is_in_neither_team_is_not_asked_to_sign(
    browser: Browser, here: Cast, draft: AgreementVersion, engine: Engine
):
    page = f"/agreements/{draft.agreement_id}"
    fields = {"drafted_at": draft.drafted_at.isoformat()}

    assert "Sign for" not in browser(here.olga).get(page).text
    answer = browser(here.olga).post(
        f"{page}/versions/1/signature", data=fields, follow_redirects=True
    )

    assert "Only a member of one of the two teams can sign." in answer.text
    assert versions(engine)[0].state is VersionState.DRAFT


def test_a_draft_that_changed_while_it_was_read_is_not_signed(
    browser: Browser, here: Cast, draft: AgreementVersion, clock
):
    page, mona = f"/agreements/{draft.agreement_id}", browser(here.mona)
    read = {"drafted_at": draft.drafted_at.isoformat()}
    clock.now += HOUR
    mona.post(page, data=NUMBERS | {"first_touch": "2"})

    answer = mona.post(f"{page}/versions/1/signature", data=read, follow_redirects=True)

    assert "The draft was changed meanwhile." in answer.text
    assert "Sign for Marketing" in mona.get(page).text


def test_a_changed_draft_loses_its_signatures(
    browser: Browser, here: Cast, draft: AgreementVersion, engine: Engine
):
    page, mona = f"/agreements/{draft.agreement_id}", browser(here.mona)
    press(mona, page, "Sign for Marketing")

    answer = mona.post(page, data=NUMBERS | {"accept_or_return": "2"})

    assert (answer.status_code, answer.location) == (303, page)
    assert "Sign for Marketing" in mona.get(page).text
    assert len(versions(engine)) == 1


def test_saving_a_draft_as_it_is_keeps_its_signatures(
    browser: Browser, here: Cast, draft: AgreementVersion
):
    page, mona = f"/agreements/{draft.agreement_id}", browser(here.mona)
    press(mona, page, "Sign for Marketing")

    mona.post(page, data=NUMBERS)

    assert "Sign for Marketing" not in mona.get(page).text


def test_an_amendment_shows_what_it_changes_and_waits_for_both(
    browser: Browser, here: Cast, in_force: AgreementVersion, engine: Engine
):
    page, mona = f"/agreements/{in_force.agreement_id}", browser(here.mona)
    assert 'name="accept_or_return" value="4"' in mona.get(f"{page}/edit").text

    mona.post(page, data=NUMBERS | {"accept_or_return": "2"})

    amended = mona.get(page).text
    assert "Within 2 hours of open time of its handoff. <del>4 hours</del> before." in amended
    assert "version 1</a> holds" in amended
    assert [one.state for one in versions(engine)] == [VersionState.SIGNED, VersionState.DRAFT]
    assert "Within 4 hours of open time of its handoff." in mona.get(f"{page}?version=1").text


def test_an_amendment_signed_by_both_takes_over(
    browser: Browser, here: Cast, sam: User, in_force: AgreementVersion, engine: Engine
):
    page = f"/agreements/{in_force.agreement_id}"
    browser(here.mona).post(page, data=NUMBERS | {"accept_or_return": "2"})

    press(browser(here.mona), page, "Sign for Marketing")
    press(browser(sam), page, "Sign for Sales")

    assert [one.state for one in versions(engine)] == [VersionState.REPLACED, VersionState.SIGNED]
    assert "replaced" in browser(sam).get(page).text


def test_an_amendment_that_cannot_be_kept_changes_nothing(
    browser: Browser, here: Cast, in_force: AgreementVersion, engine: Engine
):
    page = f"/agreements/{in_force.agreement_id}"

    answer = browser(here.mona).post(page, data=NUMBERS | {"first_touch": "-1"})

    assert answer.status_code == 422
    assert "Enter 0.25 or more." in answer.text
    assert len(versions(engine)) == 1


def test_the_preview_of_an_amendment_knows_its_teams(
    browser: Browser, here: Cast, in_force: AgreementVersion
):
    asked = NUMBERS | {"accept_or_return": "3", "agreement_id": str(in_force.agreement_id)}

    preview = browser(here.mona).get("/agreements/preview", query_string=asked)

    assert "Within 3 hours of open time of its handoff." in preview.text


def test_an_agreement_is_ended(
    browser: Browser, here: Cast, in_force: AgreementVersion, engine: Engine
):
    page = f"/agreements/{in_force.agreement_id}"

    answer = press(browser(here.mona), page, "End")

    assert (answer.status_code, answer.location) == (303, page)
    assert versions(engine)[0].state is VersionState.ENDED
    ended = browser(here.mona).get(page).text
    assert "Clocks that began under it go on to their end." in ended
    assert "End this agreement?" not in ended


def test_the_list_names_teams_and_state(browser: Browser, here: Cast, in_force: AgreementVersion):
    mona = browser(here.mona)
    mona.post(f"/agreements/{in_force.agreement_id}", data=NUMBERS | {"first_touch": "5"})

    page = mona.get("/agreements").text

    assert "Marketing and Sales" in page
    assert "in force" in page
    assert "draft waiting" in page


def test_a_version_that_never_was_is_not_found(
    browser: Browser, here: Cast, draft: AgreementVersion
):
    page = f"/agreements/{draft.agreement_id}"

    assert browser(here.mona).get(f"{page}?version=7").status_code == 404
    assert browser(here.mona).post(f"{page}/versions/7/signature").status_code == 404


def test_a_stranger_finds_no_agreement(
    browser: Browser, elsewhere: User, in_force: AgreementVersion, engine: Engine
):
    stella, page = browser(elsewhere), f"/agreements/{in_force.agreement_id}"

    assert "Handoff" not in stella.get("/agreements").text
    for url in (page, f"{page}/edit", f"/agreements/preview?agreement_id={in_force.agreement_id}"):
        assert stella.get(url).status_code == 404
    for url in (page, f"{page}/versions/1/signature", f"{page}/end"):
        assert stella.post(url, data=NUMBERS).status_code == 404
    assert versions(engine)[0].state is VersionState.SIGNED


def test_a_stranger_cannot_bind_our_teams(
    browser: Browser, here: Cast, elsewhere: User, engine: Engine
):
    assert browser(elsewhere).post("/agreements", data=form_of(here)).status_code == 404
    assert count(engine) == 0


def test_a_viewer_reads_and_promises_nothing(
    browser: Browser, here: Cast, viewer: User, draft: AgreementVersion, engine: Engine
):
    vera, page = browser(viewer), f"/agreements/{draft.agreement_id}"

    read = vera.get(page)

    assert read.status_code == 200
    assert "Sign for" not in read.text
    assert "Change draft" not in read.text
    assert vera.get("/agreements/new").status_code == 403
    for url in ("/agreements", page, f"{page}/versions/1/signature", f"{page}/end"):
        assert vera.post(url, data=form_of(here)).status_code == 403
    assert count(engine) == 1


@pytest.fixture
def waiting(engine: Engine, here: Cast, sam: User, in_force: AgreementVersion) -> AgreementVersion:
    """Signed by both on Monday, for Wednesday."""
    with db.transaction(engine) as session:
        version = agreements.amend(
            session,
            session.get_one(Agreement, in_force.agreement_id),
            targets=light_agreement(),
            takes_effect_on=date(2027, 3, 3),
            by=here.mona,
            now=MONDAY_NINE,
        )
        for person in (here.mona, sam):
            agreements.sign(session, version, by=person, now=MONDAY_NINE)
        return version


def test_a_signed_version_waits_for_its_date_beside_the_one_in_force(
    browser: Browser, here: Cast, waiting: AgreementVersion
):
    page = browser(here.mona).get(f"/agreements/{waiting.agreement_id}").text

    assert "It takes effect on" in page
    assert "Wed 3 Mar 2027" in page
    listed = browser(here.mona).get("/agreements").text
    assert "in force" in listed
    assert "signed" in listed
