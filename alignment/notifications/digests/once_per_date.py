"""Claim a date for a person's digest, so that several schedulers make it once; release it again."""

from datetime import date

from sqlmodel import Session, col, delete

from alignment.accounts.models import User, id_of
from alignment.db import insert_into
from alignment.notifications.models import DigestDone


def claim_date(session: Session, person: User, kind: str, *, on: date) -> bool:
    """Take this person's digest of this date; False where somebody did, or of a later date."""
    statement = insert_into(session, DigestDone).values(
        workspace_id=person.workspace_id, user_id=id_of(person), kind=kind, last_date=on
    )
    session.flush()
    claimed = session.connection().execute(
        statement.on_conflict_do_update(
            index_elements=["workspace_id", "user_id", "kind"],
            set_={"last_date": on},
            where=col(DigestDone.last_date) < on,
        ).execution_options(preserve_rowcount=True)
    )
    return claimed.rowcount == 1


def release_date(session: Session, person: User, kind: str, *, on: date) -> None:
    """This person's digest of this date may be made, as if nobody had looked at it."""
    session.exec(
        delete(DigestDone).where(
            col(DigestDone.workspace_id) == person.workspace_id,
            col(DigestDone.user_id) == person.id,
            col(DigestDone.kind) == kind,
            col(DigestDone.last_date) == on,
        )
    )
