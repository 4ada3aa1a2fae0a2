"""Opening hours by lead region: add a region’s hours, or change them."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from alignment.accounts.models import OpeningHours
from alignment.accounts.opening_hours import queries
from alignment.accounts.opening_hours.lead_regions import LeadRegion, region_of
from alignment.accounts.roles import Right
from alignment.edge import needs, session, user
from alignment.errors import Refused
from alignment.web.settings import hours_form
from alignment.web.settings.hours_form import (
    REGION_FIELD,
    STEP_FIELD,
    HoursOwner,
    form_values_of,
    hours_page,
)

pages = Blueprint("region_hours", __name__, url_prefix="/teams/regions")


@pages.get("/new")
@needs(Right.SETTINGS)
def begin() -> ResponseReturnValue:
    return hours_page(None, values=form_values_of(None), errors={})


@pages.post("/new")
@needs(Right.SETTINGS)
def add() -> ResponseReturnValue:
    """As hours of a team are changed; a region that has hours already is refused."""
    if request.form.get(STEP_FIELD) == "add":
        return hours_form.form_with_calendar_file(None)
    if request.form.get(STEP_FIELD) == "edit":
        return hours_page(None, values=hours_form.typed_fields(), errors={})
    name = request.form.get(REGION_FIELD, "").strip()
    try:
        region = LeadRegion(workspace_id=user().workspace_id, name=name)
        _must_be_new(region)
    except Refused as reason:
        errors = {REGION_FIELD: str(reason)}
        return hours_page(None, values=hours_form.typed_fields(), errors=errors), 422
    return hours_form.hours_response(
        HoursOwner(owner=region, name=name, address=url_for("region_hours.add"))
    )


@pages.get("/<int:hours_id>")
@needs(Right.SETTINGS)
def edit(hours_id: int) -> ResponseReturnValue:
    hours = queries.region_hours_for(session(), user(), hours_id)
    return hours_page(_of_region(hours), values=form_values_of(hours), errors={})


@pages.post("/<int:hours_id>")
@needs(Right.SETTINGS)
def change(hours_id: int) -> ResponseReturnValue:
    return hours_form.hours_response(
        _of_region(queries.region_hours_for(session(), user(), hours_id))
    )


def _of_region(hours: OpeningHours) -> HoursOwner:
    region = region_of(hours)
    address = url_for("region_hours.change", hours_id=hours.id)
    return HoursOwner(owner=region, name=region.name, address=address)


def _must_be_new(region: LeadRegion) -> None:
    if queries.region_hours(session(), region.workspace_id, region.key):
        raise Refused(f"{region.name} has hours already. Change them under Teams.")
