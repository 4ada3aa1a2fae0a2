"""Who is told what a person who cannot act would have to act on: one rule for warnings, breaches,
escalation steps, returned leads and digests.

The first of these in which somebody is there: the substitute named for the days off, the person's
manager, who leads the person's teams, the managers in them, the owners of the workspace.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from sqlmodel import Session

from alignment.accounts.absences import days_off
from alignment.accounts.models import Absence, Membership, User, id_of
from alignment.accounts.people import queries
from alignment.accounts.roles import Role


class Substitutes:
    """The substitutes of one workspace as of an instant; looked up as far as they are asked for."""

    def __init__(self, session: Session, workspace_id: int, *, now: datetime) -> None:
        self._session, self._workspace_id, self._now = session, workspace_id, now

    def acting_for(self, person: User) -> list[User]:
        """The person while here; the person and the substitutes while away; these alone once the
        person has left.
        """
        if not person.is_active:
            return self.of(person)
        if id_of(person) in self._absences:
            return [person, *self.of(person)]
        return [person]

    def represented_by(self, person: User) -> list[User]:
        """Colleagues who left or are away, and whose substitute this person is."""
        absent = queries.people_who_left_or_among(self._session, self._workspace_id, self._absences)
        return [x for x in absent if person in self.of(x)]

    def absence_of(self, person: User) -> Absence | None:
        """The days off that keep this person away just now."""
        return self._absences.get(id_of(person))

    def of(self, person: User) -> list[User]:
        """Of each level those who are still here; of several levels the first with somebody there,
        else the first.
        """
        levels = [
            [x for x in level if x.is_active and x.id != person.id]
            for level in self._levels(person)
        ]
        there = ([x for x in level if x.id not in self._absences] for level in levels)
        return next(filter(None, there), None) or next(filter(None, levels), [])

    def _levels(self, person: User) -> Iterator[Sequence[User]]:
        colleagues = [
            (self._people[place.user_id], place)
            for place in self._memberships
            if place.team_id in self._team_ids(person)
        ]
        absence = self.absence_of(person)
        named_id = absence.substitute_id if absence else None
        yield [self._people[named_id]] if named_id else []
        yield [self._people[person.manager_id]] if person.manager_id else []
        yield _each_once(x for x, place in colleagues if place.is_team_lead)
        yield _each_once(x for x, _ in colleagues if x.role is Role.MANAGER)
        yield [x for x in self._people.values() if x.role is Role.OWNER]

    def _team_ids(self, person: User) -> set[int]:
        return {place.team_id for place in self._memberships if place.user_id == person.id}

    @cached_property
    def _absences(self) -> Mapping[int, Absence]:
        return days_off.absences_now(self._session, self._workspace_id, now=self._now)

    @cached_property
    def _people(self) -> dict[int, User]:
        return {id_of(x): x for x in queries.everybody_of(self._session, self._workspace_id)}

    @cached_property
    def _memberships(self) -> list[Membership]:
        return queries.memberships_in(self._session, self._workspace_id)


def absence_words(person: User) -> str:
    """Why a substitute hears of it: "Sam is away"."""
    return f"{person.name} {'is away' if person.is_active else 'left'}"


def _each_once(people: Iterator[User]) -> list[User]:
    return list({person.id: person for person in people}.values())
