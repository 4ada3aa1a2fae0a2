"""PURE. Promises over a period as plain documents, for storing, comparing and sending."""

from alignment.accounts.roles import Side
from alignment.sla.promises.quotas import Measure, Per, Quota
from alignment.sla.promises.strict_json import (
    Document,
    Reader,
    choice_reader,
    read_integer,
    read_object,
    read_text,
    to_json_value,
    tuple_reader,
)
from alignment.sla.promises.target_documents import segment_from_document

NEEDED = ("key", "name", "owed_by", "measure", "goal", "per")


def quota_to_document(quota: Quota) -> Document:
    """Every field as JSON can hold it."""
    return dict(to_json_value(quota))


def quota_from_document(document: object) -> Quota:
    """The quota that was written; a missing field takes its default, a strange one is refused."""
    return Quota(**read_object(document, _QUOTA, "a promise over a period", needed=NEEDED))


_QUOTA: dict[str, Reader] = {
    "key": read_text,
    "name": read_text,
    "owed_by": choice_reader(Side),
    "measure": choice_reader(Measure),
    "goal": read_integer,
    "per": choice_reader(Per),
    "segment": segment_from_document,
    "currency": read_text,
    "required_fields": tuple_reader(read_text),
}
