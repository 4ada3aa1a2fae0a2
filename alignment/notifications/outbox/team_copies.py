"""Copy notices to team endpoints: what members of a team are told is also sent once to the channels
that the team chose for that kind.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlmodel import Session

from alignment.accounts.models import id_of
from alignment.notifications import queries as notifications_queries
from alignment.notifications.models import Endpoint
from alignment.notifications.notice_kinds import MailingList, kind_of
from alignment.notifications.outbox import queries
from alignment.notifications.preferences.effective import Route

if TYPE_CHECKING:
    from alignment.notifications.outbox.notice import Notice


def team_copies(session: Session, notices: Sequence["Notice"]) -> list[tuple["Notice", Route]]:
    """The letters of these that channels of teams hear too, and by which way."""
    eligible = [
        notice
        for notice in notices
        if notice.recipient_id is not None and is_for_team_channels(notice.kind)
    ]
    endpoints_by_user = _team_endpoints(session, eligible)
    if not endpoints_by_user:
        return []
    names = notifications_queries.names_by_id(
        session, {notice.recipient_id for notice in eligible if notice.recipient_id}
    )
    copies_by_key = {
        copy.key: (copy, way)
        for notice in eligible
        for copy, way in _copies(notice, endpoints_by_user.get(notice.recipient_id or 0, ()), names)
    }
    return list(copies_by_key.values())


def is_for_team_channels(kind: str) -> bool:
    """A digest is a person's own list, and news of mail itself concerns nobody else."""
    known = kind_of(kind)
    return known.is_selectable and known.list is not MailingList.DIGEST


def _team_endpoints(session: Session, notices: Sequence["Notice"]) -> Mapping[int, list[Endpoint]]:
    user_ids_by_workspace: dict[int, set[int]] = {}
    for notice in notices:
        user_ids_by_workspace.setdefault(notice.workspace_id, set()).add(notice.recipient_id or 0)
    endpoints_by_user: dict[int, list[Endpoint]] = {}
    for workspace_id, ids in user_ids_by_workspace.items():
        for user_id, endpoint in queries.open_endpoints_of_teams(session, workspace_id, ids):
            endpoints_by_user.setdefault(user_id, []).append(endpoint)
    return endpoints_by_user


def _copies(
    letter: "Notice", endpoints: Sequence[Endpoint], names: Mapping[int, str]
) -> Iterator[tuple["Notice", Route]]:
    cause = letter.key.removesuffix(f":{letter.recipient_id}")
    for endpoint in endpoints:
        if endpoint.kinds and letter.kind not in endpoint.kinds:
            continue
        way = Route(channel=endpoint.channel, endpoint_id=id_of(endpoint))
        copy = replace(
            letter,
            key=f"{cause}:team:{way.channel}:{way.endpoint_id}",
            recipient_id=None,
            address=names.get(letter.recipient_id or 0, "")[:254],
        )
        yield copy, way
