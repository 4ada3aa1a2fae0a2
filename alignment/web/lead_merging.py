"""This is the same as …: find the other record, lay both side by side, make them one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alignment.accounts.roles import Right
from alignment.edge import needs, now, session, user
from alignment.errors import Forbidden
from alignment.leads import merging, queries
from alignment.leads.intake import plain_text
from alignment.leads.models import Lead
from alignment.leads.queries import LeadFilter
from alignment.web.filters import instant, money
from alignment.web.lead_more import may_tend
from alignment.web.lead_page import names, source_names

pages = Blueprint("merging", __name__)

SHOWN = 10
WORDS_AT_MOST = 200


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One thing known of either record, and what the lead will have."""

    name: str
    kept: str
    other: str
    becomes: str


@pages.get("/<int:lead_id>/same")
@needs(Right.READ)
def search(lead_id: int) -> ResponseReturnValue:
    lead = _lead(lead_id)
    words = str(plain_text(request.args.get("words", "")))[:WORDS_AT_MOST]
    return render_template(
        "leads/same.html",
        lead=lead,
        words=words,
        found=_found(lead, words),
        people=names(),
        sources=source_names(),
    )


@pages.get("/<int:lead_id>/same/<int:other_id>")
@needs(Right.READ)
def preview(lead_id: int, other_id: int) -> ResponseReturnValue:
    """What ``lead_id`` keeps, and what it takes from ``other_id``."""
    lead, other = _lead(lead_id), _lead(other_id)
    return render_template("leads/merge.html", lead=lead, other=other, rows=compared(lead, other))


@pages.post("/<int:lead_id>/same/<int:other_id>")
@needs(Right.READ)
def merge(lead_id: int, other_id: int) -> ResponseReturnValue:
    _only_for_the_two_teams()
    held = _held({lead_id, other_id})
    lead, other = held[lead_id], held[other_id]
    merging.merge(session(), other, into=lead, by=user(), now=now())
    flash(f"{other.name} and {lead.name} are one lead now. You can undo it for ten minutes.")
    return redirect(url_for("leads.show", lead_id=lead.id), 303)


@pages.post("/<int:lead_id>/parting")
@needs(Right.READ)
def part(lead_id: int) -> ResponseReturnValue:
    """Make a lead of its own again of the record that was merged."""
    _only_for_the_two_teams()
    lead = _lead(lead_id)
    if lead.merged_into_id is not None:
        _held({lead_id, lead.merged_into_id})
        session().refresh(lead)
    survivor = merging.undo(session(), lead, by=user(), now=now())
    flash(f"{lead.name} is a lead of its own again.")
    return redirect(url_for("leads.show", lead_id=survivor.id), 303)


def compared(lead: Lead, other: Lead) -> list[Compared]:
    """Row by row; gaps are filled, and what both know stays as the kept record has it."""
    mine, theirs = _shown(lead), _shown(other)
    rows = [
        Compared(name=name, kept=kept, other=theirs[name], becomes=kept or theirs[name])
        for name, kept in mine.items()
    ]
    return [*(row for row in rows if row.kept or row.other), _first_handed_off(lead, other)]


def _first_handed_off(lead: Lead, other: Lead) -> Compared:
    instants = [each.handed_off_at for each in (lead, other)]
    first = min((at for at in instants if at), default=None)
    kept, theirs = (_when(at) for at in instants)
    return Compared(name="Handed off", kept=kept, other=theirs, becomes=_when(first))


def _when(at: datetime | None) -> str:
    return instant(at, user().zone) if at else ""


def _shown(lead: Lead) -> dict[str, str]:
    people, sources = names(), source_names()
    return {
        "Name": lead.name,
        "Company": lead.company,
        "Position": lead.title,
        "Mail": lead.email or "",
        "Phone": lead.phone,
        "Source": sources.get(lead.source_id or 0, ""),
        "Region": lead.region,
        "Product": lead.product,
        "Score": "" if lead.score is None else str(lead.score),
        "Amount": "" if lead.amount_minor is None else money(lead.amount_minor, lead.currency),
        "Their id": lead.external_id or "",
        "Owner": people.get(lead.owner_id or 0, ""),
    }


def _found(lead: Lead, words: str) -> Sequence[Lead]:
    """What was searched for; before that, who looks like the same person."""
    if not words:
        return queries.leads_alike(session(), lead, limit=SHOWN)
    page = queries.leads_page(session(), user(), LeadFilter(words=words))
    return [each for each in page.leads if each.id != lead.id][:SHOWN]


def _held(lead_ids: set[int]) -> dict[int, Lead]:
    """In one order for everybody, so that two who merge at once do not wait for each other."""
    return {each: queries.lead_to_change(session(), user(), each) for each in sorted(lead_ids)}


def _lead(lead_id: int) -> Lead:
    _only_for_the_two_teams()
    return queries.lead_for(session(), user(), lead_id)


def _only_for_the_two_teams() -> None:
    if not may_tend():
        raise Forbidden("Your role does not allow that. Ask the owner of the workspace.")
