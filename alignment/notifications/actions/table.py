"""The one table of actions, which mail, chat and reply read; and what each request needs of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from alignment.notifications.actions.buttons import WHOLE_MESSAGE
from alignment.notifications.actions.definitions import Action, Topic
from alignment.notifications.models import Delivery


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One thing that a message is about, and the thread under which its buttons stand."""

    thread: str
    topic: Topic
    id: int


@dataclass(frozen=True, kw_only=True)
class ActionTable:
    """Every topic by name, and by kind of message the topic that its subject is of."""

    topics: Mapping[str, Topic] = field(default_factory=dict)
    topic_by_kind: Mapping[str, Topic] = field(default_factory=dict)

    def in_chat(self, kind: str) -> tuple[Action, ...]:
        """What everybody in a channel is shown; who pressed is asked for the right afterwards."""
        topic = self.topic_by_kind.get(kind)
        return tuple(action for action in topic.actions if action.is_in_chat) if topic else ()

    def subjects_of(self, delivery: Delivery) -> Iterator[Subject]:
        """What the whole message is about, and each line of a digest that has buttons."""
        if topic := self.topic_by_kind.get(delivery.kind):
            yield Subject(thread=WHOLE_MESSAGE, topic=topic, id=delivery.subject_id)
        for section in delivery.words.get("sections", ()):
            for line in section["lines"]:
                name, _, number = line.get("thread", "").partition("-")
                topic = self.topics.get(name)
                if topic is not None and topic.is_in_digest:
                    yield Subject(thread=line["thread"], topic=topic, id=int(number))


NO_ACTIONS = ActionTable()


@dataclass(frozen=True, kw_only=True)
class ActionContext:
    """What opens a mail's link or takes a reply: one transaction at one instant, the table, and
    the keys to signed links and addresses.
    """

    session: Session
    actions: ActionTable
    secret: str
    now: datetime
    reply_domain: str = ""
