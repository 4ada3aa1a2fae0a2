import re

from sqlmodel import Session, select

from alignment.accounts.models import Absence

DAYS = {"first_on": "2027-03-02", "last_on": "2027-03-05", "note": "Skiing"}


def kept(engine):
    with Session(engine) as session:
        return [(x.user_id, f"{x.first_on}", f"{x.last_on}") for x in session.exec(select(Absence))]


def removal(page):
    return re.findall(r'action="([^"]*/days-off/\d+/removal)"', page.text)[0]


def test_a_person_keeps_own_days_off_and_sees_them(browser, here, engine):
    sam = browser(here.sam)

    answer = sam.post("/account/days-off", data=DAYS)

    assert answer.location == "/account"
    assert kept(engine) == [(here.sam.id, "2027-03-02", "2027-03-05")]
    page = sam.get("/account").text
    assert "Tue 2 Mar 2027 to Fri 5 Mar 2027, Skiing" in page
    assert "away today" not in page


def test_on_a_day_off_the_page_says_so(browser, here):
    sam = browser(here.sam)
    sam.post("/account/days-off", data={"first_on": "2027-03-01", "last_on": ""})

    assert "away today" in sam.get("/account").text


def test_a_person_removes_own_days_off(browser, here, engine):
    sam = browser(here.sam)
    sam.post("/account/days-off", data=DAYS)

    answer = sam.post(removal(sam.get("/account")))

    assert answer.location == "/account"
    assert kept(engine) == []


def test_nobody_removes_days_off_of_another_person_from_the_own_page(browser, here, engine):
    sam = browser(here.sam)
    sam.post("/account/days-off", data=DAYS)

    answer = browser(here.olga).post(removal(sam.get("/account")))

    assert answer.status_code == 404
    assert len(kept(engine)) == 1


def test_a_manager_keeps_and_removes_days_off_of_a_member(browser, here, engine):
    mona, page = browser(here.mona), f"/people/{here.sam.id}"

    assert mona.post(f"{page}/days-off", data=DAYS).location == page
    assert kept(engine) == [(here.sam.id, "2027-03-02", "2027-03-05")]
    assert mona.post(removal(mona.get(page))).location == page
    assert kept(engine) == []


def test_what_cannot_be_kept_is_said_beside_what_was_typed(browser, here, engine):
    sam = browser(here.sam)

    no_date = sam.post("/account/days-off", data={"first_on": "soon", "note": "Skiing"})
    backwards = sam.post("/account/days-off", data=DAYS | {"last_on": "2027-03-01"})
    over = sam.post("/account/days-off", data={"first_on": "2027-02-01"})

    assert [x.status_code for x in (no_date, backwards, over)] == [422] * 3
    assert "Enter a date, like 2027-03-30." in no_date.text
    assert 'value="Skiing"' in no_date.text
    assert "The last day off lies before the first." in backwards.text
    assert "These days are over." in over.text
    assert kept(engine) == []


def test_a_substitute_is_chosen_with_the_days_off(browser, here):
    sam = browser(here.sam)

    sam.post("/account/days-off", data=DAYS | {"substitute_id": here.mona.id})

    page = sam.get("/account").text
    assert "Skiing; Mona stands in" in page
    assert f'<option value="{here.olga.id}">Olga</option>' in page
    assert f'<option value="{here.sam.id}">' not in page
