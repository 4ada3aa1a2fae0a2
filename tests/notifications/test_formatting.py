"""How times and other people's text read in a message."""

from datetime import UTC, date, datetime
from enum import StrEnum

import pytest

from alignment.notifications import formatting


class Colour(StrEnum):
    RED = "red"


def test_an_instant_is_told_in_the_readers_zone_from_text_or_value():
    one_pm = datetime(2027, 3, 30, 11, 0, tzinfo=UTC)

    assert formatting.format_instant(one_pm, "Europe/Berlin") == "Tue 30 Mar 2027, 13:00 CEST"
    assert formatting.format_instant(one_pm.isoformat(), "America/Sao_Paulo") == (
        "Tue 30 Mar 2027, 08:00 UTC-03"
    )


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="has no time zone"):
        formatting.format_instant("2027-03-30T11:00:00", "Europe/Berlin")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(12_000, "3 h 20 min"), (59, "59 s"), (3600, "1 h"), (-90, "−1 min"), (None, "–")],
)
def test_a_span_reads_in_hours_and_minutes(seconds, words):
    assert formatting.format_duration(seconds) == words


def test_a_date_and_a_number_read_as_on_a_page():
    assert (
        formatting.format_date("2027-03-30")
        == formatting.format_date(date(2027, 3, 30))
        == "Tue 30 Mar 2027"
    )
    assert formatting.format_number(-12345) == "−12,345"


@pytest.mark.parametrize(
    "trick",
    [
        "a\nBcc: z@z.test",
        "a\r\nb",
        "a\x0bb",
        "a\x0cb",
        "a\u2028b",
        "a\u0085b",
        "a\ud800b",
        "a\x00b",
    ],
)
def test_nothing_in_a_line_can_begin_another_line(trick):
    line = formatting.one_line(trick)

    assert line.isprintable()
    assert line.startswith("a ")


def test_text_that_would_run_backwards_loses_its_turn():
    assert formatting.one_line("invoice\u202egpj.exe") == "invoicegpj.exe"


def test_somebody_elses_text_is_cut_at_120_characters():
    quote = formatting.quote_briefly("x" * 500)

    assert (len(quote), quote[-2:]) == (120, "x…")


def test_somebody_elses_text_never_becomes_a_link():
    words = {"company": "Pay at https://evil.test or www.evil.test", "seen": [1, "WWW.evil.test"]}

    assert formatting.break_links(words) == {
        "company": "Pay at https: //evil.test or www .evil.test",
        "seen": [1, "WWW .evil.test"],
    }


def test_words_are_stored_as_json_knows_them():
    words = {
        "at": datetime(2027, 3, 30, 11, 0, tzinfo=UTC),
        "on": date(2027, 3, 30),
        "colour": Colour.RED,
        "note": "line\nline\x00\ud800",
        "rows": ({"n": 1},),
    }

    assert formatting.to_json_values(words) == {
        "at": "2027-03-30T11:00:00+00:00",
        "on": "2027-03-30",
        "colour": "red",
        "note": "line\nline  ",
        "rows": [{"n": 1}],
    }
