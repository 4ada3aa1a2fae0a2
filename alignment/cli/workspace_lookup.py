"""Find the workspace that a command’s --workspace option names."""

from sqlmodel import Session

from alignment.accounts.models import Workspace
from alignment.errors import Refused
from alignment.integrations.imports import queries


def workspace_called(session: Session, wish: str | None) -> Workspace:
    """The one of that name or number; without a wish the only one there is."""
    everyone = queries.all_workspaces(session)
    fitting = [
        workspace
        for workspace in everyone
        if wish is None or wish in (str(workspace.id), workspace.name)
    ]
    if len(fitting) == 1:
        return fitting[0]
    if not everyone:
        raise Refused("There is no workspace yet. Set one up first.")
    names = ", ".join(f"{company.name} ({company.id})" for company in everyone)
    raise Refused(f"Name one workspace with --workspace: {names}.")
