"""Four-digit confirmation codes printed in a mail: derived from secret, delivery and person, never
stored; five wrong tries lock a code.
"""

import hashlib
import hmac
import re
from datetime import datetime

from sqlalchemy import Engine, update
from sqlmodel import Session, col

from alignment import db
from alignment.accounts.models import User, id_of
from alignment.notifications.actions import queries
from alignment.notifications.models import Delivery, MailAction
from alignment.notifications.preferences import queries as preferences_queries

MAX_WRONG_CODES = 5
"""So many wrong codes close a message's code for good."""
CODE_SHAPE = re.compile(r"[0-9]{4}")


def code_for(delivery_id: int, reader: User, *, secret: str) -> str:
    """The code of this message for this person."""
    about = f"{reader.workspace_id}:{delivery_id}:{reader.id}:{reader.security_stamp}"
    digest = hmac.digest(f"alignment.mail-code.{secret}".encode(), about.encode(), hashlib.sha256)
    return f"{int.from_bytes(digest) % 10_000:04d}"


def codes_allowed(session: Session, workspace_id: int) -> bool:
    """Whether the workspace takes a code as proof; it does unless it said no."""
    own = preferences_queries.preferences_of(session, workspace_id, []).get(None)
    return own is None or own.allows_codes is not False


def is_code_locked(session: Session, delivery: Delivery) -> bool:
    """Whether too many wrong codes were typed."""
    row = queries.mail_action_of(session, delivery)
    return row is not None and row.locked_at is not None


def verify_code(
    engine: Engine, delivery: Delivery, reader: User, typed: str, *, secret: str, now: datetime
) -> bool:
    """Whether this is the code. A wrong one is counted in a transaction of its own, so that no
    refusal undoes it; what is no code at all (a robot's empty form) counts for nothing."""
    if not CODE_SHAPE.fullmatch(typed):
        return False
    with db.transaction(engine) as session:
        row = _locked_row(session, delivery, reader)
        if row.locked_at is not None or not codes_allowed(session, delivery.workspace_id):
            return False
        if hmac.compare_digest(typed, code_for(id_of(delivery), reader, secret=secret)):
            return True
        row.wrong_codes += 1
        row.locked_at = now if row.wrong_codes >= MAX_WRONG_CODES else None
        session.add(row)
    return False


def record_action(
    session: Session, delivery: Delivery, reader: User, done: str, *, now: datetime
) -> None:
    """Remember what was done from this message last."""
    row = _locked_row(session, delivery, reader)
    row.last_action, row.last_action_at = done, now
    session.add(row)


def _locked_row(session: Session, delivery: Delivery, reader: User) -> MailAction:
    """The row of this message, made once and held until we are done."""
    facts = {
        "workspace_id": delivery.workspace_id,
        "user_id": id_of(reader),
        "delivery_id": id_of(delivery),
        "wrong_codes": 0,
        "last_action": "",
    }
    session.connection().execute(db.insert_unless_present(session, MailAction).values(facts))
    # Touching it takes its lock: of several guesses at once each one counts.
    session.connection().execute(
        update(MailAction)
        .where(
            col(MailAction.workspace_id) == delivery.workspace_id,
            col(MailAction.delivery_id) == delivery.id,
        )
        .values(wrong_codes=MailAction.wrong_codes)
    )
    row = queries.mail_action_of(session, delivery)
    if row is None:
        raise LookupError(f"Message {delivery.id} has no row for its code.")
    session.refresh(row)
    return row
