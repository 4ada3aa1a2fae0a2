"""Agreements in the browser: drafted by Mona, signed by her and by Sam, who leads sales here."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, func, select

from alignment import db
from alignment.accounts.models import User
from alignment.accounts.roles import Role
from alignment.leads.handoff import hand_off
from alignment.leads.models import Lead
from alignment.sla.agreements import lifecycle as agreements
from alignment.sla.agreements.new_agreement import NewAgreement, NewVersion
from alignment.sla.models import Agreement, AgreementVersion, VersionState
from alignment.sla.promises.agreement_templates import template_by_key
from alignment.sla.promises.standard_targets import light_agreement
from alignment.sla.promises.targets import OpenTime
from alignment.sla.versions.stored_promises import quotas_of_version, targets_of_version
from alignment.web.agreements.form.submission import form_data_of
from tests.factories import MONDAY_NINE, Cast, make_lead, make_user
from tests.web.html_form_reader import as_posted_fields, fields_of

Browser = Callable[[User], FlaskClient]
HOUR = timedelta(hours=1)
AMOUNTS = {
    "accept_or_return": "targets.0.amount",
    "first_touch": "targets.1.amount",
    "answer_to_return": "targets.2.amount",
}


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
            NewAgreement(name="Handoff", marketing=here.marketing, sales=here.sales),
            NewVersion(targets=light_agreement()),
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


def numbers(**typed: str) -> dict[str, str]:
    """The light agreement as its form posts it, with these hours typed over."""
    fields = dict(as_posted_fields(form_data_of(NewVersion(targets=light_agreement(), quotas=()))))
    return fields | {AMOUNTS.get(name, name): text for name, text in typed.items()}


def form_of(here: Cast, **typed: str) -> dict[str, str]:
    teams = {"marketing_team_id": str(here.marketing.id), "sales_team_id": str(here.sales.id)}
    return {"name": "Handoff"} | teams | numbers(**typed)


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

    form = fields_of(page, "agreement-form")
    assert [form[name] for name in AMOUNTS.values()] == [["4"], ["8"], ["8"]]
    assert "Within 4 hours of open time of its handoff." in page
    assert "Mon to Fri 09:00-17:00, Europe/Berlin time" in page
    assert "A lead handed off now would be" in page
    assert "Mon 1 Mar 2027, 13:00 CET" in page


def test_the_preview_follows_what_is_typed(browser: Browser, here: Cast):
    mona = browser(here.mona)

    half = mona.post("/agreements/preview", data=form_of(here, accept_or_return="0,5"))
    nothing = mona.post("/agreements/preview", data=form_of(here, accept_or_return=""))

    assert half.text.lstrip().startswith('<div id="agreement-preview"')
    assert "Within 30 minutes of open time of its handoff." in half.text
    assert "Mon 1 Mar 2027, 09:30 CET" in half.text
    assert "Fill in the teams and the times" in nothing.text


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
        ({"accept_or_return": "0"}, "Promise a time between 1 minute and 365 days"),
        ({"first_touch": "9000"}, "Promise a time between 1 minute and 365 days"),
        ({"answer_to_return": "nan"}, "Enter a number."),
        ({"rank": "first"}, "Enter a whole number."),
        ({"scope.conditions.0.fact": "source"}, "Choose one from the list."),
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


def test_a_refused_form_keeps_every_value_that_was_typed(
    browser: Browser, here: Cast, engine: Engine
):
    mona = browser(here.mona)
    form = fields_of(mona.get("/agreements/new?template=full").text, "agreement-form")
    form |= {"note": ["n" * 501], "takes_effect_on": ["soon"], "rank": ["first"]}
    form |= {"targets.0.amount": ["soon"], "targets.0.steps.0.unit": ["moons"]}
    form |= {"targets.1.warn": [" 5 0 "], "targets.1.pause_people[]": ["7", "x"]}
    form |= {"quotas.0.goal": ["many"], "quotas.0.per": ["year"]}

    answer = mona.post("/agreements", data=form)

    assert answer.status_code == 422
    # The token tells the second of the page.
    shown = fields_of(answer.text, "agreement-form") | {"csrf_token": form["csrf_token"]}
    assert shown == form
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
    mona.post(page, data=numbers(first_touch="2"))

    answer = mona.post(f"{page}/versions/1/signature", data=read, follow_redirects=True)

    assert "The draft was changed meanwhile." in answer.text
    assert "Sign for Marketing" in mona.get(page).text


def test_a_changed_draft_loses_its_signatures(
    browser: Browser, here: Cast, draft: AgreementVersion, engine: Engine
):
    page, mona = f"/agreements/{draft.agreement_id}", browser(here.mona)
    press(mona, page, "Sign for Marketing")

    answer = mona.post(page, data=numbers(accept_or_return="2"))

    assert (answer.status_code, answer.location) == (303, page)
    assert "Sign for Marketing" in mona.get(page).text
    assert len(versions(engine)) == 1


def test_saving_a_draft_as_it_is_keeps_its_signatures(
    browser: Browser, here: Cast, draft: AgreementVersion
):
    page, mona = f"/agreements/{draft.agreement_id}", browser(here.mona)
    press(mona, page, "Sign for Marketing")

    mona.post(page, data=numbers())

    assert "Sign for Marketing" not in mona.get(page).text


def test_an_amendment_shows_what_it_changes_and_waits_for_both(
    browser: Browser, here: Cast, in_force: AgreementVersion, engine: Engine
):
    page, mona = f"/agreements/{in_force.agreement_id}", browser(here.mona)
    form = fields_of(mona.get(f"{page}/edit").text, "agreement-form")
    assert form["targets.0.amount"] == ["4"]

    mona.post(page, data=numbers(accept_or_return="2"))

    amended = mona.get(page).text
    assert "Within 2 hours of open time of its handoff. <del>4 hours</del> before." in amended
    assert "version 1</a> holds" in amended
    assert [one.state for one in versions(engine)] == [VersionState.SIGNED, VersionState.DRAFT]
    assert "Within 4 hours of open time of its handoff." in mona.get(f"{page}?version=1").text


def test_an_amendment_signed_by_both_takes_over(
    browser: Browser, here: Cast, sam: User, in_force: AgreementVersion, engine: Engine
):
    page = f"/agreements/{in_force.agreement_id}"
    browser(here.mona).post(page, data=numbers(accept_or_return="2"))

    press(browser(here.mona), page, "Sign for Marketing")
    press(browser(sam), page, "Sign for Sales")

    assert [one.state for one in versions(engine)] == [VersionState.REPLACED, VersionState.SIGNED]
    assert "replaced" in browser(sam).get(page).text


def test_an_amendment_that_cannot_be_kept_changes_nothing(
    browser: Browser, here: Cast, in_force: AgreementVersion, engine: Engine
):
    page = f"/agreements/{in_force.agreement_id}"

    answer = browser(here.mona).post(page, data=numbers(first_touch="-1"))

    assert answer.status_code == 422
    assert "Promise a time between 1 minute and 365 days" in answer.text
    assert len(versions(engine)) == 1


def test_the_preview_of_an_amendment_knows_its_teams(
    browser: Browser, here: Cast, in_force: AgreementVersion
):
    address = f"/agreements/preview?agreement_id={in_force.agreement_id}"

    preview = browser(here.mona).post(address, data=numbers(accept_or_return="3"))

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
    mona.post(f"/agreements/{in_force.agreement_id}", data=numbers(first_touch="5"))

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
    preview = f"/agreements/preview?agreement_id={in_force.agreement_id}"
    for url in (page, f"{page}/edit", f"{page}/redlines", f"{page}/replay"):
        assert stella.get(url).status_code == 404
    for url in (preview, page, f"{page}/versions/1/signature", f"{page}/end"):
        assert stella.post(url, data=numbers()).status_code == 404
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
            NewVersion(targets=light_agreement(), takes_effect_on=date(2027, 3, 3)),
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


def test_a_form_that_is_sent_as_it_came_writes_the_template(
    browser: Browser, here: Cast, engine: Engine
):
    mona = browser(here.mona)
    form = fields_of(mona.get("/agreements/new?template=full").text, "agreement-form")

    mona.post("/agreements", data=form)

    (version,) = versions(engine)
    assert targets_of_version(version) == template_by_key("full").targets
    assert quotas_of_version(version) == template_by_key("full").quotas


def test_a_template_that_is_none_is_refused(browser: Browser, here: Cast):
    answer = browser(here.mona).get("/agreements/new?template=x", follow_redirects=True)

    assert "There is no such template." in answer.text


def test_rows_come_and_go_without_script_and_nothing_is_saved(
    browser: Browser, here: Cast, engine: Engine
):
    mona = browser(here.mona)
    form = fields_of(mona.get("/agreements/new").text, "agreement-form")
    form["targets.0.name"] = ["Say yes"]

    more = mona.post("/agreements", data=form | {"change": "segment targets.0"})
    form = fields_of(more.text, "agreement-form")
    assert form["targets.1.key"] == ["accept_or_return"]
    assert form["targets.1.rank"] == ["99"]
    assert form["targets.0.name"] == ["Say yes"]

    form |= {"targets.1.segment.name": ["Fairs"], "targets.1.segment.conditions.0.value": ["Fair"]}
    form |= {"targets.1.amount": ["30"], "targets.1.unit": ["minutes"]}
    assert count(engine) == 0
    mona.post("/agreements", data=form)
    first, fairs = targets_of_version(versions(engine)[0])[:2]
    assert (first.name, fairs.segment.name) == ("Say yes", "Fairs")
    assert fairs.allowed == OpenTime(1800)


def test_an_agreement_for_some_leads_has_its_turn_before_others(
    browser: Browser, here: Cast, engine: Engine
):
    mona = browser(here.mona)
    form = fields_of(mona.get("/agreements/new?template=demo_requests").text, "agreement-form")

    page = mona.post("/agreements", data=form, follow_redirects=True).text

    assert "For leads whose source is Demo request or Pricing request or Contact form." in page
    assert "this one is at place 50" in page


def test_a_promise_names_nobody_of_another_workspace(
    browser: Browser, here: Cast, elsewhere: User, engine: Engine
):
    step = {"amount": "4", "unit": "hours", "to": "person", "person_id": str(elsewhere.id)}
    fields = {f"targets.0.steps.0.{name}": text for name, text in step.items()}

    answer = browser(here.mona).post("/agreements", data=form_of(here) | fields)

    assert answer.status_code == 422
    assert "A promise names somebody who is not here." in answer.text
    assert count(engine) == 0


def test_what_changed_between_two_versions_is_said_in_words(
    browser: Browser, here: Cast, in_force: AgreementVersion
):
    mona, page = browser(here.mona), f"/agreements/{in_force.agreement_id}"
    mona.post(page, data=numbers(accept_or_return="2"))

    newest = mona.get(f"{page}/redlines").text
    back = mona.get(f"{page}/redlines?before=2&after=1").text

    assert "≠ changed" in newest
    before, after = "<del>4 hours of open time</del>", "<ins>2 hours of open time</ins>"
    assert f"{before} → {after}" in newest
    assert "<ins>4 hours of open time</ins>" in back
    assert "Both versions promise the same." in mona.get(f"{page}/redlines?before=1&after=1").text
    assert mona.get(f"{page}/redlines?after=9").status_code == 404


def test_a_draft_is_tried_in_silence_and_stopped(
    browser: Browser, here: Cast, draft: AgreementVersion, engine: Engine
):
    mona, page = browser(here.mona), f"/agreements/{draft.agreement_id}"

    press(mona, page, "Try in silence")

    assert versions(engine)[0].shadow_at == MONDAY_NINE
    assert "This draft is tried in silence since" in mona.get(page).text
    press(mona, page, "Stop the trial")
    assert versions(engine)[0].ended_at == MONDAY_NINE
    assert "Try in silence" in mona.get(page).text


@pytest.fixture
def running(engine: Engine, here: Cast, in_force: AgreementVersion) -> Lead:
    """Handed off at nine: accept by one o'clock, touch by five."""
    with db.transaction(engine) as session:
        lead = make_lead(session, here)
        hand_off(session, lead, by=here.mona, now=MONDAY_NINE, owner=here.sam)
        return lead


