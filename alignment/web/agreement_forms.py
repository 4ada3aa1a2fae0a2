"""The guided form of a light agreement: two teams and three numbers."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from alignment.accounts.names import Name
from alignment.sla.promises import light_agreement
from alignment.sla.segments import EVERYTHING_ELSE
from alignment.sla.targets import OpenTime, Target

HOUR = 3600


def number_with_comma(value: object) -> object:
    """Half of Europe writes 4,5 for four and a half."""
    return value.replace(",", ".") if isinstance(value, str) else value


def chosen_number(value: object) -> int:
    """The number of a row, as a form posts it; small enough for every database."""
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError("Choose a team.")
    return int(text)


Hours = Annotated[float, BeforeValidator(number_with_comma), Field(ge=0.25, le=200)]
TeamId = Annotated[int, BeforeValidator(chosen_number)]


class Numbers(BaseModel):
    """How many hours of open time each promise allows; named like the promises themselves."""

    model_config = ConfigDict(extra="forbid")

    accept_or_return: Hours
    first_touch: Hours
    answer_to_return: Hours

    def applied_to(self, targets: Iterable[Target]) -> tuple[Target, ...]:
        """The same promises with these numbers; what the form does not ask for stays."""
        return tuple(self._revised(target) for target in targets)

    def _revised(self, target: Target) -> Target:
        if not is_asked_for(target):
            return target
        seconds = round(getattr(self, target.key) * HOUR)
        return replace(target, allowed=OpenTime(seconds))


class NewAgreement(Numbers):
    """A first draft."""

    name: Name
    marketing_team_id: TeamId
    sales_team_id: TeamId

    @property
    def targets(self) -> tuple[Target, ...]:
        return self.applied_to(light_agreement())


def hours_of(targets: Iterable[Target]) -> dict[str, str]:
    """The numbers as a person would type them: 4, or 0.25."""
    return {
        target.key: f"{target.allowed.seconds / HOUR:g}"
        for target in targets
        if is_asked_for(target) and isinstance(target.allowed, OpenTime)
    }


def is_asked_for(target: Target) -> bool:
    """Whether the form has a number for this promise: those to single segments have none yet."""
    return target.key in Numbers.model_fields and target.segment.name == EVERYTHING_ELSE
