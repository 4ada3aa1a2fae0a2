"""Random lead histories for the demo company, in working hours, from a fixed seed.

Most promises are kept, some are late, a few forgotten; fewer are late as the quarter goes on."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from alignment.accounts.models import User
from alignment.accounts.roles import Side
from alignment.cli.demo.company_setup import Company
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import ReturnAnswer, ReturnReason
from alignment.leads.history.new_event import NewLeadEvent

STAYS, WON_ALONE, RETURNED, FORGOTTEN = 0.11, 0.06, 0.16, 0.01
"""How likely a lead stays with marketing, is won all the same, is returned, or is forgotten."""
LATE_AT_FIRST, LATER_LESS, NEARLY = 0.15, 0.1, 0.12
"""How often an answer is late in the first week, how much less so in the last, and just in time."""
DAY = 8.0
"""Open hours of a day, to wait by."""
SPREAD = 4.0
"""Open hours within which marketing hands a new lead off."""

RETURNS = {
    ReturnReason.INACCURATE_DATA: (
        30,
        ReturnAnswer.FIXED,
        "The telephone number is somebody else's.",
    ),
    ReturnReason.NO_FIT: (22, ReturnAnswer.WITHDRAWN, "A student who writes a thesis."),
    ReturnReason.BAD_TIMING: (18, ReturnAnswer.RECYCLED, "The new budget comes in half a year."),
    ReturnReason.WRONG_TERRITORY: (12, ReturnAnswer.FIXED, "Their buyers sit in another country."),
    ReturnReason.NO_NEED: (10, ReturnAnswer.RECYCLED, "They bought a balance last month."),
    ReturnReason.DUPLICATE: (8, ReturnAnswer.WITHDRAWN, "A colleague of theirs asked before."),
}
"""Why leads come back: how often, what marketing makes of it, and what sales says."""
TOUCHES = (EventKind.CALLED, EventKind.CALLED, EventKind.WROTE, EventKind.MET)


class HistoryGenerator:
    """Tells one lead's history, line by line, from its arrival on."""

    def __init__(
        self, rng: Random, company: Company, *, arrived_at: datetime, rep: User, progress: float
    ) -> None:
        self._rng, self._company, self._rep, self._at = rng, company, rep, arrived_at
        self._marketer = rng.choice(company.people_of_side(Side.MARKETING))
        self._late = LATE_AT_FIRST - LATER_LESS * progress

    def lines(self) -> Iterator[NewLeadEvent]:
        """Everything that will ever happen to it; what lies ahead is for the caller to cut."""
        if self._rng.random() < STAYS:
            yield from self._without_sales()
            return
        self._wait(Side.MARKETING, self._rng.uniform(0.1, SPREAD))
        yield self._line(EventKind.HANDED_OFF, self._marketer, owner=self._rep)
        if self._rng.random() < RETURNED:
            yield from self._returned()
        else:
            yield from self._worked()

    def _without_sales(self) -> Iterator[NewLeadEvent]:
        if self._rng.random() < WON_ALONE:
            self._wait(Side.SALES, self._rng.uniform(8, 20) * DAY)
            yield self._line(EventKind.WON, self._rep)

    def _returned(self) -> Iterator[NewLeadEvent]:
        reason = self._rng.choices(list(RETURNS), [often for often, *_ in RETURNS.values()])[0]
        _, answer, note = RETURNS[reason]
        self._owe(Side.SALES, 4)
        yield self._line(EventKind.RETURNED, self._rep, reason=reason, note=note)
        self._owe(Side.MARKETING, 8)
        is_fixed = answer is ReturnAnswer.FIXED
        owner = self._rep if is_fixed else None
        yield self._line(EventKind(answer.value), self._marketer, owner=owner)
        if is_fixed:
            yield from self._worked()

    def _worked(self) -> Iterator[NewLeadEvent]:
        self._owe(Side.SALES, 4)
        yield self._line(EventKind.ACCEPTED, self._rep, owner=self._rep)
        self._owe(Side.SALES, 4)
        yield self._touch()
        for _ in range(self._rng.randint(0, 3)):
            self._wait(Side.SALES, self._rng.uniform(1, 3) * DAY)
            yield self._touch()
        self._wait(Side.SALES, self._rng.uniform(1, 8) * DAY)
        yield from self._decided()

    def _decided(self) -> Iterator[NewLeadEvent]:
        chances = {EventKind.QUALIFIED: 44, EventKind.LOST: 22, EventKind.UNREACHABLE: 12}
        decision = self._one_of(chances, undecided=22)
        if decision is not None:
            yield self._line(decision, self._rep)
        if decision is EventKind.QUALIFIED and self._rng.random() < 0.65:
            self._wait(Side.SALES, self._rng.uniform(1, 4) * DAY)
            yield self._line(EventKind.OPPORTUNITY_OPENED, self._rep)
            yield from self._closed()

    def _closed(self) -> Iterator[NewLeadEvent]:
        end = self._one_of({EventKind.WON: 46, EventKind.LOST: 30}, undecided=24)
        if end is not None:
            self._wait(Side.SALES, self._rng.uniform(4, 20) * DAY)
            yield self._line(end, self._rep)

    def _touch(self) -> NewLeadEvent:
        return self._line(self._rng.choice(TOUCHES), self._rep)

    def _one_of(self, chances: dict[EventKind, int], *, undecided: int) -> EventKind | None:
        drawn = self._rng.choices([*chances, None], [*chances.values(), undecided])
        return drawn[0]

    def _owe(self, side: Side, hours: float) -> None:
        """Wait as long as people take who promised to answer within so many hours."""
        luck = self._rng.random()
        if luck < FORGOTTEN:
            share = self._rng.uniform(8, 20)
        elif luck < self._late:
            share = self._rng.uniform(1.05, 2.6)
        elif luck < self._late + NEARLY:
            share = self._rng.uniform(0.6, 0.95)
        else:
            share = self._rng.uniform(0.03, 0.6)
        self._wait(side, share * hours)

    def _wait(self, side: Side, hours: float) -> None:
        length = timedelta(seconds=round(hours * 3600))
        self._at = self._company.calendars[side].add(self._at, length)

    def _line(
        self,
        kind: EventKind,
        by: User,
        *,
        owner: User | None = None,
        reason: str = "",
        note: str = "",
    ) -> NewLeadEvent:
        owner_id = owner.id if owner else None
        return NewLeadEvent(
            kind=kind, at=self._at, by_id=by.id, owner_id=owner_id, reason=reason, note=note
        )
