"""The list of leads, one lead, and the form that writes one down."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from alignment import db
from alignment.accounts.models import User
from alignment.accounts.roles import Role
from alignment.leads import queries
from alignment.leads.intake import source_id_of
from alignment.leads.models import Lead, Stage
from alignment.leads.queries import LeadFilter
from tests.factories import Cast, make_hours, make_user
from tests.web.conftest import Browser, Clock
from tests.web.lead_scenarios import berlin, handed_off, new_lead, promised, saved

EASTER = [["2027-03-26", "Good Friday"], ["2027-03-29", "Easter Monday"]]


@pytest.fixture
def mona(here: Cast, browser: Browser) -> FlaskClient:
    return browser(here.mona)


@pytest.fixture
def viewer(engine: Engine, here: Cast, browser: Browser) -> FlaskClient:
    vic = saved(engine, lambda session: make_user(session, here.workspace, "Vic", role=Role.VIEWER))
    return browser(vic)


def leads(engine: Engine, person: User) -> list[Lead]:
    with db.read_only_session(engine) as session:
        return list(queries.leads_page(session, person, LeadFilter()).leads)


def rows(page: str) -> str:
    """The table of the page."""
    return page.split("<tbody>")[1].split("</tbody>", maxsplit=1)[0] if "<tbody>" in page else ""


# The list


def test_the_list_shows_each_lead_with_the_clock_due_first(
    engine: Engine, here: Cast, mona: FlaskClient
):
    promised(engine, here)
    handed_off(engine, here)

    table = rows(mona.get("/leads").text)

    assert "Ada Byron" in table
    assert "Mon 1 Mar 2027, 13:00 CET" in table
    assert "running</span>" in table


def test_an_empty_list_says_what_to_do_next(here: Cast, mona: FlaskClient):
    page = mona.get("/leads").text

    assert "No lead is here yet." in page
    assert 'href="/leads/new"' in page


def test_a_search_without_a_find_offers_all_leads(engine: Engine, here: Cast, mona: FlaskClient):
    new_lead(engine, here)

    page = mona.get("/leads?words=nobody").text

    assert "No lead matches this." in page
    assert "Show all leads" in page


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("words=globex", {"Ada Byron", "Bo Yu"}),
        ("words=ada", {"Ada Byron"}),
        ("stage=new", {"Cy Do"}),
        ("source=1", {"Ada Byron"}),
        ("source=none", {"Bo Yu", "Cy Do"}),
        ("owner=2", {"Ada Byron", "Bo Yu"}),
        ("owner=none", set()),
        ("fate=undecided", {"Ada Byron", "Bo Yu"}),
        ("fate=accepted", set()),
        ("handed_off_from=2027-03-02", {"Bo Yu"}),
        ("handed_off_until=2027-03-01", {"Ada Byron"}),
        ("handed_off_from=2027-03-01&handed_off_until=2027-03-02", {"Ada Byron", "Bo Yu"}),
        ("stage=&source=&words=&fate=", {"Ada Byron", "Bo Yu", "Cy Do"}),
    ],
)
def test_the_address_narrows_the_list(
    engine: Engine, here: Cast, mona: FlaskClient, asked: str, shown: set[str]
):
    webinar = saved(engine, lambda session: source_id_of(session, here.id, "Webinar"))
    last_second = berlin("2027-03-01 23:59")
    handed_off(engine, here, "Ada Byron", source_id=webinar, now=last_second)
    handed_off(engine, here, "Bo Yu", now=berlin("2027-03-02 00:00"))
    new_lead(engine, here, "Cy Do", company="Hooli")

    table = rows(mona.get(f"/leads?{asked}").text)

    assert {name for name in ("Ada Byron", "Bo Yu", "Cy Do") if name in table} == shown


@pytest.mark.parametrize(
    "asked",
    [
        "stage=sold",
        "fate=lost_in_space",
        "source=x",
        "owner=0",
        f"owner={10**30}",
        "handed_off_from=soon",
        "handed_off_until=0001-01-01",
        "handed_off_until=9999-12-31",
        f"words={'x' * 201}",
    ],
)
def test_an_address_that_asks_for_nothing_known_says_where(
    engine: Engine, here: Cast, mona: FlaskClient, asked: str
):
    new_lead(engine, here)

    answer = mona.get(f"/leads?{asked}")

    assert answer.status_code == 422
    assert "Ada Byron" not in answer.text


@pytest.mark.parametrize("asked", ["page=99", "page=-1", "page=x", "total=5&size=1&page=1"])
def test_a_page_that_is_not_there_is_no_error(here: Cast, mona: FlaskClient, asked: str):
    assert mona.get(f"/leads?{asked}").status_code == 200


def test_a_long_list_turns_its_pages_with_its_filters(
    engine: Engine, here: Cast, mona: FlaskClient
):
    for number in range(51):
        new_lead(engine, here, f"Lead {number}")

    page = mona.get("/leads?stage=new").text

    assert "1–50 of 51" in page
    assert "/leads?page=2&amp;stage=new" in page


def test_a_stranger_sees_no_lead(engine: Engine, here: Cast, elsewhere: User, browser: Browser):
    ada = new_lead(engine, here)
    stella = browser(elsewhere)

    assert "Ada Byron" not in stella.get("/leads").text
    assert stella.get(f"/leads/{ada.id}").status_code == 404
    assert stella.get(f"/leads/{ada.id}/edit").status_code == 404
    assert stella.post(f"/leads/{ada.id}", data={"name": "Eve"}).status_code == 404
    assert leads(engine, here.mona)[0].name == "Ada Byron"


def test_a_viewer_reads_and_changes_nothing(engine: Engine, here: Cast, viewer: FlaskClient):
    ada = new_lead(engine, here)

    assert viewer.get("/leads").status_code == 200
    assert viewer.get(f"/leads/{ada.id}").status_code == 200
    assert viewer.get("/leads/new").status_code == 403
    assert viewer.post("/leads", data={"name": "Eve"}).status_code == 403
    assert viewer.post("/leads/handoffs", data={"lead": ada.id}).status_code == 403
    assert leads(engine, here.mona)[0].stage is Stage.NEW


# Handing off


def test_ticked_leads_are_handed_off_together(engine: Engine, here: Cast, mona: FlaskClient):
    ada, bo = new_lead(engine, here, "Ada Byron"), new_lead(engine, here, "Bo Yu")
    new_lead(engine, here, "Cy Do")

    answer = mona.post("/leads/handoffs?stage=new", data={"lead": [ada.id, bo.id, bo.id]})

    assert (answer.status_code, answer.location) == (303, "/leads?stage=new")
    assert "2 handed off, 0 already with sales." in mona.get("/leads").text
    stages = {lead.name: lead.stage for lead in leads(engine, here.mona)}
    assert stages == {
        "Ada Byron": Stage.HANDED_OFF,
        "Bo Yu": Stage.HANDED_OFF,
        "Cy Do": Stage.NEW,
    }


def test_what_is_with_sales_already_stays_as_it_is(engine: Engine, here: Cast, mona: FlaskClient):
    ada = handed_off(engine, here)

    mona.post("/leads/handoffs", data={"lead": ada.id})

    assert "0 handed off, 1 already with sales." in mona.get("/leads").text


def test_nothing_ticked_hands_off_nothing(engine: Engine, here: Cast, mona: FlaskClient):
    new_lead(engine, here)

    answer = mona.post("/leads/handoffs")

    assert answer.status_code == 303
    assert "Tick the leads to hand off first." in mona.get("/leads").text


@pytest.mark.parametrize("lead", ["x", "-1", "9" * 5000, "\u00b2"])
def test_what_is_no_lead_hands_off_nothing(
    engine: Engine, here: Cast, mona: FlaskClient, lead: str
):
    ada = new_lead(engine, here)

    answer = mona.post("/leads/handoffs", data={"lead": [str(ada.id), lead]})

    assert answer.status_code == 404
    assert leads(engine, here.mona)[0].stage is Stage.NEW


def test_sales_does_not_hand_off(engine: Engine, here: Cast, browser: Browser):
    ada = new_lead(engine, here)

    assert browser(here.sam).post("/leads/handoffs", data={"lead": ada.id}).status_code == 403
    assert "checkbox" not in rows(browser(here.sam).get("/leads").text)


# Writing down


def test_a_lead_is_written_down(engine: Engine, here: Cast, mona: FlaskClient):
    typed = {"name": "Ada Byron", "email": "ada@globex.example", "source": "Webinar", "score": ""}

    answer = mona.post("/leads", data=typed)

    (ada,) = leads(engine, here.mona)
    assert (answer.status_code, answer.location) == (303, f"/leads/{ada.id}")
    assert (ada.name, ada.stage, ada.score) == ("Ada Byron", Stage.NEW, None)


def test_a_lead_is_written_down_and_handed_off_in_one_press(
    engine: Engine, here: Cast, mona: FlaskClient
):
    mona.post("/leads", data={"name": "Ada Byron", "do_not_call": "yes", "then": "hand_off"})

    (ada,) = leads(engine, here.mona)
    assert (ada.stage, ada.do_not_call, ada.do_not_mail) == (Stage.HANDED_OFF, True, False)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"company": "Globex"}, "This needs a name, a mail address or an id."),
        ({"name": "Ada", "email": "ada@"}, "This is not a mail address, such as name@company.com."),
        ({"name": "Ada", "score": "many"}, "Enter a whole number."),
        ({"name": "Ada", "score": "-1"}, "Enter 0 or more."),
        ({"name": "x" * 201}, "Use at most 200 characters."),
        ({"name": "Ada", "is_admin": "1"}, "1 answer needs another look"),
    ],
)
def test_a_form_that_cannot_be_kept_says_where_and_loses_nothing(
    engine: Engine, here: Cast, mona: FlaskClient, typed: dict[str, str], said: str
):
    answer = mona.post("/leads", data={"title": "Head of finance"} | typed)

    assert answer.status_code == 422
    assert "Head of finance" in answer.text
    assert said.replace("1 answer", "One answer") in answer.text
    assert leads(engine, here.mona) == []


def test_somebody_known_is_named(engine: Engine, here: Cast, mona: FlaskClient):
    new_lead(engine, here, email="ada@globex.example", email_key="ada@globex.example")

    answer = mona.post("/leads", data={"email": "ADA@globex.example"})

    assert answer.status_code == 422
    assert "Ada Byron is known already" in answer.text


def test_a_changed_lead_keeps_what_the_form_does_not_ask(
    engine: Engine, here: Cast, mona: FlaskClient
):
    ada = new_lead(engine, here, external_id="L-7", amount_minor=120_000)

    answer = mona.post(f"/leads/{ada.id}", data={"name": "Ada King", "phone": "+49 30 5550100"})

    (saved_lead,) = leads(engine, here.mona)
    assert answer.location == f"/leads/{ada.id}"
    assert (saved_lead.name, saved_lead.phone) == ("Ada King", "+49 30 5550100")
    assert (saved_lead.external_id, saved_lead.amount_minor) == ("L-7", 120_000)


def test_a_wrong_change_changes_nothing(engine: Engine, here: Cast, mona: FlaskClient):
    ada = new_lead(engine, here)

    answer = mona.post(f"/leads/{ada.id}", data={"name": "Ada King", "email": "nowhere"})

    assert answer.status_code == 422
    assert "Ada King" in answer.text
    assert leads(engine, here.mona)[0].name == "Ada Byron"


def test_a_returned_lead_is_put_right_and_handed_off_in_one_press(
    engine: Engine, here: Cast, mona: FlaskClient, browser: Browser, clock: Clock
):
    ada = handed_off(engine, here)
    clock.now += timedelta(hours=1)
    browser(here.sam).post(f"/leads/{ada.id}/return", data={"reason": "inaccurate_data"})
    clock.now += timedelta(hours=1)

    assert "Save and hand off again" in mona.get(f"/leads/{ada.id}/edit").text
    mona.post(f"/leads/{ada.id}", data={"name": "Ada", "phone": "+49 30 1", "then": "fixed"})

    (fixed,) = leads(engine, here.mona)
    assert (fixed.stage, fixed.phone, fixed.owner_id) == (
        Stage.HANDED_OFF,
        "+49 30 1",
        here.sam.id,
    )


# One lead


def test_the_page_tells_why_a_lead_of_maundy_thursday_is_due_after_easter(
    engine: Engine, here: Cast, browser: Browser, clock: Clock
):
    saved(engine, lambda session: make_hours(session, here.sales, version=2, holidays=EASTER))
    promised(engine, here)
    clock.now = berlin("2027-03-25 18:00")
    ada = handed_off(engine, here, now=clock.now)

    page = browser(here.sam).get(f"/leads/{ada.id}").text

    clock_shown = page.split('id="clock-1"')[1].split('id="clock-2"')[0]
    assert 'datetime="2027-03-30T11:00:00Z" title="Tue 30 Mar 2027, 13:00 CEST"' in clock_shown
    assert "Why is it due then?" in clock_shown
    told = [part.split("</li>")[0] for part in clock_shown.split("<li>")[1:]]
    assert told == [
        "Accept or return: 4 hours of open time promised by sales.",
        "Started Thursday 25 March 2027 at 18:00: handed off by Mona.",
        "Thursday 25 March: already closed.",
        "Friday 26 March: Good Friday, closed.",
        "Saturday 27 to Sunday 28 March: closed.",
        "Sunday 28 March: the clocks change; the day has 23 hours.",
        "Monday 29 March: Easter Monday, closed.",
        "Tuesday 30 March: 4 hours counted.",
        "Due Tuesday 30 March 2027 at 13:00 (Europe/Berlin).",
        "4 hours left.",
    ]


def test_the_story_stands_on_both_sides_of_one_line(engine: Engine, here: Cast, browser: Browser):
    ada = handed_off(engine, here)
    sam = browser(here.sam)
    sam.post(f"/leads/{ada.id}/return", data={"reason": "no_fit", "note": "Too small"})

    page = sam.get(f"/leads/{ada.id}").text

    marketing, sales = page.split('<li class="history-event ')[1:]
    assert marketing.startswith("marketing")
    assert "Mona handed it off to you" in marketing
    assert sales.startswith("sales")
    assert "You returned it" in sales
    assert "No fit – Too small" in sales


def test_who_and_where_from_stand_on_the_page(engine: Engine, here: Cast, mona: FlaskClient):
    webinar = saved(engine, lambda session: source_id_of(session, here.id, "Webinar"))
    ada = new_lead(
        engine,
        here,
        source_id=webinar,
        email="ada@globex.example",
        do_not_mail=True,
        amount_minor=123_450,
        details={"Campaign": "Spring"},
    )

    page = mona.get(f"/leads/{ada.id}").text

    assert all(words in page for words in ("Webinar", "1,234.50 EUR", "Campaign", "Spring"))
    assert "mailto:" not in page
    assert "do not mail" in page


def test_a_lead_without_a_clock_says_what_starts_one(engine: Engine, here: Cast, mona: FlaskClient):
    ada = new_lead(engine, here)

    assert "No clock runs for this lead." in mona.get(f"/leads/{ada.id}").text


def test_every_page_keeps_what_was_typed_as_text(engine: Engine, here: Cast, mona: FlaskClient):
    ada = new_lead(engine, here, "<script>alert(1)</script>", details={"<b>": "<i>"})

    for address in ("/leads", f"/leads/{ada.id}", f"/leads/{ada.id}/edit"):
        page = mona.get(address).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_who_is_not_signed_in_is_asked_to_and_comes_back(app):
    answer = app.test_client().get("/leads?stage=new")

    assert answer.status_code == 303
    assert urlsplit(answer.location).path == "/sign-in"


def test_a_changed_score_and_amount_are_told_on_the_page(
    engine: Engine, here: Cast, mona: FlaskClient
):
    promised(engine, here)
    ada = handed_off(engine, here, score=40)
    form = {"name": "Ada Byron", "score": "80", "amount_minor": "1234.50", "currency": "eur"}

    page = mona.post(f"/leads/{ada.id}", data=form, follow_redirects=True).text
    again = mona.get(f"/leads/{ada.id}/edit").text

    assert "You changed what promises depend on" in page
    assert "core 80" in page
    assert "1,234.50 EUR" in page
    assert 'value="1234.50"' in again


@pytest.mark.parametrize("amount", ["much", "-5", "1.234"])
def test_what_is_no_amount_changes_nothing(
    engine: Engine, here: Cast, mona: FlaskClient, amount: str
):
    ada = handed_off(engine, here)

    answer = mona.post(f"/leads/{ada.id}", data={"name": "Ada", "amount_minor": amount})

    assert answer.status_code == 422
    assert f'value="{amount}"' in answer.text
