"""The whole agreement form: read into an agreement and a version, and a version written back."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, ValidationError

from alignment.accounts.names import Name
from alignment.errors import Refused
from alignment.sla.agreements.new_agreement import NewVersion
from alignment.sla.promises.quotas import Quota
from alignment.sla.promises.segments import Segment
from alignment.sla.promises.targets import Target
from alignment.web.agreements.form.form_model import FormModel, part
from alignment.web.agreements.form.nested_fields import FormData
from alignment.web.agreements.form.promise_fields import (
    PromiseFields,
    repeated_fields,
    with_optional_promises,
    with_shared_fields,
)
from alignment.web.agreements.form.quota_fields import QuotaFields
from alignment.web.agreements.form.segment_fields import SegmentFields
from alignment.web.forms import Blank
from alignment.web.responses import form_errors


def row_id(value: object) -> int:
    """The number of a row, as a form posts it; small enough for every database."""
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError("Choose a team.")
    return int(text)


TeamId = Annotated[int, BeforeValidator(row_id)]


class VersionFields(FormModel):
    targets: Annotated[
        tuple[Annotated[Target, part(PromiseFields)], ...],
        BeforeValidator(lambda rows: with_shared_fields(with_optional_promises(rows))),
        AfterValidator(lambda targets: tuple(filter(None, targets))),
    ] = ()
    quotas: tuple[Annotated[Quota, part(QuotaFields)], ...] = ()
    note: Annotated[str, Field(max_length=500)] = ""
    takes_effect_on: Annotated[date | None, Blank, PlainSerializer(lambda on: str(on or ""))] = None

    def to_value(self) -> Any:
        return NewVersion(**{name: getattr(self, name) for name in VersionFields.model_fields})


class ScopeFields(SegmentFields):
    default_name: ClassVar = "its leads"


class AgreementFields(VersionFields):
    """Whom a new agreement binds, for which leads, and its turn among others."""

    name: Name
    marketing_team_id: TeamId
    sales_team_id: TeamId
    rank: Annotated[int, Field(ge=1, le=9999)] = 100
    scope: Annotated[Segment, part(ScopeFields)] = Segment()

    def to_value(self) -> Any:
        return self, super().to_value()


def form_data_of(version: NewVersion) -> FormData:
    return VersionFields.write(version)


def read_version(sheet: FormData) -> NewVersion:
    """The version; a ValidationError with everything that is wrong at once."""
    version: NewVersion = VersionFields.read(sheet)
    return version


def read_new_agreement(sheet: FormData) -> tuple[AgreementFields, NewVersion]:
    """Whom it binds, and its first version."""
    parts: tuple[AgreementFields, NewVersion] = AgreementFields.read(sheet)
    return parts


def problems_of(error: ValidationError, sheet: FormData) -> dict[str, str]:
    """A sentence for each field of this sheet that is wrong."""
    repeated = repeated_fields(with_optional_promises(sheet.get("targets")))
    return {name: said for name, said in form_errors(error).items() if name not in repeated}


def refuse_unknown_people(targets: Iterable[Target], known: Iterable[int]) -> None:
    """Whoever may pause a clock or hears of a miss must be here."""
    named = {
        person_id
        for target in targets
        for person_id in (*target.pause_people, *(step.person_id for step in target.steps))
    }
    if named - {None, *known}:
        raise Refused("A promise names somebody who is not here. Choose from the list.")
