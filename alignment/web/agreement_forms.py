"""The guided form as a whole: teams, leads, every promise; read from a sheet and back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from alignment.accounts.names import Name
from alignment.errors import Refused
from alignment.sla.quotas import Quota
from alignment.sla.segments import Segment
from alignment.sla.targets import Target, by_key
from alignment.web import promise_sheets, quota_sheets
from alignment.web.cards import Card, Problems
from alignment.web.nested import Sheet
from alignment.web.responses import FORM, form_errors
from alignment.web.segment_sheets import segment_of

SCOPE = "its leads"


def chosen_number(value: object) -> int:
    """The number of a row, as a form posts it; small enough for every database."""
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError("Choose a team.")
    return int(text)


TeamId = Annotated[int, BeforeValidator(chosen_number)]
Blank = BeforeValidator(lambda text: text or None)


class Binding(BaseModel):
    """Whom a new agreement binds, and its turn among others."""

    model_config = ConfigDict(extra="ignore")

    name: Name
    marketing_team_id: TeamId
    sales_team_id: TeamId
    rank: Annotated[int, Field(ge=1, le=9999)] = 100


class About(BaseModel):
    """What a version says about itself."""

    model_config = ConfigDict(extra="ignore")

    note: Annotated[str, Field(max_length=500)] = ""
    takes_effect_on: Annotated[date | None, Blank] = None


@dataclass(frozen=True, kw_only=True)
class Written:
    """One version as the form writes it."""

    targets: tuple[Target, ...]
    quotas: tuple[Quota, ...]
    note: str = ""
    takes_effect_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class NewAgreement:
    binding: Binding
    segment: Segment | None
    """None means every lead."""
    written: Written


class BadForm(Exception):
    """What is wrong, by the names of the fields."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(problems)
        self.problems = problems


def wording_sheet(targets: Iterable[Target], quotas: Iterable[Quota]) -> Sheet:
    return {
        "targets": [promise_sheets.sheet_of(target) for target in targets],
        "quotas": [quota_sheets.sheet_of(quota) for quota in quotas],
    }


def with_offers(sheet: Sheet) -> Sheet:
    """The same with every promise that was just turned on in full, and the others to be ticked."""
    rows = sheet.get("targets")
    written = [promise_sheets.filled(row) for row in rows] if isinstance(rows, list) else []
    keys = {row.get("key") for row in written}
    offers = [promise_sheets.offer(x) for x in promise_sheets.OFFERED.values() if x.key not in keys]
    return sheet | {"targets": written + offers}


def written(sheet: Sheet) -> Written:
    """The version; BadForm with everything that is wrong at once."""
    problems: Problems = {}
    form = Card(path="", sheet=with_offers(sheet), problems=problems)
    targets = _targets(form.cards("targets"))
    quotas = [quota_sheets.quota_of(card) for card in form.cards("quotas")]
    about = _checked(About, sheet, problems)
    form.read(FORM, lambda: by_key(x for x in targets if x is not None))
    if problems or about is None:
        raise BadForm(problems)
    return Written(
        targets=tuple(target for target in targets if target is not None),
        quotas=tuple(quota for quota in quotas if quota is not None),
        note=about.note.strip(),
        takes_effect_on=about.takes_effect_on,
    )


def new_agreement(sheet: Sheet) -> NewAgreement:
    problems: Problems = {}
    binding = _checked(Binding, sheet, problems)
    scope = Card(path="", sheet=sheet, problems=problems).card("scope")
    segment = segment_of(scope, name=SCOPE)
    try:
        found = written(sheet)
    except BadForm as bad:
        raise BadForm(problems | bad.problems) from bad
    if problems or binding is None or segment is None:
        raise BadForm(problems)
    return NewAgreement(
        binding=binding, segment=segment if segment.conditions else None, written=found
    )


def people_named(targets: Iterable[Target]) -> set[int]:
    """Everybody whom a promise names: who may pause it, and who hears of a miss."""
    found: set[int] = set()
    for target in targets:
        found |= target.pause_people
        found |= {step.person_id for step in target.steps if step.person_id is not None}
    return found


def refuse_strangers(targets: Sequence[Target], known: Iterable[int]) -> None:
    if people_named(targets) - set(known):
        raise Refused("A promise names somebody who is not here. Choose from the list.")


def _targets(cards: Sequence[Card]) -> list[Target | None]:
    """What is ticked; the first card of a key turns all of its segments on and off."""
    first: dict[str, Card] = {}
    for card in cards:
        first.setdefault(card.text("key"), card)
    return [
        promise_sheets.target_of(card, first[card.text("key")])
        for card in cards
        if first[card.text("key")].is_ticked("on")
    ]


def _checked(kind: Any, sheet: Sheet, problems: Problems) -> Any:
    """The answers that are no part of a card."""
    asked = {name: sheet[name] for name in kind.model_fields if name in sheet}
    try:
        return kind.model_validate(asked)
    except ValidationError as error:
        problems |= form_errors(error)
        return None
