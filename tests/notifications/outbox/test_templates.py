"""Letters are written from templates, for one reader, with nothing left open."""

import re

import pytest

from alignment.folders import TEMPLATES
from alignment.notifications.outbox.templates import (
    Reader,
    RenderError,
    Surroundings,
    render_notice,
)
from tests.notifications.notice_templates import notice_templates

MONA = Reader(name="Mona", address="mona@acme.test", zone="Europe/Berlin", workspace="Acme")


def written(words, **given):
    surroundings = Surroundings(**given)
    return render_notice(
        "plain",
        words,
        reader=MONA,
        base_url="https://alignment.acme.test",
        surroundings=surroundings,
    )


def test_a_letter_has_a_subject_a_text_and_an_html_part():
    letter = written({"about": "Globex"})

    assert letter.subject == "Acme: something waits for you"
    assert 'A message about "Globex"' in letter.text
    assert "A message about “Globex”" in letter.html
    assert "https://alignment.acme.test/" in letter.text


def test_what_people_typed_is_shown_and_never_run():
    letter = written({"about": "{{ 7 * 7 }} <b>%s ${x}"})

    assert "{{ 7 * 7 }} <b>%s ${x}" in letter.text
    assert "{{ 7 * 7 }} &lt;b&gt;%s ${x}" in letter.html


def test_what_people_typed_never_becomes_a_link():
    letter = written({"about": "Reset your password at http://evil.test"})

    assert "http://evil.test" not in letter.text + letter.html
    assert "http: //evil.test" in letter.text


def test_a_missing_word_is_an_error_with_its_name():
    with pytest.raises(RenderError, match="'about' is undefined"):
        written({})


def test_an_unknown_kind_is_an_error_with_its_name():
    with pytest.raises(RenderError, match=r"no template notices/no_such_kind\.subject\.txt\.$"):
        render_notice("no_such_kind", {}, reader=MONA, base_url="https://alignment.acme.test")


def test_only_a_reader_who_may_stop_mail_is_told_how():
    with_link = written({"about": "Globex"}, unsubscribe_url="https://alignment.acme.test/u/abc")
    without = written({"about": "Globex"})

    assert "/u/abc" in with_link.text
    assert "/u/abc" in with_link.html
    assert "Stop mail" not in without.text + without.html


def test_the_styles_are_in_the_tags_and_only_screens_and_themes_stay_in_the_head():
    html = written({"about": "Globex"}).html

    assert '<body style="' in html
    assert re.findall(r"@media \(([a-z-]+):", html) == ["max-width", "prefers-color-scheme"]


def test_a_text_part_has_no_trailing_spaces_and_no_gaps():
    text = written({"about": "Globex"}).text

    assert not re.search(r"[ \t]\n|\n\n\n", text)
    assert text.endswith("Alignment · Acme\n")


@pytest.mark.parametrize("kind", notice_templates())
def test_every_kind_of_letter_has_all_three_parts(kind):
    for part in ("subject.txt", "txt", "html"):
        assert (TEMPLATES / "notices" / f"{kind}.{part}").is_file()
