import pytest

from alignment.accounts.authentication import passwords
from alignment.accounts.authentication.passwords import (
    check_new,
    hash_password,
    is_outdated,
    is_right,
)

OLD_HASH = "$argon2id$v=19$m=1024,t=1,p=1$c2FsdHNhbHQ$HWiyNU58xDuzyBAyLImmb5xxDd3gMTEVgvcMzgKzdlY"


def test_a_password_is_hashed_as_the_cheat_sheet_asks():
    assert hash_password("correct horse battery").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_only_the_right_password_is_right():
    kept = hash_password("correct horse battery")

    assert is_right("correct horse battery", kept)
    assert not is_right("correct horse batterz", kept)
    assert not is_right("", kept)


def test_nobody_without_a_password_gets_in_by_one():
    assert not is_right("the password of nobody", None)
    assert not is_right("", None)


def test_a_hash_that_cannot_be_read_lets_nobody_in():
    assert not is_right("correct horse battery", "plain text")


def test_a_weaker_hash_is_outdated_and_a_new_one_is_not():
    assert is_outdated(OLD_HASH)
    assert not is_outdated(hash_password("correct horse battery"))


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        pytest.param("sevench", "at least 8", id="seven characters"),
        pytest.param("x" * 1025, "at most 1024", id="more than a thousand"),
        pytest.param("Password1", "too common", id="on every list"),
        pytest.param("P@ssw0rd", "too common", id="on every list, with signs"),
        pytest.param("alignment", "too common", id="the product"),
        pytest.param("Alignment1", "too common", id="the product with a number"),
        pytest.param("Hooligans", "too common", id="a word"),
        pytest.param("mona2027", "too common", id="the person and the year"),
    ],
)
def test_a_password_that_anybody_could_guess_is_refused(password, sentence):
    with pytest.raises(ValueError, match=sentence):
        check_new(password, known=["Mona"])


@pytest.mark.parametrize(
    "password",
    [
        "kfz9-uwpl",
        "x7" * 40,
        "correct horse battery " * 45,
        " " * 20,
        "gr😀ß an alle drei",
        " leading space stays",
    ],
)
def test_any_other_password_is_taken_as_it_is(password):
    check_new(password)

    assert passwords.is_right(password, hash_password(password))
    assert not passwords.is_right(password.strip() + "x", hash_password(password))
