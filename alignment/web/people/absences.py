"""Days off: add and remove one’s own from the account page, and others’ from a person’s page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from alignment.accounts.absences import days_off
from alignment.accounts.absences import queries as absences_queries
from alignment.accounts.absences.days_off import DaysOff
from alignment.accounts.models import Absence, User, id_of
from alignment.accounts.people import queries as people_queries
from alignment.accounts.roles import Right
from alignment.edge import needs, now, session, user
from alignment.errors import Forbidden, NotFound, Refused
from alignment.web.forms import submitted_fields
from alignment.web.responses import form_errors

pages = Blueprint("absences", __name__)

NO_ENTRIES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class DaysOffView:
    """What the partial of a person's days off reads."""

    person: User
    is_own: bool
    is_away: bool
    absences: Sequence[tuple[Absence, str]]
    """The days off, each with the address that removes it."""
    substitutes: Sequence[tuple[int, str]]
    """Who may stand in, by number."""
    names: Mapping[int, str]
    add_url: str
    values: Mapping[str, Any]
    errors: Mapping[str, str]


@pages.post("/account/days-off")
@needs(Right.READ)
def add_own() -> ResponseReturnValue:
    return _add(user(), back_to=url_for("account.show"))


@pages.post("/account/days-off/<int:absence_id>/removal")
@needs(Right.READ)
def remove_own(absence_id: int) -> ResponseReturnValue:
    return _remove(user(), absence_id, back_to=url_for("account.show"))


@pages.post("/people/<int:person_id>/days-off")
@needs(Right.INVITE)
def add(person_id: int) -> ResponseReturnValue:
    person = people_queries.person_for(session(), user(), person_id)
    return _add(person, back_to=url_for("people.edit", person_id=person.id))


@pages.post("/people/<int:person_id>/days-off/<int:absence_id>/removal")
@needs(Right.INVITE)
def remove(person_id: int, absence_id: int) -> ResponseReturnValue:
    person = people_queries.person_for(session(), user(), person_id)
    return _remove(person, absence_id, back_to=url_for("people.edit", person_id=person.id))


def days_off_view(
    person: User, *, values: Mapping[str, Any] = NO_ENTRIES, errors: Mapping[str, str] = NO_ENTRIES
) -> DaysOffView:
    """The days off of a person that are not over, and what was typed."""
    today = days_off.today_for(person, now=now())
    kept = absences_queries.absences_of(session(), person, since=today)
    is_own = person.id == user().id
    colleagues = people_queries.active_people_of(session(), person.workspace_id)
    return DaysOffView(
        person=person,
        is_own=is_own,
        is_away=any(absence.first_on <= today for absence in kept),
        absences=[(absence, _removal(absence, is_own=is_own)) for absence in kept],
        substitutes=[(id_of(x), x.name) for x in colleagues if x.id != person.id],
        names=people_queries.names_of(session(), person.workspace_id),
        add_url=url_for("absences.add_own")
        if is_own
        else url_for("absences.add", person_id=person.id),
        values=values,
        errors=errors,
    )


def _add(person: User, *, back_to: str) -> ResponseReturnValue:
    try:
        wish = DaysOff.model_validate(submitted_fields(request.form))
        days_off.add_days_off(session(), person, wish, by=user(), now=now())
    except ValidationError as error:
        return _form_page(person, back_to, errors=form_errors(error)), 422
    except (Forbidden, NotFound):
        raise
    except Refused as reason:
        return _form_page(person, back_to, errors={"form": str(reason)}), 422
    flash("The days off are kept. No new lead goes there on these days.")
    return redirect(back_to, 303)


def _remove(person: User, absence_id: int, *, back_to: str) -> ResponseReturnValue:
    absence = absences_queries.absence_for(session(), person, absence_id)
    days_off.remove_days_off(session(), person, absence, by=user(), now=now())
    flash("These days off are removed.")
    return redirect(back_to, 303)


def _form_page(person: User, back_to: str, *, errors: Mapping[str, str]) -> str:
    days_off = days_off_view(person, values=request.form, errors=errors)
    return render_template("people/days_off.html", days_off=days_off, back_to=back_to)


def _removal(absence: Absence, *, is_own: bool) -> str:
    if is_own:
        return url_for("absences.remove_own", absence_id=absence.id)
    return url_for("absences.remove", person_id=absence.user_id, absence_id=absence.id)
