"""Mail a plan to everybody who has a part in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, update

from alignment.accounts.models import User, id_of
from alignment.errors import Refused
from alignment.events import publish
from alignment.notifications.models import Delivery
from alignment.notifications.outbox.enqueue import enqueue_many
from alignment.notifications.outbox.notice import Notice
from alignment.plans import notices, queries
from alignment.plans.events import PlanMailed
from alignment.plans.models import Plan
from alignment.plans.planning import must_be_open


@dataclass(frozen=True, kw_only=True)
class Mailing:
    """The next mailing of a plan; by its number a double click sends it once."""

    number: int
    letters: tuple[Notice, ...]
    readers: tuple[User, ...]
    left_out: tuple[User, ...]
    """They have tasks but are no longer active."""


def prepare_mailing(session: Session, plan: Plan, *, by: User, now: datetime) -> Mailing:
    """Who would get which letter: the owners of tasks and the plan's own owner."""
    must_be_open(plan)
    lines = queries.task_lines(session, plan)
    if not lines:
        raise Refused("There is nothing to mail yet. Add a task first.")

    people = {line.owner.id: line.owner for line in lines}
    people[plan.owner_id] = session.get_one(User, plan.owner_id)
    by_name = sorted(people.values(), key=lambda person: (person.name, id_of(person)))
    readers = tuple(person for person in by_name if person.is_active)
    number = plan.mailings + 1
    return Mailing(
        number=number,
        readers=readers,
        left_out=tuple(person for person in by_name if not person.is_active),
        letters=tuple(
            notices.plan_mailed(plan, reader, lines, number=number, by=by, now=now)
            for reader in readers
        ),
    )


def mail_plan(session: Session, plan: Plan, *, number: int, by: User, now: datetime) -> int:
    """Send mailing ``number``; how many letters, or none where it was sent already."""
    mailing = prepare_mailing(session, plan, by=by, now=now)
    if number != mailing.number:
        return 0
    claimed = session.exec(
        update(Plan)
        .where(col(Plan.id) == plan.id, col(Plan.mailings) == number - 1)
        .values(mailings=number)
    )
    if claimed.rowcount != 1:
        return 0
    new = enqueue_many(session, mailing.letters, now=now)
    _publish_mailed(session, plan, mailing.readers, number=number, by=by, now=now)
    return new


def why_no_longer_needed(session: Session, delivery: Delivery, *, now: datetime) -> str | None:  # noqa: ARG001
    """Why this letter need no longer be sent."""
    plan = session.get_one(Plan, delivery.subject_id)
    return f"“{plan.name}” was closed." if plan.is_closed else None


def _publish_mailed(
    session: Session,
    plan: Plan,
    readers: Sequence[User],
    *,
    number: int,
    by: User,
    now: datetime,
) -> None:
    mailed = PlanMailed(
        workspace_id=plan.workspace_id,
        at=now,
        plan_id=id_of(plan),
        by_id=id_of(by),
        number=number,
        recipient_ids=tuple(id_of(reader) for reader in readers),
    )
    publish(session, mailed)
