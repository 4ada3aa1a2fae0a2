"""Read the submitted agreement form into an agreement and a version, and write a version back as
form data.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from alignment.accounts.names import Name
from alignment.errors import Refused
from alignment.sla.promises.quotas import Quota
from alignment.sla.promises.segments import Segment
from alignment.sla.promises.targets import Target, targets_by_key
from alignment.web.agreements.form import promise_fields, quota_fields
from alignment.web.agreements.form.nested_fields import FormData
from alignment.web.agreements.form.sections import FieldErrors, FormSection
from alignment.web.agreements.form.segment_fields import segment_of
from alignment.web.responses import WHOLE_FORM, form_errors

SCOPE_NAME = "its leads"


def row_id(value: object) -> int:
    """The number of a row, as a form posts it; small enough for every database."""
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError("Choose a team.")
    return int(text)


TeamId = Annotated[int, BeforeValidator(row_id)]
Blank = BeforeValidator(lambda text: text or None)


class AgreementFields(BaseModel):
    """Whom a new agreement binds, and its turn among others."""

    model_config = ConfigDict(extra="ignore")

    name: Name
    marketing_team_id: TeamId
    sales_team_id: TeamId
    rank: Annotated[int, Field(ge=1, le=9999)] = 100


class VersionFields(BaseModel):
    """What a version says about itself."""

    model_config = ConfigDict(extra="ignore")

    note: Annotated[str, Field(max_length=500)] = ""
    takes_effect_on: Annotated[date | None, Blank] = None


@dataclass(frozen=True, kw_only=True)
class VersionInput:
    """One version as the form writes it."""

    targets: tuple[Target, ...]
    quotas: tuple[Quota, ...]
    note: str = ""
    takes_effect_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class NewAgreement:
    fields: AgreementFields
    segment: Segment | None
    """None means every lead."""
    version: VersionInput


class InvalidForm(Exception):
    """What is wrong, by the names of the fields."""

    def __init__(self, problems: FieldErrors) -> None:
        super().__init__(problems)
        self.problems = problems


def form_data_of(targets: Iterable[Target], quotas: Iterable[Quota]) -> FormData:
    return {
        "targets": [promise_fields.promise_fields_of(target) for target in targets],
        "quotas": [quota_fields.quota_fields_of(quota) for quota in quotas],
    }


def with_optional_promises(sheet: FormData) -> FormData:
    """The same with every promise that was just turned on in full, and the others to be ticked."""
    rows = sheet.get("targets")
    written = [promise_fields.filled_in(row) for row in rows] if isinstance(rows, list) else []
    keys = {row.get("key") for row in written}
    offers = [
        promise_fields.optional_promise(target)
        for target in promise_fields.OPTIONAL_PROMISES.values()
        if target.key not in keys
    ]
    return sheet | {"targets": written + offers}


def read_version(sheet: FormData) -> VersionInput:
    """The version; BadForm with everything that is wrong at once."""
    problems: FieldErrors = {}
    form = FormSection(path="", data=with_optional_promises(sheet), problems=problems)
    targets = _targets(form.subsections("targets"))
    quotas = [quota_fields.quota_of(card) for card in form.subsections("quotas")]
    about = _validated(VersionFields, sheet, problems)
    form.read(
        WHOLE_FORM, lambda: targets_by_key(parsed for parsed in targets if parsed is not None)
    )
    if problems or about is None:
        raise InvalidForm(problems)
    return VersionInput(
        targets=tuple(target for target in targets if target is not None),
        quotas=tuple(quota for quota in quotas if quota is not None),
        note=about.note.strip(),
        takes_effect_on=about.takes_effect_on,
    )


def read_new_agreement(sheet: FormData) -> NewAgreement:
    problems: FieldErrors = {}
    binding = _validated(AgreementFields, sheet, problems)
    scope = FormSection(path="", data=sheet, problems=problems).subsection("scope")
    segment = segment_of(scope, name=SCOPE_NAME)
    try:
        version = read_version(sheet)
    except InvalidForm as bad:
        raise InvalidForm(problems | bad.problems) from bad
    if problems or binding is None or segment is None:
        raise InvalidForm(problems)
    return NewAgreement(
        fields=binding, segment=segment if segment.conditions else None, version=version
    )


def referenced_people(targets: Iterable[Target]) -> set[int]:
    """Everybody whom a promise names: who may pause it, and who hears of a miss."""
    person_ids: set[int] = set()
    for target in targets:
        person_ids |= target.pause_people
        person_ids |= {step.person_id for step in target.steps if step.person_id is not None}
    return person_ids


def refuse_unknown_people(targets: Sequence[Target], known: Iterable[int]) -> None:
    if referenced_people(targets) - set(known):
        raise Refused("A promise names somebody who is not here. Choose from the list.")


def _targets(cards: Sequence[FormSection]) -> list[Target | None]:
    """What is ticked; the first card of a key turns all of its segments on and off."""
    first: dict[str, FormSection] = {}
    for card in cards:
        first.setdefault(card.text("key"), card)
    return [
        promise_fields.target_of(card, first[card.text("key")])
        for card in cards
        if first[card.text("key")].is_ticked("on")
    ]


def _validated(kind: Any, sheet: FormData, problems: FieldErrors) -> Any:
    """The answers that are no part of a card."""
    asked = {name: sheet[name] for name in kind.model_fields if name in sheet}
    try:
        return kind.model_validate(asked)
    except ValidationError as error:
        problems |= form_errors(error)
        return None
