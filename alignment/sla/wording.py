"""What a version promises, read from the documents it keeps."""

from alignment.sla.documents import from_document
from alignment.sla.models import AgreementVersion
from alignment.sla.quota_documents import from_document as quota_from_document
from alignment.sla.quotas import Quota
from alignment.sla.redlines import Wording
from alignment.sla.targets import Target


def targets_of(version: AgreementVersion) -> tuple[Target, ...]:
    """What this version promises, in the order it was written."""
    return tuple(from_document(document) for document in version.targets)


def wording_of(version: AgreementVersion) -> Wording:
    """All of it, to lay beside another version's."""
    return Wording(targets=targets_of(version), quotas=quotas_of(version))


def quotas_of(version: AgreementVersion) -> tuple[Quota, ...]:
    """What this version promises over a period, in the order it was written."""
    return tuple(quota_from_document(document) for document in version.quotas)
