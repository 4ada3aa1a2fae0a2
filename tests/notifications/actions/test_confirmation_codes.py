"""The four digits of a mail: the same on every try, another one for another person or password."""

from sqlmodel import select

from alignment import db
from alignment.notifications.actions import confirmation_codes
from alignment.notifications.actions.confirmation_codes import code_for
from alignment.notifications.models import MailAction
from tests.factories import MONDAY_NINE
from tests.postbox import deliveries, letter_to, post

SECRET = "s" * 32


def test_a_code_is_four_digits_and_the_same_on_every_try(session, acme):
    code = code_for(7, acme.sam, secret=SECRET)

    assert (len(code), code.isdigit()) == (4, True)
    assert code == code_for(7, acme.sam, secret=SECRET)


def test_messages_people_passwords_and_installations_have_codes_of_their_own(session, acme):
    codes_of_sam = {code_for(number, acme.sam, secret=SECRET) for number in range(50)}
    own = [code_for(number, acme.sam, secret=SECRET) for number in range(5)]

    assert len(codes_of_sam) > 40
    assert own != [code_for(number, acme.mona, secret=SECRET) for number in range(5)]
    assert own != [code_for(number, acme.sam, secret="t" * 32) for number in range(5)]
    acme.sam.security_stamp = "another"
    assert own != [code_for(number, acme.sam, secret=SECRET) for number in range(5)]


def test_only_guesses_are_counted_and_each_one_is(engine, here):
    post(engine, letter_to(here.sam))
    (mail,) = deliveries(engine)
    wrong = f"{(int(code_for(mail.id, here.sam, secret=SECRET)) + 1) % 10_000:04d}"

    for typed in ("", "12", "12345", "abcd", "١٢٣٤", wrong, wrong):
        assert not confirmation_codes.verify_code(
            engine, mail, here.sam, typed, secret=SECRET, now=MONDAY_NINE
        )

    with db.read_only_session(engine) as session:
        assert session.exec(select(MailAction)).one().wrong_codes == 2
