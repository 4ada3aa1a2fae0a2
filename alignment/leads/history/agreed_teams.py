"""Which two teams have agreed on a lead: leads only ask, and the slice of agreements answers.

``wiring.py`` says who answers, since leads stand below agreements and cannot import them.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.roles import Side
from alignment.leads.history.facts import Facts

AgreedTeams = Callable[[Facts, datetime], Mapping[Side, int]]
"""The teams of the agreement that has a lead with these facts at this instant; none where no
agreement has it.
"""
Loader = Callable[[Session, int], AgreedTeams]
"""Reads the agreements of a workspace once, so that many leads can be asked about."""

_loaders: list[Loader] = []


def answer_with(loader: Loader) -> None:
    """Let this function answer from now on; said again it changes nothing."""
    _loaders[:] = [loader]


def load_agreed_teams(session: Session, workspace_id: int) -> AgreedTeams:
    for loader in _loaders:
        return loader(session, workspace_id)
    return lambda _facts, _at: {}
