"""Merging duplicates: find the other record, compare field by field, merge, and undo the merge."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alignment.accounts.roles import Right
from alignment.edge import needs, now, session, user
from alignment.errors import Forbidden
from alignment.leads import queries as leads_queries
from alignment.leads.duplicates import merging
from alignment.leads.duplicates import queries as duplicates_queries
from alignment.leads.intake import clean_text
from alignment.leads.models import Lead
from alignment.leads.queries import LeadFilter
from alignment.web.filters import instant
from alignment.web.leads.field_texts import field_texts
from alignment.web.leads.offered_verbs import is_on_either_team
from alignment.web.name_lookup import people_names, source_names

pages = Blueprint("merging", __name__)

MAX_CANDIDATES = 10
MAX_SEARCH_LENGTH = 200


@dataclass(frozen=True, kw_only=True)
class MergeRow:
    """One thing known of either record, and what the lead will have."""

    name: str
    kept: str
    other: str
    becomes: str


@pages.get("/<int:lead_id>/same")
@needs(Right.READ)
def search(lead_id: int) -> ResponseReturnValue:
    lead = _lead(lead_id)
    words = str(clean_text(request.args.get("words", "")))[:MAX_SEARCH_LENGTH]
    return render_template(
        "leads/merge_search.html",
        lead=lead,
        words=words,
        found=_candidates(lead, words),
        people=people_names(),
        sources=source_names(),
    )


@pages.get("/<int:lead_id>/same/<int:other_id>")
@needs(Right.READ)
def preview(lead_id: int, other_id: int) -> ResponseReturnValue:
    """What ``lead_id`` keeps, and what it takes from ``other_id``."""
    lead, other = _lead(lead_id), _lead(other_id)
    return render_template(
        "leads/merge_preview.html", lead=lead, other=other, rows=merge_rows(lead, other)
    )


@pages.post("/<int:lead_id>/same/<int:other_id>")
@needs(Right.READ)
def merge(lead_id: int, other_id: int) -> ResponseReturnValue:
    _require_either_team()
    held = _locked_leads({lead_id, other_id})
    lead, other = held[lead_id], held[other_id]
    merging.merge(session(), other, into=lead, by=user(), now=now())
    flash(f"{other.name} and {lead.name} are one lead now. You can undo it for ten minutes.")
    return redirect(url_for("leads.show", lead_id=lead.id), 303)


@pages.post("/<int:lead_id>/parting")
@needs(Right.READ)
def part(lead_id: int) -> ResponseReturnValue:
    """Make a lead of its own again of the record that was merged."""
    _require_either_team()
    lead = _lead(lead_id)
    if lead.merged_into_id is not None:
        _locked_leads({lead_id, lead.merged_into_id})
        session().refresh(lead)
    survivor = merging.undo_merge(session(), lead, by=user(), now=now())
    flash(f"{lead.name} is a lead of its own again.")
    return redirect(url_for("leads.show", lead_id=survivor.id), 303)


def merge_rows(lead: Lead, other: Lead) -> list[MergeRow]:
    """Row by row; gaps are filled, and what both know stays as the kept record has it."""
    mine, theirs = _texts(lead), _texts(other)
    rows = [
        MergeRow(name=name, kept=kept, other=theirs[name], becomes=kept or theirs[name])
        for name, kept in mine.items()
    ]
    return [*(row for row in rows if row.kept or row.other), _first_handed_off(lead, other)]


def _first_handed_off(lead: Lead, other: Lead) -> MergeRow:
    instants = [record.handed_off_at for record in (lead, other)]
    first = min((at for at in instants if at), default=None)
    kept, theirs = (_when(at) for at in instants)
    return MergeRow(name="Handed off", kept=kept, other=theirs, becomes=_when(first))


def _when(at: datetime | None) -> str:
    return instant(at, user().zone) if at else ""


def _texts(lead: Lead) -> dict[str, str]:
    source = source_names().get(lead.source_id or 0, "")
    owner = people_names().get(lead.owner_id or 0, "")
    return field_texts(lead, source=source) | {"Owner": owner}


def _candidates(lead: Lead, words: str) -> Sequence[Lead]:
    """What was searched for; before that, who looks like the same person."""
    if not words:
        return duplicates_queries.possible_duplicates(session(), lead, limit=MAX_CANDIDATES)
    page = leads_queries.leads_page(session(), user(), LeadFilter(search_text=words))
    return [candidate for candidate in page.leads if candidate.id != lead.id][:MAX_CANDIDATES]


def _locked_leads(lead_ids: set[int]) -> dict[int, Lead]:
    """In one order for everybody, so that two who merge at once do not wait for each other."""
    return {
        lead_id: leads_queries.lead_to_change(session(), user(), lead_id)
        for lead_id in sorted(lead_ids)
    }


def _lead(lead_id: int) -> Lead:
    _require_either_team()
    return leads_queries.lead_for(session(), user(), lead_id)


def _require_either_team() -> None:
    if not is_on_either_team():
        raise Forbidden("Your role does not allow that. Ask the owner of the workspace.")
