"""A team's own channel hears what its members are told: each cause once, however many of them.

The message goes to nobody in person, so nobody's mutes or quiet hours hold it; which kinds a
channel hears is chosen with the channel. A message that speaks to one person says there to whom.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlmodel import Session

from alignment.accounts.models import id_of
from alignment.notifications.channels import queries
from alignment.notifications.kinds import MailingList, kind_of
from alignment.notifications.models import Endpoint
from alignment.notifications.preferences import Way

if TYPE_CHECKING:
    from alignment.notifications.outbox import Letter


def for_teams(session: Session, letters: Sequence["Letter"]) -> list[tuple["Letter", Way]]:
    """The letters of these that channels of teams hear too, and by which way."""
    heard = [one for one in letters if one.recipient_id is not None and is_for_many(one.kind)]
    ears = _ears(session, heard)
    if not ears:
        return []
    names = queries.names(session, {one.recipient_id for one in heard if one.recipient_id})
    found = {
        copy.key: (copy, way)
        for one in heard
        for copy, way in _copies(one, ears.get(one.recipient_id or 0, ()), names)
    }
    return list(found.values())


def is_for_many(kind: str) -> bool:
    """A digest is a person's own list, and news of mail itself concerns nobody else."""
    known = kind_of(kind)
    return known.is_offered and known.list is not MailingList.DIGEST


def _ears(session: Session, letters: Sequence["Letter"]) -> Mapping[int, list[Endpoint]]:
    people: dict[int, set[int]] = {}
    for one in letters:
        people.setdefault(one.workspace_id, set()).add(one.recipient_id or 0)
    found: dict[int, list[Endpoint]] = {}
    for workspace_id, ids in people.items():
        for user_id, endpoint in queries.open_endpoints_of_teams(session, workspace_id, ids):
            found.setdefault(user_id, []).append(endpoint)
    return found


def _copies(
    letter: "Letter", endpoints: Sequence[Endpoint], names: Mapping[int, str]
) -> Iterator[tuple["Letter", Way]]:
    cause = letter.key.removesuffix(f":{letter.recipient_id}")
    for endpoint in endpoints:
        if endpoint.kinds and letter.kind not in endpoint.kinds:
            continue
        way = Way(channel=endpoint.channel, endpoint_id=id_of(endpoint))
        copy = replace(
            letter,
            key=f"{cause}:team:{way.channel}:{way.endpoint_id}",
            recipient_id=None,
            address=names.get(letter.recipient_id or 0, "")[:254],
        )
        yield copy, way
