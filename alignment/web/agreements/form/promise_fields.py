"""One SLA target as form data and back, losing nothing."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field, PlainSerializer

from alignment.accounts.roles import Side
from alignment.sla.promises.agreement_templates import FULL
from alignment.sla.promises.segments import Segment
from alignment.sla.promises.targets import EscalationStep, HoursSource, RecipientRole, Target
from alignment.web.agreements.form import field_types
from alignment.web.agreements.form.form_model import FormModel, part
from alignment.web.agreements.form.nested_fields import FormData
from alignment.web.agreements.form.segment_fields import SegmentFields

TICKED = "yes"
OPTIONAL_PROMISES: Mapping[str, Target] = {target.key: target for target in FULL.targets}
"""Every kind of promise, as it begins when somebody turns it on."""
SHARED_BY_SEGMENTS = (
    *("on", "owed_by", "starts_on", "stops_on", "cancels_on", "times"),
    *("counts_early", "per_owner", "max_restarts", "required_fields"),
)
"""What all segments of a promise have in common: the first card asks for it."""


class StepFields(FormModel):
    value_type = EscalationStep

    when: field_types.StepTime = Field(alias="amount")
    to: RecipientRole
    person_id: Annotated[str, PlainSerializer(lambda person_id: str(person_id or ""))]

    def to_value(self) -> EscalationStep:
        """A person who was chosen for another kind of recipient is left out."""
        typed = self.person_id if self.to is RecipientRole.PERSON else ""
        person_id = field_types.parse_whole_number(typed) if typed else None
        return EscalationStep(when=self.when, to=self.to, person_id=person_id)

    def blamed_field(self) -> str:
        return "person_id" if self.to is RecipientRole.PERSON else "amount"


class PromiseFields(FormModel):
    value_type = Target

    key: str
    name: str
    owed_by: Side
    allowed: field_types.AllowedTime = Field(alias="amount")
    clock_of: HoursSource
    warn_share: field_types.Share = Field(alias="warn")
    rank: field_types.WholeNumber
    segment: Annotated[Segment, part(SegmentFields)]
    starts_on: field_types.Events
    stops_on: field_types.Events
    cancels_on: field_types.Events
    pauses_on: field_types.Events
    resumes_on: field_types.Events
    times: field_types.WholeNumber
    counts_early: field_types.Ticked
    per_owner: field_types.Ticked
    max_restarts: field_types.WholeNumber
    pause_limit: field_types.PauseLimit = Field(alias="pause_amount")
    pause_reasons: field_types.Lines
    pause_people: field_types.People
    required_fields: field_types.Identifiers
    steps: tuple[Annotated[EscalationStep, part(StepFields)], ...] = ()
    dated_back_limit_days: field_types.WholeNumber = Field(alias="dated_back")

    @classmethod
    def read(cls, posted: Any) -> Any:
        """None where the promise is not ticked."""
        return super().read(posted) if posted["on"] else None

    @classmethod
    def write(cls, value: Target) -> FormData:
        return {"on": TICKED, "full": TICKED} | super().write(value)


def with_optional_promises(rows: Any) -> list[FormData]:
    """The same with every promise that was just turned on in full, and the others to be ticked."""
    posted = rows if isinstance(rows, list) else []
    written = [_filled_in(row) for row in posted if isinstance(row, dict)]
    keys = {str(row.get("key")) for row in written}
    others = (target for key, target in OPTIONAL_PROMISES.items() if key not in keys)
    return written + [_to_be_ticked(target) for target in others]


def with_shared_fields(rows: Sequence[FormData]) -> list[FormData]:
    """Every segment with what the first card of its promise says."""
    first = _first_cards(rows)
    return [
        row | {name: first[str(row.get("key"))].get(name, "") for name in SHARED_BY_SEGMENTS}
        for row in rows
    ]


def repeated_fields(rows: Sequence[FormData]) -> set[str]:
    """What segments have from the first card of their promise: its problems are told there."""
    first = _first_cards(rows)
    later = (place for place, row in enumerate(rows) if row is not first[str(row.get("key"))])
    return {f"targets.{place}.{name}" for place in later for name in SHARED_BY_SEGMENTS}


def _first_cards(rows: Sequence[FormData]) -> dict[str, FormData]:
    return {str(row.get("key")): row for row in reversed(rows)}


def _filled_in(row: FormData) -> FormData:
    """The whole card of a promise that was just turned on; one that is off or whole stays."""
    known = OPTIONAL_PROMISES.get(str(row.get("key", "")))
    if not row.get("on") or row.get("full") or known is None:
        return row
    return PromiseFields.write(known) | row | {"full": TICKED}


def _to_be_ticked(target: Target) -> FormData:
    """A promise that nobody makes yet: its name and its time."""
    texts = PromiseFields.write(target)
    return {name: texts[name] for name in ("key", "name", "amount", "unit")}
