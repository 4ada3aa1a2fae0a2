"""Who receives an escalation step: owner, manager, team leads or a named person."""

from collections.abc import Iterable, Sequence
from functools import cache

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.accounts.people import queries as accounts
from alignment.accounts.people.substitutes import Substitutes
from alignment.accounts.roles import Side
from alignment.sla.events import EscalationStepReached
from alignment.sla.notices import queries
from alignment.sla.notices.warnings_and_breaches import TimerSubject
from alignment.sla.promises.targets import RecipientRole


class EscalationRecipients:
    """The escalation recipients of some timers of one workspace; each person is looked up once."""

    def __init__(
        self, session: Session, about: Iterable[TimerSubject], substitutes: Substitutes
    ) -> None:
        self._substitutes = substitutes
        self._person = cache(lambda person_id: session.get(User, person_id))
        self._leads = cache(
            lambda person_id: accounts.team_leads_over(session, session.get_one(User, person_id))
        )
        timers = [matter.timer for matter in about]
        workspace_ids = {timer.workspace_id for timer in timers}
        self._owner_ids = {
            lead_id: owner_id
            for workspace_id in workspace_ids
            for lead_id, owner_id in queries.lead_owner_ids(
                session, workspace_id, {timer.lead_id for timer in timers}
            ).items()
        }

    def of_step(self, matter: TimerSubject, event: EscalationStepReached) -> Sequence[User]:
        """Whom this step tells; never nobody while a team has people."""
        match event.to:
            case RecipientRole.OWNER:
                return self._holders(matter)
            case RecipientRole.OWNERS_MANAGER:
                return self._managers(matter)
            case RecipientRole.PERSON:
                return self._named(matter, event.person_id)
        return self.both_leads(matter)

    def both_leads(self, matter: TimerSubject) -> Sequence[User]:
        people = (user for some in matter.contacts.values() for user in some)
        return list({user.id: user for user in people}.values())

    def holder_name(self, matter: TimerSubject) -> str:
        """Who can act now, where somebody is named for it."""
        holder = self._holder(matter)
        return holder.name if holder else ""

    def _holder(self, matter: TimerSubject) -> User | None:
        """Who owns the lead now; for marketing whoever has to answer for it."""
        if matter.timer.owed_by is not Side.SALES:
            return matter.owner
        owner_id = self._owner_ids[matter.timer.lead_id]
        return self._person(owner_id) if owner_id else None

    def _holders(self, matter: TimerSubject) -> Sequence[User]:
        holder = self._holder(matter)
        acting = self._substitutes.acting_for(holder) if holder else []
        return acting or matter.contacts[matter.timer.owed_by]

    def _managers(self, matter: TimerSubject) -> Sequence[User]:
        """The owner's manager, else the leads of the owner's teams, else both; never the owner."""
        owner = self._holder(matter)
        if owner is None:
            return matter.contacts[matter.timer.owed_by]
        manager = self._person(owner.manager_id) if owner.manager_id else None
        if manager is not None and manager.is_active and manager.id != owner.id:
            return [manager]
        own_leads = [user for user in self._leads(owner.id) if user.id != owner.id]
        return own_leads or [user for user in self.both_leads(matter) if user.id != owner.id]

    def _named(self, matter: TimerSubject, person_id: int | None) -> Sequence[User]:
        """The person the agreement names; the substitutes once he or she has left."""
        person = self._person(person_id)
        if person is None or person.workspace_id != matter.timer.workspace_id:
            return self.both_leads(matter)
        return self._substitutes.acting_for(person) or self.both_leads(matter)
