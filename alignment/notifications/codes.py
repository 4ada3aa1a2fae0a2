"""The four digits printed in a mail: proof, for light acts, that somebody reads that mail.

Nothing of a code is stored. It follows from the installation's secret, the message and the
person's stamp, so that every try to send prints the same one, and a new password voids it.
"""

import hashlib
import hmac
import re
from datetime import datetime

from sqlalchemy import Engine, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from alignment import db
from alignment.accounts.models import User, id_of
from alignment.notifications import queries
from alignment.notifications.models import Delivery, MailAct

MOST_WRONG = 5
"""So many wrong codes close a message's code for good."""
LOOKS_LIKE_ONE = re.compile(r"[0-9]{4}")


def code_for(delivery_id: int, reader: User, *, secret: str) -> str:
    """The code of this message for this person."""
    about = f"{reader.workspace_id}:{delivery_id}:{reader.id}:{reader.stamp}"
    digest = hmac.digest(f"alignment.mail-code.{secret}".encode(), about.encode(), hashlib.sha256)
    return f"{int.from_bytes(digest) % 10_000:04d}"


def are_allowed(session: Session, workspace_id: int) -> bool:
    """Whether the workspace takes a code as proof; it does unless it said no."""
    own = queries.preferences_of(session, workspace_id, []).get(None)
    return own is None or own.allows_codes is not False


def is_closed(session: Session, delivery: Delivery) -> bool:
    """Whether too many wrong codes were typed."""
    tried = queries.mail_act_of(session, delivery)
    return tried is not None and tried.closed_at is not None


def is_proof(
    engine: Engine, delivery: Delivery, reader: User, typed: str, *, secret: str, now: datetime
) -> bool:
    """Whether this is the code. A wrong one is counted in a transaction of its own, so that no
    refusal undoes it; what is no code at all (a robot's empty form) counts for nothing."""
    if not LOOKS_LIKE_ONE.fullmatch(typed):
        return False
    with db.transaction(engine) as session:
        row = _held(session, delivery, reader)
        if row.closed_at is not None or not are_allowed(session, delivery.workspace_id):
            return False
        if hmac.compare_digest(typed, code_for(id_of(delivery), reader, secret=secret)):
            return True
        row.wrong_codes += 1
        row.closed_at = now if row.wrong_codes >= MOST_WRONG else None
        session.add(row)
    return False


def write_down(
    session: Session, delivery: Delivery, reader: User, done: str, *, now: datetime
) -> None:
    """Remember what was done from this message last."""
    row = _held(session, delivery, reader)
    row.done, row.done_at = done, now
    session.add(row)


def _held(session: Session, delivery: Delivery, reader: User) -> MailAct:
    """The row of this message, made once and held until we are done."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if on_postgresql else sqlite.insert
    facts = {
        "workspace_id": delivery.workspace_id,
        "user_id": id_of(reader),
        "delivery_id": id_of(delivery),
        "wrong_codes": 0,
        "done": "",
    }
    session.connection().execute(insert(MailAct).values(facts).on_conflict_do_nothing())
    # Touching it takes its lock: of several guesses at once each one counts.
    session.connection().execute(
        update(MailAct)
        .where(
            col(MailAct.workspace_id) == delivery.workspace_id,
            col(MailAct.delivery_id) == delivery.id,
        )
        .values(wrong_codes=MailAct.wrong_codes)
    )
    row = queries.mail_act_of(session, delivery)
    if row is None:
        raise LookupError(f"Message {delivery.id} has no row for its code.")
    session.refresh(row)
    return row
