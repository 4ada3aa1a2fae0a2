"""What goes together stays together on every try, and is asked again each time."""

from datetime import timedelta

from alignment import db
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.base import DeliveryError, OutgoingMessage, Sent
from alignment.notifications.channels.kept_mail import KeptMail
from alignment.notifications.models import Outcome
from alignment.notifications.sending.claims import LEASE, claim
from alignment.notifications.sending.dispatch import BATCH_SIZE
from alignment.notifications.sending.queries import Partition
from tests.acceptance.notices import make_notice, make_notices
from tests.factories import MONDAY_NINE, make_stella
from tests.postbox import deliveries, letter_to, office_for, post, send_due

A_MINUTE = timedelta(minutes=1)
LATER = MONDAY_NINE + 2 * A_MINUTE


class Noting(KeptMail):
    """Keeps what it is given; an ``error`` comes in place of the next answer."""

    def __init__(self, error: DeliveryError | None = None) -> None:
        self.error = error
        self.messages: list[OutgoingMessage] = []

    def open(self) -> "Noting":
        return self

    def send(self, message: OutgoingMessage) -> Sent:
        self.messages.append(message)
        error, self.error = self.error, None
        if error:
            raise error
        return super().send(message)


def lost_answer():
    return DeliveryError("The answer was lost.", outcome=Outcome.UNKNOWN)


def done(*numbers):
    """A check by which these leads no longer matter on the second try."""

    def check(_session, delivery, *, now):
        is_done = now > MONDAY_NINE and delivery.subject_id in numbers
        return "It is done." if is_done else None

    return {"lead_assigned": check}


def test_a_summary_whose_answer_was_lost_goes_again_as_it_was(engine, here):
    post(engine, *make_notices("lead_assigned", here.sam, 7))
    channel = Noting(lost_answer())
    send_due(engine, office_for(channel))
    post(engine, make_notice("lead_assigned", here.sam, 8), now=LATER)

    send_due(engine, office_for(channel), now=LATER)

    first, *others = channel.messages
    again = next(one for one in others if one.id == first.id)
    assert again.text == first.text
    assert [one.subject[:6] for one in others if one is not again] == ["Lead 8"]


def test_what_was_done_meanwhile_leaves_the_summary_on_its_second_try(engine, here):
    post(engine, *make_notices("lead_assigned", here.sam, 7))
    channel = Noting(lost_answer())
    send_due(engine, office_for(channel, still_matters=done(3)))

    send_due(engine, office_for(channel, still_matters=done(3)), now=LATER)

    assert channel.messages[1].subject.startswith("6 leads were given to you")
    assert "Lead 3 " not in channel.messages[1].text
    assert (deliveries(engine)[2].outcome, deliveries(engine)[2].reason) == (
        Outcome.SUPPRESSED,
        "It is done.",
    )


def test_where_the_carrier_no_longer_matters_another_one_takes_its_identity(engine, here):
    post(engine, *make_notices("lead_assigned", here.sam, 7))
    channel = Noting(lost_answer())
    send_due(engine, office_for(channel, still_matters=done(1)))

    send_due(engine, office_for(channel, still_matters=done(1)), now=LATER)

    carrier, heir, *others = deliveries(engine)
    assert (carrier.outcome, heir.outcome) == (Outcome.SUPPRESSED, Outcome.KEPT)
    assert channel.messages[0].id == channel.messages[1].id
    assert channel.messages[1].subject.startswith("6 leads were given to you: Lead 2")
    assert {one.merged_into_id for one in others} == {heir.id}


def test_what_may_have_left_already_is_never_told_in_a_summary(engine, here):
    post(engine, make_notice("lead_assigned", here.sam, 1))
    mail = Partition(workspace_id=here.id, channel=ChannelKind.EMAIL)
    claim(engine, office_for(KeptMail()), mail, limit=10, now=MONDAY_NINE)
    post(engine, *make_notices("lead_assigned", here.sam, 9, first=2), now=MONDAY_NINE + LEASE)
    channel = Noting()

    send_due(engine, office_for(channel), now=MONDAY_NINE + LEASE)

    assert sorted(one.subject.split(" is ")[0] for one in channel.messages) == [
        "9 leads were given to you: Lead 2",
        "Lead 1",
    ]


def test_one_line_that_cannot_be_written_keeps_no_other_from_being_told(engine, here):
    broken = letter_to(here.sam, key="broken", kind="lead_assigned", words={})
    post(engine, *make_notices("lead_assigned", here.sam, 6), broken)
    channel = Noting()

    send_due(engine, office_for(channel))

    (summary,) = channel.messages
    assert "- A lead is yours now\n" in summary.text
    assert "- Lead 6 is yours now" in summary.text


def test_a_summary_belongs_to_no_thread_and_leads_to_the_worst_of_it(engine, here):
    post(engine, *make_notices("lead_assigned", here.sam, 6))
    channel = Noting()

    send_due(engine, office_for(channel))

    (summary,) = channel.messages
    assert (summary.thread, summary.is_summary) == ("", True)
    assert summary.link == "https://alignment.acme.test/leads/1"


def test_a_quiet_workspace_is_served_between_the_turns_of_a_noisy_one(engine, here):
    with db.transaction(engine) as session:
        stella = make_stella(session)
    post(engine, *(letter_to(here.sam, key=f"noise-{number}") for number in range(120)))
    post(engine, letter_to(stella, key="quiet"), now=MONDAY_NINE)
    channel = Noting()

    send_due(engine, office_for(channel))

    assert len(channel.messages) == 121
    assert [one.name for one in channel.messages].index("Stella") <= BATCH_SIZE
