"""PURE. Promises over a period as plain documents, for storing, comparing and sending."""

from alignment.accounts.roles import Side
from alignment.sla.documents import segment_from_document
from alignment.sla.plain import Document, Reader, every, one_of, plain, read, whole, words
from alignment.sla.quotas import Measure, Per, Quota

NEEDED = ("key", "name", "owed_by", "measure", "goal", "per")


def to_document(quota: Quota) -> Document:
    """Every field as JSON can hold it."""
    return dict(plain(quota))


def from_document(document: object) -> Quota:
    """The quota that was written; a missing field takes its default, a strange one is refused."""
    return Quota(**read(document, _QUOTA, "a promise over a period", needed=NEEDED))


_QUOTA: dict[str, Reader] = {
    "key": words,
    "name": words,
    "owed_by": one_of(Side),
    "measure": one_of(Measure),
    "goal": whole,
    "per": one_of(Per),
    "segment": segment_from_document,
    "currency": words,
    "required_fields": every(words),
}
