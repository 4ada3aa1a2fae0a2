"""What waits for somebody who is deactivated and asks for an act goes to the substitutes."""

from collections.abc import Iterator, Sequence

from sqlmodel import Session

from alignment.accounts.events import PersonDeactivated
from alignment.accounts.models import User
from alignment.accounts.people.substitutes import Substitutes
from alignment.notifications.models import Delivery
from alignment.notifications.notice_kinds import kind_of
from alignment.notifications.outbox import queries
from alignment.notifications.outbox.enqueue import enqueue_many
from alignment.notifications.outbox.notice import Notice


def forward_to_substitutes(session: Session, events: Sequence[PersonDeactivated]) -> None:
    """Each once; who was told of the same cause already is not told again."""
    for event in events:
        person = session.get_one(User, event.user_id)
        substitutes = Substitutes(session, event.workspace_id, now=event.at)
        waiting = [
            delivery
            for delivery in queries.unsent_to(session, person)
            if kind_of(delivery.kind).goes_to_substitutes
        ]
        for substitute in substitutes.acting_for(person):
            enqueue_many(session, _forwarded(waiting, person, substitute), now=event.at)


def _forwarded(waiting: Sequence[Delivery], person: User, substitute: User) -> Iterator[Notice]:
    """The key of a cause ends with its reader; copies by other channels follow from the first."""
    for delivery in waiting:
        cause, _, reader = delivery.key.rpartition(":")
        if reader == str(person.id):
            yield Notice(
                workspace_id=delivery.workspace_id,
                key=f"{cause}:{substitute.id}",
                kind=delivery.kind,
                recipient_id=substitute.id,
                address=substitute.email,
                subject_id=delivery.subject_id,
                words=delivery.words,
                thread=delivery.thread,
            )
