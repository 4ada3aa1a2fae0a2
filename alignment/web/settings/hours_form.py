"""Every SELECT about settings. Workspace or person is the scope."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from alignment.accounts.models import OpeningHours, Team
from alignment.accounts.opening_hours import versions
from alignment.accounts.opening_hours.icalendar_import import (
    LARGEST,
    OfferedDays,
    offer_days,
    with_ticked_days,
)
from alignment.accounts.opening_hours.lead_regions import LeadRegion
from alignment.accounts.opening_hours.public_holidays import countries
from alignment.accounts.opening_hours.text_format import write_day, write_exceptions
from alignment.accounts.opening_hours.time_zones import zone_names
from alignment.accounts.opening_hours.versions import WEEKDAYS
from alignment.edge import now, session, user
from alignment.sla.timers import rebasing
from alignment.web.forms import submitted_fields
from alignment.web.rebasing_preview import rebasing_sentence
from alignment.web.responses import form_errors

STEP_FIELD, CHOICE_FIELD, REGION_FIELD = "step", "covers_open", "lead_region"
FILE_FIELD, TICKED_FIELD, EXCEPTIONS_FIELD = "calendar", "closed", "exceptions"
NEW_ONLY, OPEN_TOO = "new", "open"
OPEN_TIMER_CHOICES = {
    NEW_ONLY: "New leads only. Open clocks keep the hours they began with.",
    OPEN_TOO: "Open ones too. They keep their start and are due by the new hours.",
}
SAVED_SENTENCES = {
    False: "Clocks that run keep the hours they began with.",
    True: "Open clocks are due by the new hours.",
}
DAYS = dict(
    zip(
        WEEKDAYS,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)


@dataclass(frozen=True, kw_only=True)
class HoursOwner:
    """Whose hours a form is about, what they are called, and where the form goes."""

    owner: Team | LeadRegion
    name: str
    address: str


def hours_response(whose: HoursOwner) -> ResponseReturnValue:
    """Save, or first offer the days of a file, or first ask what becomes of open clocks."""
    match request.form.get(STEP_FIELD):
        case "add":
            return form_with_calendar_file(whose)
        case "edit":
            return hours_page(whose, values=typed_fields(), errors={})
    try:
        wish = versions.NewHours.model_validate(_hours_fields())
    except ValidationError as error:
        return hours_page(whose, values=typed_fields(), errors=form_errors(error)), 422
    return _save(whose, wish)


def _save(whose: HoursOwner, wish: versions.NewHours) -> ResponseReturnValue:
    hours = versions.new_version(session(), whose.owner, wish, now=now())
    preview = rebasing.preview_hours(session(), hours, now=now())
    choice = request.form.get(CHOICE_FIELD)
    if preview.would_move and choice not in OPEN_TIMER_CHOICES:
        return render_template(
            "settings/confirm.html",
            whose=whose,
            sentence=rebasing_sentence(preview),
            typed=typed_fields(),
            choices=OPEN_TIMER_CHOICES.items(),
        )
    covers_open = choice == OPEN_TOO
    versions.change_opening_hours(
        session(), whose.owner, wish, by=user(), now=now(), covers_open=covers_open
    )
    flash(f"{whose.name} has new hours. {SAVED_SENTENCES[covers_open]}")
    return redirect(url_for("settings.index"), 303)


def form_with_calendar_file(whose: HoursOwner | None) -> ResponseReturnValue:
    """The form again, with the days of the calendar file to be ticked; nothing is saved."""
    typed = typed_fields()
    file = request.files.get(FILE_FIELD)
    data = file.stream.read(LARGEST + 1) if file else b""
    try:
        offered = _offered_days(typed, data)
    except ValueError as error:
        return hours_page(whose, values=typed, errors={FILE_FIELD: str(error)}), 422
    return hours_page(whose, values=typed, errors={}, offered=offered)


def _offered_days(typed: Mapping[str, str], data: bytes) -> OfferedDays:
    if not data:
        raise ValueError("Choose a file ending in .ics first.")
    return offer_days(
        typed[EXCEPTIONS_FIELD],
        data,
        years=versions.years_written_down(now()),
        zone=typed.get("zone", ""),
    )


def _hours_fields() -> dict[str, str]:
    """What the hours are; not whose, nor the choices about them."""
    return {name: text for name, text in typed_fields().items() if name != REGION_FIELD}


def typed_fields() -> dict[str, str]:
    """What was typed, the days that were ticked among the single dates; not the choices."""
    apart = {STEP_FIELD, CHOICE_FIELD, FILE_FIELD, TICKED_FIELD}
    typed = {
        name: text for name, text in submitted_fields(request.form).items() if name not in apart
    }
    ticked = request.form.getlist(TICKED_FIELD)
    return typed | {EXCEPTIONS_FIELD: with_ticked_days(typed.get(EXCEPTIONS_FIELD, ""), ticked)}


def hours_page(
    whose: HoursOwner | None,
    *,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    offered: OfferedDays | None = None,
) -> str:
    """Of a region that is yet to be named where it is nobody's."""
    return render_template(
        "settings/hours.html",
        whose=whose,
        values=values,
        errors=errors,
        offered=offered,
        days=DAYS,
        zones=zone_names(),
        countries=list(countries().items()),
    )


def form_values_of(hours: OpeningHours | None) -> dict[str, str]:
    """The hours as a person would type them."""
    if hours is None:
        return {"zone": user().zone}
    week = {day: write_day(hours.week.get(day, [])) for day in WEEKDAYS}
    return week | {
        "zone": hours.zone,
        "country": hours.country or "",
        "region": hours.region or "",
        "exceptions": write_exceptions(hours.exceptions),
    }
