"""Every SELECT about actions. Workspace or person is the scope."""

from collections.abc import Iterator, Mapping

from alignment.notifications.actions.buttons import WHOLE_MESSAGE
from alignment.notifications.actions.definitions import Topic
from alignment.notifications.models import Delivery


def subjects_of(
    delivery: Delivery, topics: Mapping[str, Topic], acted_on: Mapping[str, str]
) -> Iterator[tuple[str, Topic, int]]:
    """Each thing with buttons: the thread under which they stand, its topic and its number."""
    own = acted_on.get(delivery.kind)
    if own is not None:
        yield WHOLE_MESSAGE, topics[own], delivery.subject_id
    for section in delivery.words.get("sections", ()):
        for line in section["lines"]:
            about, _, number = line.get("thread", "").partition("-")
            topic = topics.get(about)
            if topic is not None and topic.is_in_digest:
                yield line["thread"], topic, int(number)
