"""Start a plan, change it, close it."""

from datetime import datetime

from sqlmodel import Session, SQLModel

from alignment.accounts.models import User, id_of
from alignment.accounts.names import Name
from alignment.accounts.people import queries as accounts
from alignment.errors import Refused
from alignment.events import publish
from alignment.plans import queries
from alignment.plans.events import PlanChanged, PlanClosed, PlanEvent, PlanReopened, PlanStarted
from alignment.plans.input_types import NoteText, OptionalFormDate, PersonId
from alignment.plans.models import Plan


class NewPlan(SQLModel):
    """What a plan is for, who looks after it, and by when."""

    name: Name
    goal: NoteText = ""
    owner_id: PersonId
    due_on: OptionalFormDate = None


def start_plan(session: Session, new: NewPlan, *, by: User, now: datetime) -> Plan:
    """A new plan; the very same one, started again by a double click, is the first one."""
    active_person(session, by, new.owner_id)
    known = queries.open_plan_named(session, by.workspace_id, new.name)
    if known is not None and _is_same(known, new):
        return known

    plan = Plan(workspace_id=by.workspace_id, created_at=now, **new.model_dump())
    session.add(plan)
    session.flush()
    _publish_plan_event(session, PlanStarted, plan, by=by, now=now)
    return plan


def change_plan(session: Session, plan: Plan, new: NewPlan, *, by: User, now: datetime) -> None:
    """Other words, another owner or another date; its tasks stay as they are."""
    must_be_open(plan)
    if _is_same(plan, new):
        return
    if new.owner_id != plan.owner_id:
        active_person(session, by, new.owner_id)
    plan.sqlmodel_update(new.model_dump())
    session.add(plan)
    _publish_plan_event(session, PlanChanged, plan, by=by, now=now)


def hand_over_plan(session: Session, plan: Plan, to: User, *, by: User, now: datetime) -> None:
    """Somebody else looks after it from now on."""
    wish = NewPlan.model_validate(plan.model_dump(include=set(NewPlan.model_fields)))
    change_plan(session, plan, wish.model_copy(update={"owner_id": id_of(to)}), by=by, now=now)


def close_plan(session: Session, plan: Plan, *, by: User, now: datetime) -> None:
    """It is over: nobody is reminded any more, and its tasks can no longer be changed."""
    if plan.is_closed:
        return
    plan.closed_at = now
    session.add(plan)
    _publish_plan_event(session, PlanClosed, plan, by=by, now=now)


def reopen_plan(session: Session, plan: Plan, *, by: User, now: datetime) -> None:
    """Go on with a plan that was closed too early."""
    if not plan.is_closed:
        return
    plan.closed_at = None
    session.add(plan)
    _publish_plan_event(session, PlanReopened, plan, by=by, now=now)


def must_be_open(plan: Plan) -> None:
    if plan.is_closed:
        raise Refused(f"“{plan.name}” is closed. Reopen it first.")


def active_person(session: Session, by: User, person_id: int) -> User:
    """A colleague who can be given something to do; a stranger is ``NotFound``."""
    person = accounts.person_for(session, by, person_id)
    if not person.is_active:
        raise Refused(f"{person.name} is no longer active. Choose somebody else.")
    return person


def _is_same(plan: Plan, new: NewPlan) -> bool:
    return all(getattr(plan, name) == value for name, value in new.model_dump().items())


def _publish_plan_event(
    session: Session, kind: type[PlanEvent], plan: Plan, *, by: User, now: datetime
) -> None:
    event = kind(workspace_id=plan.workspace_id, at=now, plan_id=id_of(plan), by_id=id_of(by))
    publish(session, event)
