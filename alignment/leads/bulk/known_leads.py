"""Find the leads of a batch that exist already, by external id or mail address."""

from collections.abc import Iterable

from sqlmodel import Session

from alignment.leads.bulk import queries
from alignment.leads.models import Lead


class KnownLeads:
    """The leads with these ids or addresses, read by one query."""

    def __init__(
        self,
        session: Session,
        workspace_id: int,
        *,
        external_ids: Iterable[str | None],
        email_keys: Iterable[str | None],
    ) -> None:
        found = queries.matching_leads(
            session,
            workspace_id,
            external_ids={one for one in external_ids if one},
            email_keys={one for one in email_keys if one},
        )
        self._survivors = queries.surviving_leads(session, workspace_id, found)
        self._by_id = {lead.external_id: lead for lead in found if lead.external_id}
        self._by_address: dict[str, Lead] = {}
        for lead in found:
            if lead.email_key:
                self._by_address.setdefault(lead.email_key, lead)

    def find(self, external_id: str | None, email_key: str | None) -> Lead | None:
        """The lead with that id, else the oldest with that address.

        A record that was merged is found as the lead it lives on as.
        """
        lead = self._record(external_id, email_key)
        return self._survivors.get(lead.id, lead) if lead else None

    def is_merged(self, external_id: str | None, email_key: str | None) -> bool:
        """Whether that is a record which lives on as another lead."""
        lead = self._record(external_id, email_key)
        return lead is not None and lead.id in self._survivors

    def _record(self, external_id: str | None, email_key: str | None) -> Lead | None:
        by_id = self._by_id.get(external_id) if external_id else None
        return by_id or (self._by_address.get(email_key) if email_key else None)
