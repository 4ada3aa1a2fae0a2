"""Carrying out what the rules decide for one reader: settle, merge, put off, or let go.

The rules look at everything that waits; only what is to leave is asked whether it still matters.
When one of those drops out the rules decide again, since a summary of one is no summary.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alignment.accounts.models import Workspace, id_of
from alignment.notifications import brakes
from alignment.notifications.acting import offer_of
from alignment.notifications.checking import CannotBeChecked, against, late_words
from alignment.notifications.decisions import Decision, Merge, Send, Wait
from alignment.notifications.grouping import plan
from alignment.notifications.lateness import Late
from alignment.notifications.models import Delivery, Outcome
from alignment.notifications.offers import Offer
from alignment.notifications.office import Office
from alignment.notifications.outcomes import settle
from alignment.notifications.piles import Pile, Round


@dataclass(frozen=True, kw_only=True)
class Told:
    """One message as a line of another one; what is counted has no line."""

    delivery: Delivery
    late_words: Mapping[str, str] = field(default_factory=dict)
    late: Late | None = None
    offer: Offer | None = None

    @property
    def is_counted(self) -> bool:
        return self.late is not None and self.late.is_too_late


@dataclass(frozen=True, kw_only=True)
class Going:
    """A message that leaves now; ``told`` are all that it tells, itself first, if several."""

    told: Sequence[Told]

    @property
    def delivery(self) -> Delivery:
        return self.told[0].delivery


def decide(
    session: Session, pile: Pile, around: Round, office: Office, *, now: datetime
) -> list[Going]:
    """What leaves for this reader now; everything else waits or is settled, with a reason."""
    desk = _Desk(session=session, pile=pile, around=around, office=office, now=now)
    free = {id_of(row): row for row in pile.rows if not desk.puts_off(row)}
    decisions = desk.plan(free.values())
    while unasked := [free[number] for number in _leaving(decisions) if number not in desk.fit]:
        for row in unasked:
            if not desk.is_fit(row):
                del free[id_of(row)]
                heir = desk.heir_of(row)
                free |= {id_of(heir): heir} if heir else {}
        decisions = desk.plan(free.values())
    return [one for decision in decisions for one in desk.carry_out(decision, free)]


@dataclass(frozen=True, kw_only=True)
class _Desk:
    session: Session
    pile: Pile
    around: Round
    office: Office
    now: datetime
    fit: dict[int, Told] = field(default_factory=dict)
    """What was asked and still matters."""

    def plan(self, rows: Iterable[Delivery]) -> list[Decision]:
        sent = [one.at for one in self.pile.earlier]
        return plan(
            [self.around.waiting(row) for row in rows],
            self.pile.earlier,
            is_braked=self.around.brake.holds(sent, now=self.now),
            now=self.now,
        )

    def puts_off(self, row: Delivery) -> bool:
        wait = self.pile.why_wait(row, now=self.now)
        if wait is not None:
            row.next_attempt_at, row.reason = wait.until, wait.reason
        return wait is not None

    def is_fit(self, row: Delivery) -> bool:
        """Ask whether it still matters; what does not is settled with the reason."""
        try:
            why_not = against(self.session, row, self.pile, self.office, now=self.now)
            words = {} if why_not else late_words(self.session, row, self.office)
        except CannotBeChecked as error:
            settle(row, Outcome.RETRY, str(error), now=self.now)
            return False
        if why_not:
            settle(row, Outcome.SUPPRESSED, why_not, now=self.now)
            return False
        late = self.around.late(row)
        offer = offer_of(self.session, row, self.office, now=self.now)
        self.fit[id_of(row)] = Told(delivery=row, late_words=words, late=late, offer=offer)
        return True

    def heir_of(self, carrier: Delivery) -> Delivery | None:
        """Who tells the others when their carrier drops out; with its identity, as it may have
        left already."""
        members = self.around.told.pop(id_of(carrier), [])
        if carrier.outcome is Outcome.RETRY or not members:
            return None
        heir, *rest = members
        heir.outcome, heir.carried_by_id, heir.settled_at = Outcome.PENDING, None, None
        heir.message_id, heir.attempts = carrier.message_id, carrier.attempts
        heir.next_attempt_at, heir.lease_token = self.now, "inherited"
        for member in rest:
            member.carried_by_id = id_of(heir)
        self.around.told[id_of(heir)] = rest
        return heir

    def carry_out(self, decision: Decision, rows: Mapping[int, Delivery]) -> list[Going]:
        if isinstance(decision, Wait):
            for number in decision.ids:
                _put_off(rows[number], decision, zone=self._zone)
            return []
        if isinstance(decision, Merge):
            return [self._merged(decision)]
        members = self.around.told.get(decision.id, [])
        still = [self.fit[id_of(row)] for row in members if self.is_fit(row)]
        return [Going(told=(self.fit[decision.id], *still))]

    def _merged(self, decision: Merge) -> Going:
        members = [self.fit[number] for number in decision.members]
        for one in members:
            _merge(one, decision.carrier, count=len(members) + 1, now=self.now)
        return Going(told=(self.fit[decision.carrier], *members))

    @property
    def _zone(self) -> str:
        recipient = self.pile.recipient
        if recipient:
            return recipient.zone
        return self.session.get_one(Workspace, self.pile.rows[0].workspace_id).zone


def _leaving(decisions: Iterable[Decision]) -> list[int]:
    leaving: list[int] = []
    for decision in decisions:
        if isinstance(decision, Send):
            leaving.append(decision.id)
        elif isinstance(decision, Merge):
            leaving += (decision.carrier, *decision.members)
    return leaving


def _merge(one: Told, carrier_id: int, *, count: int, now: datetime) -> None:
    settle(one.delivery, Outcome.MERGED, _why_merged(one, count=count), now=now)
    one.delivery.carried_by_id = carrier_id


def _why_merged(one: Told, *, count: int) -> str:
    if one.is_counted:
        return "More than a day late, so it was counted in another message."
    others = "another one" if count == 2 else f"{count - 1} others"
    return f"Told in one message with {others}."


def _put_off(row: Delivery, wait: Wait, *, zone: str) -> None:
    until = f"{wait.until.astimezone(ZoneInfo(zone)):%H:%M}"
    together = f"waits until {until} to be told together with others."
    row.next_attempt_at = wait.until
    row.reason = f"{brakes.REASON}: {together}" if wait.is_brake else together.capitalize()
