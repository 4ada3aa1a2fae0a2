"""Every SELECT about web. Workspace or person is the scope."""

from alignment.accounts.people import queries as accounts
from alignment.edge import session, user
from alignment.leads import queries as leads_queries


def people_names() -> dict[int, str]:
    """Everybody of the workspace, those who left too, by number."""
    return {person.id: person.name for person in accounts.people_of(session(), user())}


def source_names() -> dict[int, str]:
    return {
        source.id: source.name for source in leads_queries.sources(session(), user().workspace_id)
    }
