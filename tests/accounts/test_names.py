import pytest

from alignment.accounts.names import address_key, clean_address, clean_name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        pytest.param("Mona", "Mona", id="a name"),
        pytest.param("  Mona \t Lisa ", "Mona Lisa", id="spaces around and between"),
        pytest.param("Joe\u0301", "Jo\u00e9", id="an accent written apart"),
        pytest.param("<b>Acme</b>", "<b>Acme</b>", id="markup is text"),
        pytest.param("Zoë 👩‍👩‍👧", "Zoë 👩‍👩‍👧", id="a family in one sign"),
        pytest.param("😀" * 200, "😀" * 200, id="two hundred signs of four bytes"),
    ],
)
def test_a_name_is_kept_as_people_write_it(typed, kept):
    assert clean_name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        pytest.param("", "Fill this in", id="nothing"),
        pytest.param("   ", "Fill this in", id="spaces"),
        pytest.param("\u200b", "Fill this in", id="only what cannot be seen"),
        pytest.param("x" * 201, "at most 200", id="too long"),
        pytest.param("Acme\u202egro", "cannot be seen", id="turned round"),
        pytest.param("Ac\x00me", "cannot be seen", id="a null"),
        pytest.param("Ac\ud83dme", "cannot be seen", id="half a sign"),
    ],
)
def test_a_name_that_misleads_is_refused(typed, sentence):
    with pytest.raises(ValueError, match=sentence):
        clean_name(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        pytest.param("mona@acme.test", "mona@acme.test", id="plain"),
        pytest.param("Mona@Acme.TEST", "Mona@acme.test", id="the domain in lower case"),
        pytest.param("mona+leads@acme.test", "mona+leads@acme.test", id="with a tag"),
        pytest.param("mona@münchen.de", "mona@xn--mnchen-3ya.de", id="a domain with an umlaut"),
    ],
)
def test_an_address_is_kept_as_mail_is_sent(typed, kept):
    assert clean_address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "a",
        "a@",
        "@b",
        "a@b",
        "a b@c.de",
        "a@b..c",
        "a@-b.c",
        '"a@evil> "@x.test',
        "mona@acme.test\nBcc: eve@x.test",
        "mona@acme.test\n",
        "ｊoe@example.com",
        "joe\u200b@x.test",
        "x" * 65 + "@acme.test",
        "x@" + "y" * 60 + "." + "z" * 200 + ".test",
    ],
)
def test_an_address_that_no_mail_reaches_is_refused(typed):
    with pytest.raises(ValueError, match=r"cannot be used|at most 254"):
        clean_address(typed)


def test_one_person_has_one_account_however_the_address_is_written():
    assert address_key(" Mona@ACME.test") == address_key("mona@acme.test")
