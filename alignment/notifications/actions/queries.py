"""Every SELECT about actions. Workspace or person is the scope."""

from sqlmodel import Session, select

from alignment.notifications.models import (
    Delivery,
    MailAction,
)


def mail_action_of(session: Session, delivery: Delivery) -> MailAction | None:
    """How the code of this mail was tried and what was done from it; nothing before that."""
    return session.exec(
        select(MailAction).where(
            MailAction.workspace_id == delivery.workspace_id, MailAction.delivery_id == delivery.id
        )
    ).first()
