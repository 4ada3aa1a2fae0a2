"""Source ids for the names in a batch; missing sources are created."""

from collections.abc import Iterable

from sqlmodel import Session

from alignment.leads.bulk import queries
from alignment.leads.fields import source_key
from alignment.leads.models import Source


class SourceIds:
    """Names to ids, read by one query; "Google" and "google" are one."""

    def __init__(self, session: Session, workspace_id: int, names: Iterable[str]) -> None:
        wanted: dict[str, str] = {}
        for name in names:
            if name:
                wanted.setdefault(source_key(name), name)
        self._known = queries.sources_by_key(session, workspace_id, wanted) if wanted else {}
        missing = wanted.keys() - self._known.keys()
        for key in (key for key in wanted if key in missing):
            self._known[key] = Source(workspace_id=workspace_id, key=key, name=wanted[key])
            session.add(self._known[key])
        if missing:
            session.flush()

    def id_of(self, name: str) -> int:
        return self._known[source_key(name)].id
