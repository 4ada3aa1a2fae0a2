import json
from zoneinfo import ZoneInfo

import pytest

from alignment.files.dates import DateOrder
from alignment.files.errors import BadMapping
from alignment.files.fields import Field, FieldKind
from alignment.files.mapping import ColumnMapping, guess_columns, load_mapping, mapping_from
from alignment.files.money import DecimalSign

FIELDS = (
    Field(name="external_id", synonyms=("Record ID", "Prospect ID", "id")),
    Field(name="email", synonyms=("E-Mail Address",)),
    Field(name="source", synonyms=("Lead Source", "origin")),
    Field(name="handed_off_at", kind=FieldKind.INSTANT),
)

OLIST = b"""
[columns]
external_id = "mql_id"
handed_off_at = "first_contact_date"

[constants]
source = "olist"

[missing]
"*" = ["Select"]
source = ["?"]

[dates]
order = "ymd"
zone = "America/Sao_Paulo"

[numbers]
decimal = ","
"""


def test_columns_are_guessed_by_name_and_synonym_case_and_punctuation_aside():
    header = ("RECORD_ID", "e-mail", "Lead  source", "Notes")

    assert guess_columns(header, FIELDS) == {
        "external_id": "RECORD_ID",
        "email": "e-mail",
        "source": "Lead  source",
    }


def test_the_likeliest_synonym_wins_over_the_first_column():
    assert guess_columns(("id", "Record ID"), FIELDS) == {"external_id": "Record ID"}


def test_one_column_is_given_to_one_field_only():
    twins = (Field(name="email"), Field(name="login", synonyms=("email",)))

    assert guess_columns(("email",), twins) == {"email": "email"}


def test_a_file_says_it_all(make_file):
    mapping = load_mapping(make_file(OLIST), fields=FIELDS)

    assert mapping == ColumnMapping(
        columns={"external_id": "mql_id", "handed_off_at": "first_contact_date"},
        constants={"source": "olist"},
        missing={"*": ("Select",), "source": ("?",)},
        date_order=DateOrder.YMD,
        zone=ZoneInfo("America/Sao_Paulo"),
        decimal=DecimalSign.COMMA,
    )


def test_a_mapping_survives_being_stored_as_json(make_file):
    mapping = load_mapping(make_file(OLIST), fields=FIELDS)

    stored = json.loads(json.dumps(mapping.as_dict()))

    assert mapping_from(stored, fields=FIELDS) == mapping


def test_an_empty_mapping_survives_being_stored():
    assert mapping_from(ColumnMapping().as_dict(), fields=FIELDS) == ColumnMapping()


def test_columns_are_guessed_only_where_none_is_named():
    named = ColumnMapping(columns={"email": "Mail"})
    header = ("Mail", "Record ID", "origin")

    assert named.with_guessed_columns(header, FIELDS) is named
    assert ColumnMapping(constants={"source": "x"}).with_guessed_columns(
        header, FIELDS
    ).columns == {"external_id": "Record ID"}


def test_columns_that_nothing_is_read_from_are_listed():
    mapping = ColumnMapping(columns={"email": "e-mail"})

    assert mapping.ignored(("E-Mail", "Notes", "City")) == ("Notes", "City")


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        ("[colums]", "There is no section colums. Did you mean columns?"),
        ('[columns]\nemial = "x"', "There is no columns key emial. Did you mean email?"),
        ("[columns]\nemail = 5", "columns.email needs a text."),
        ('[columns]\nemail = ""', "columns.email needs a text."),
        ('columns = "email"', "columns needs keys with values."),
        ('[missing]\nsource = "Select"', "missing.source needs a list of texts."),
        ("[missing]\nsource = [5]", "missing.source needs a list of texts."),
        ('[dates]\nordre = "dmy"', "There is no dates key ordre. Did you mean order?"),
        ('[dates]\norder = "dym"', "dates.order is dym; it may be ymd or dmy or mdy."),
        (
            '[dates]\nzone = "europe/berlin"',
            "dates.zone europe/berlin is no time zone. Did you mean Europe/Berlin?",
        ),
        ('[dates]\nzone = "../../etc/passwd"', "dates.zone ../../etc/passwd is no time zone."),
        ('[numbers]\ndecimal = ";"', "numbers.decimal is ;; it may be . or ,."),
        (
            '[columns]\nemail = "a"\n[constants]\nemail = "b"',
            "email stands in both columns and constants.",
        ),
        ("[columns", "The mapping is not TOML: "),
    ],
)
def test_what_is_wrong_in_a_mapping_is_named(make_file, toml, sentence):
    with pytest.raises(BadMapping) as refusal:
        load_mapping(make_file(toml.encode()), fields=FIELDS)

    assert str(refusal.value).startswith(sentence)
