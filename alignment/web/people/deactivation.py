"""Deactivating a person: what is still open, who takes it over, and doing both at once."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from alignment.accounts.models import User
from alignment.accounts.people import queries
from alignment.accounts.people.substitutes import Substitutes
from alignment.accounts.roles import Right
from alignment.edge import needs, now, session, user
from alignment.errors import Forbidden, NotFound, Refused
from alignment.offboarding import deactivation
from alignment.offboarding.deactivation import Handover, LeadDestination
from alignment.offboarding.open_work import open_work_of
from alignment.web.forms import submitted_fields
from alignment.web.responses import form_errors

pages = Blueprint("deactivation", __name__)

DESTINATIONS = (
    (LeadDestination.SUCCESSOR, "To the successor"),
    (LeadDestination.ROUND_ROBIN, "In turn to the other people of the team that owes them"),
    (LeadDestination.QUEUE, "Back to the team’s queue, where anybody of it takes them"),
)


@pages.get("/people/<int:person_id>/deactivation")
@needs(Right.INVITE)
def show(person_id: int) -> ResponseReturnValue:
    person = queries.person_for(session(), user(), person_id)
    return _page(person, values={"leads_to": LeadDestination.SUCCESSOR}, errors={})


@pages.post("/people/<int:person_id>/deactivation")
@needs(Right.INVITE)
def deactivate(person_id: int) -> ResponseReturnValue:
    person = queries.person_for(session(), user(), person_id)
    try:
        wish = Handover.model_validate(submitted_fields(request.form))
        # What is refused half-way is undone at once, so that the page shows what is stored.
        with session().begin_nested():
            queued = deactivation.deactivate_and_hand_over(
                session(), person, wish, by=user(), now=now()
            )
    except ValidationError as error:
        return _page(person, values=request.form, errors=form_errors(error)), 422
    except (Forbidden, NotFound):
        raise
    except Refused as reason:
        return _page(person, values=request.form, errors={"form": str(reason)}), 422
    flash(f"{person.name} is signed out everywhere and cannot sign in.")
    if queued:
        flash(f"{queued} {'lead waits' if queued == 1 else 'leads wait'} in the team’s queue.")
    return redirect(url_for("people.index"), 303)


def _page(person: User, *, values: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    colleagues = queries.active_people_of(session(), person.workspace_id)
    substitutes = Substitutes(session(), person.workspace_id, now=now())
    return render_template(
        "people/deactivation.html",
        person=person,
        work=open_work_of(session(), person),
        destinations=DESTINATIONS,
        successors=[(x.id, x.name) for x in colleagues if x.id != person.id],
        fallback=", ".join(x.name for x in substitutes.of(person)),
        values=values,
        errors=errors,
    )
