"""The targets and quotas of a stored version, read from its JSON documents."""

from alignment.sla.models import AgreementVersion
from alignment.sla.promises.quota_documents import quota_from_document
from alignment.sla.promises.quotas import Quota
from alignment.sla.promises.redlines import Wording
from alignment.sla.promises.target_documents import target_from_document
from alignment.sla.promises.targets import Target


def targets_of_version(version: AgreementVersion) -> tuple[Target, ...]:
    """What this version promises, in the order it was written."""
    return tuple(target_from_document(document) for document in version.targets)


def wording_of_version(version: AgreementVersion) -> Wording:
    """All of it, to lay beside another version's."""
    return Wording(targets=targets_of_version(version), quotas=quotas_of_version(version))


def quotas_of_version(version: AgreementVersion) -> tuple[Quota, ...]:
    """What this version promises over a period, in the order it was written."""
    return tuple(quota_from_document(document) for document in version.quotas)