@pytest.mark.parametrize(("choice", "covers_open"), [("new", False), ("open", True)])
def test_who_signs_first_sees_what_moves_and_chooses(
    browser: Browser,
    here: Cast,
    sam: User,
    in_force: AgreementVersion,
    running: Lead,
    engine: Engine,
    clock,
    choice: str,
    covers_open: bool,
):
    page = f"/agreements/{in_force.agreement_id}"
    clock.now = MONDAY_NINE + 3 * HOUR
    browser(here.mona).post(page, data=numbers(accept_or_return="2"))
    shown = browser(here.mona).get(page).text
    assert "If open clocks were to move: 1 open clock would move, 1 would be missed." in shown
    assert re.search(r'value="new" checked', shown)
    signature = f"{page}/versions/2/signature"
    fields = {"drafted_at": versions(engine)[1].drafted_at.isoformat()}

    browser(here.mona).post(signature, data=fields | {"covers_open": choice})

    assert versions(engine)[1].covers_open is covers_open
    who = "open clocks too" if covers_open else "new leads only"
    assert f"The other team signed it for {who}." in browser(sam).get(page).text
    browser(sam).post(signature, data=fields)
    assert versions(engine)[1].state is VersionState.SIGNED


def test_a_note_and_a_date_stay_when_the_draft_is_edited_again(
    browser: Browser, here: Cast, draft: AgreementVersion, engine: Engine
):
    mona, page = browser(here.mona), f"/agreements/{draft.agreement_id}"
    mona.post(page, data=numbers(note="Fairs wait longer.", takes_effect_on="2027-04-01"))

    form = fields_of(mona.get(f"{page}/edit").text, "agreement-form")

    assert (form["note"], form["takes_effect_on"]) == (["Fairs wait longer."], ["2027-04-01"])
    shown = mona.get(page).text
    assert "Fairs wait longer." in shown
    assert "It is to hold from Thu 1 Apr 2027" in shown


def test_a_promise_over_a_period_shows_what_came_and_where_it_is_heading(
    browser: Browser, here: Cast, engine: Engine, sam: User, clock
):
    mona = browser(here.mona)
    quota = {"key": "volume", "name": "Leads", "owed_by": "marketing", "measure": "volume"}
    quota |= {"goal": "46", "per": "month", "segment.name": "everything else"}
    fields = {f"quotas.0.{name}": text for name, text in quota.items()}
    page = mona.post("/agreements", data=form_of(here) | fields).location
    assert "At least 46 leads handed off per month." in mona.get(page).text
    for person in (here.mona, sam):
        press(browser(person), page, "Sign for")
    with db.transaction(engine) as session:
        for _ in range(10):
            hand_off(session, make_lead(session, here), by=here.mona, now=MONDAY_NINE)

    clock.now = datetime(2027, 3, 15, 8, tzinfo=UTC)
    shown = browser(here.mona).get(page).text

    assert "<strong>10</strong>" in shown
    assert "20 should have come by now; pace 50 %; heading for 23" in shown
    assert "behind pace" in shown
    assert 'value="21" max="100"' in shown
