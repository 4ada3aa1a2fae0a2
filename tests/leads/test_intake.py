"""What is told about a lead is checked once, at the door."""

import pytest
from pydantic import ValidationError
from sqlmodel import Session, select

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.leads.event_kinds import EventKind
from alignment.leads.history import queries
from alignment.leads.intake import NewLead, add_lead, clean_text, email_key_of, source_id_of
from alignment.leads.models import Lead, Source, Stage
from tests.factories import MONDAY_NINE, Cast


def known(session: Session, acme: Cast, **told: object) -> Lead:
    return add_lead(session, NewLead.model_validate(told), by=acme.mona, now=MONDAY_NINE)


def test_a_lead_that_arrives_is_with_marketing(session: Session, acme: Cast):
    lead = known(session, acme, name="Ada Byron", email="ada@globex.example", source="Webinar")

    assert (lead.stage, lead.arrived_at) == (Stage.NEW, MONDAY_NINE)
    assert session.get_one(Source, lead.source_id).name == "Webinar"
    assert [line.kind for line in queries.history_of(session, lead)] == [EventKind.ARRIVED]


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"email": "ada@globex.example"}, "ada@globex.example"),
        ({"external_id": "L-7"}, "L-7"),
        ({"name": "Ada", "external_id": "L-7"}, "Ada"),
    ],
)
def test_a_lead_is_never_without_a_name(
    session: Session, acme: Cast, told: dict[str, str], name: str
):
    assert known(session, acme, **told).name == name


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "\u202e", "\ud83d", "\ue000"])
def test_who_has_no_name_address_or_id_is_nobody(name: str):
    with pytest.raises(ValidationError, match="needs a name, a mail address or an id"):
        NewLead(name=name, company="Globex")


@pytest.mark.parametrize(
    "address",
    [
        *("a", "a@", "@b", "a@b", "a b@c.example", "a@b..example", "a@-b.example"),
        '"a@evil> "@globex.example',
        "ada@globex.example\nBcc: eve@evil.example",
        "Ada <ada@globex.example>",
    ],
)
def test_what_cannot_be_written_to_is_no_address(address: str):
    with pytest.raises(ValidationError, match="is not a mail address"):
        NewLead(email=address)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ada+news@globex.example", "ada+news@globex.example"),
        (" ada@globex.example\n", "ada@globex.example"),
        ("Ada@Globex.EXAMPLE", "Ada@globex.example"),
        ("ada\u200b@globex.example", "ada@globex.example"),
        ("ada@m\u00fcnchen.example", "ada@m\u00fcnchen.example"),
    ],
)
def test_an_address_is_kept_as_its_owner_writes_it(typed: str, kept: str):
    assert NewLead(email=typed).email == kept


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Joe@Example.com", "joe@example.com"),
        ("\uff4aoe@example.com", "joe@example.com"),
        ("stra\u00dfe@example.com", "STRASSE@example.com"),
    ],
)
def test_addresses_are_compared_without_case_and_width(one: str, other: str):
    assert email_key_of(one) == email_key_of(other)


def test_somebody_known_is_not_written_down_twice(session: Session, acme: Cast):
    known(session, acme, name="Ada Byron", email="ada@globex.example")

    with pytest.raises(Refused, match="Ada Byron is known already"):
        known(session, acme, name="Ada", email="ADA@globex.example")

    assert len(session.exec(select(Lead)).all()) == 1


def test_an_id_tells_two_leads_of_one_address_apart(session: Session, acme: Cast):
    first = known(session, acme, external_id="L-1", email="info@globex.example")

    second = known(session, acme, external_id="L-2", email="info@globex.example")

    assert second.id != first.id


def test_a_lead_of_another_workspace_is_not_known_here(session: Session, acme: Cast, stella: User):
    known(session, acme, email="ada@globex.example")

    theirs = add_lead(session, NewLead(email="ada@globex.example"), by=stella, now=MONDAY_NINE)

    assert theirs.workspace_id == stella.workspace_id


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ada\r\nBcc: eve@evil.example", "Ada Bcc: eve@evil.example"),
        ("Ada\x0b\x0c\u2028\u0085Byron", "Ada Byron"),
        ("a\x00b", "a b"),
        ("\u202eadA\u2066\u2069", "adA"),
        ("Jose\u0301", "Jos\u00e9"),
        (
            "\U0001f468\u200d\U0001f469\u200d\U0001f467",
            "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        ),
        ("{{7*7}} %s ${x} <b>", "{{7*7}} %s ${x} <b>"),
        ("\u00b2", "\u00b2"),
    ],
)
def test_text_is_kept_without_what_nobody_sees(typed: str, kept: str):
    assert clean_text(typed) == kept


@pytest.mark.parametrize(
    "told",
    [
        {"name": "x" * 201},
        {"email": f"a@{'b' * 250}.example"},
        {"name": "Ada", "score": "1.5"},
        {"name": "Ada", "score": -1},
        {"name": "Ada", "score": 2**63},
        {"name": "Ada", "amount_minor": 10**30},
        {"name": "Ada", "currency": "EURO"},
        {"name": "Ada", "workspace_id": 2},
        {"name": "Ada", "stage": "won"},
    ],
)
def test_what_does_not_fit_is_refused(told: dict[str, object]):
    with pytest.raises(ValidationError):
        NewLead.model_validate(told)


def test_two_hundred_emoji_fit():
    assert len(NewLead(name="\U0001f600" * 200).name) == 200


def test_one_source_in_two_spellings_is_one(session: Session, acme: Cast):
    first = source_id_of(session, acme.id, "Google")

    assert source_id_of(session, acme.id, " gOOgle".strip()) == first
    assert source_id_of(session, acme.id, "\uff27oogle") == first
    assert source_id_of(session, acme.id, "Webinar") != first
    assert source_id_of(session, acme.id, "") is None


def test_a_letter_under_a_pile_of_marks_is_refused():
    with pytest.raises(ValidationError, match="more than 8 marks"):
        NewLead(name="q" + "\u0302" * 9)


def test_eight_marks_on_a_letter_are_taken():
    assert NewLead(name="q" + "\u0302" * 8).name == "q" + "\u0302" * 8


def test_a_name_before_the_at_sign_of_65_characters_is_refused():
    with pytest.raises(ValidationError, match="not a mail address"):
        NewLead(email="a" * 65 + "@globex.test")
