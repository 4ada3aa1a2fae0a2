"""The targets of a version, read from the document it keeps them in."""

from alignment.sla.documents import from_document
from alignment.sla.models import AgreementVersion
from alignment.sla.targets import Target


def targets_of(version: AgreementVersion) -> tuple[Target, ...]:
    """What this version promises, in the order it was written."""
    return tuple(from_document(document) for document in version.targets)
