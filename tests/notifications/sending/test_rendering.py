"""What our copy of a message tells an administrator, and what it keeps back."""

from sqlmodel import Session

from alignment.leads.actions import LEAD
from alignment.notifications.actions.table import ActionTable
from alignment.notifications.channels.kept_mail import KeptMail
from alignment.notifications.sending.rendering import copy_of
from tests.factories import MONDAY_NINE
from tests.notifications.endpoint_factories import make_delivery
from tests.postbox import office_for


def copy_for(session: Session, sam, **given):
    office = office_for(
        KeptMail(),
        actions=ActionTable(topic_by_kind={"plain": LEAD}),
        reply_domain="reply.acme.test",
        **given,
    )
    return copy_of(session, make_delivery(session, sam), office, now=MONDAY_NINE)


def test_our_copy_hides_where_its_reader_answers(session, acme):
    copy = copy_for(session, acme.sam)

    assert (copy.reply_to, copy.return_path) == ("hidden@reply.acme.test",) * 2


def test_a_demo_shows_it(session, acme):
    assert copy_for(session, acme.sam, shows_secrets=True).reply_to.startswith("reply+")


def test_where_nobody_can_answer_nothing_is_hidden(session, acme):
    copy = copy_of(
        session, make_delivery(session, acme.sam), office_for(KeptMail()), now=MONDAY_NINE
    )

    assert (copy.reply_to, copy.return_path) == ("", "")
