"""PURE. Which leads a promise is for."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from alignment.errors import Refused
from alignment.leads.fields import LEAD_FIELDS, FieldType

_FACTS = tuple(field for field in LEAD_FIELDS if field.decides_promises)
TEXT_FACTS = frozenset(field.name for field in _FACTS if field.type is FieldType.TEXT)
NUMBER_FACTS = frozenset(field.name for field in _FACTS if field.type is FieldType.NUMBER)
"""The facts of a lead that promises may depend on; ``leads.handoff`` records them."""

EVERYTHING_ELSE = "everything else"


class Operator(StrEnum):
    IN = "in"
    NOT_IN = "not_in"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    IS_EMPTY = "is_empty"


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One thing that must be true of a lead's facts; text is compared without regard to case.

    A lead that lacks the fact is *not in* any list and neither at least nor at most any number.
    """

    fact: str
    operator: Operator
    values: tuple[str, ...] = ()
    number: int | None = None

    def __post_init__(self) -> None:
        if self.fact not in TEXT_FACTS | NUMBER_FACTS:
            raise Refused(f"Promises cannot depend on {self.fact!r}")
        if self.operator in _LISTS and (self.fact not in TEXT_FACTS or not self.values):
            raise Refused(f"Name at least one {self.fact}")
        if self.operator in _BOUNDS and (self.fact not in NUMBER_FACTS or self.number is None):
            raise Refused(f"Give a number for {self.fact}, or choose another condition")

    def holds(self, facts: Mapping[str, object]) -> bool:
        fact = facts.get(self.fact)
        match self.operator:
            case Operator.IS_EMPTY:
                return _is_empty(fact)
            case Operator.IN:
                return _plain(fact) in map(_plain, self.values)
            case Operator.NOT_IN:
                return _plain(fact) not in map(_plain, self.values)
            case Operator.AT_LEAST:
                return isinstance(fact, int) and fact >= (self.number or 0)
            case Operator.AT_MOST:
                return isinstance(fact, int) and fact <= (self.number or 0)


@dataclass(frozen=True, kw_only=True)
class Segment:
    """The leads for which every condition holds; without conditions, all of them."""

    name: str = EVERYTHING_ELSE
    conditions: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise Refused("Give the segment a name")

    @property
    def depends_on_facts(self) -> bool:
        """Whether what a lead is like decides; without conditions every lead is in."""
        return bool(self.conditions)

    def includes(self, facts: Mapping[str, object]) -> bool:
        return all(condition.holds(facts) for condition in self.conditions)


_LISTS = frozenset({Operator.IN, Operator.NOT_IN})
_BOUNDS = frozenset({Operator.AT_LEAST, Operator.AT_MOST})


def _is_empty(fact: object) -> bool:
    return fact is None or (isinstance(fact, str) and not fact.strip())


def _plain(fact: object) -> str:
    return "" if fact is None else str(fact).strip().casefold()
