"""Hand the open tasks and plans of one person over to another."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User, id_of
from alignment.accounts.people import queries as people_queries
from alignment.plans import planning, tasks
from alignment.plans.models import Plan, Task
from alignment.plans.tasks import NewOwner


def hand_over_work(
    session: Session,
    open_tasks: Sequence[Task],
    plans: Sequence[Plan],
    *,
    to: User,
    by: User,
    now: datetime,
) -> None:
    """Each task stays with its team where the new owner is in it or in none."""
    own_ids = {place.team_id for place in people_queries.memberships_of(session, to)}
    for task in open_tasks:
        team_id = task.team_id if not own_ids or task.team_id in own_ids else None
        wish = NewOwner(owner_id=id_of(to), team_id=team_id)
        tasks.hand_over_task(session, task, wish, by=by, now=now, is_inherited=True)
    for plan in plans:
        planning.hand_over_plan(session, plan, to, by=by, now=now)
