"""What can be done with a version of an agreement: compare, sign, run as a shadow, end."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alignment.accounts.roles import Right
from alignment.edge import needs, now, session, user
from alignment.errors import Refused
from alignment.sla.agreements import lifecycle as agreements
from alignment.sla.models import Agreement, AgreementVersion
from alignment.sla.promises.redlines import redlines as lines_between
from alignment.sla.versions import queries
from alignment.sla.versions.stored_promises import wording_of_version
from alignment.web.agreements.signatures import OPEN_TIMER_CHOICES, OPEN_TOO
from alignment.web.agreements.version_page import SIDES, names_of_people, state_of, version_numbered

pages = Blueprint("acts", __name__)

AGREEMENT_URL = "/<int:agreement_id>"
VERSION_URL = f"{AGREEMENT_URL}/versions/<int:number>"


@pages.get(f"{AGREEMENT_URL}/redlines")
@needs(Right.READ)
def redlines(agreement_id: int) -> ResponseReturnValue:
    """Two versions side by side; without a choice the newest beside the one before it."""
    agreement = queries.agreement_for(session(), user(), agreement_id)
    versions = queries.versions_of(session(), agreement)
    before, after = versions[min(1, len(versions) - 1)].number, versions[0].number
    chosen = {
        "before": request.args.get("before", before, type=int),
        "after": request.args.get("after", after, type=int),
    }
    old, new = (
        wording_of_version(version_numbered(versions, chosen[x])) for x in ("before", "after")
    )
    changes = lines_between(old, new, people=names_of_people())
    return render_template(
        "agreements/redlines.html",
        agreement=agreement,
        choices=[
            (version.number, f"Version {version.number}, {state_of(version)}")
            for version in versions
        ],
        chosen=chosen,
        sides={side.value: [x for x in changes if x.owed_by is side] for side in SIDES},
    )


@pages.post(f"{VERSION_URL}/signature")
@needs(Right.PROMISE)
def sign(agreement_id: int, number: int) -> ResponseReturnValue:
    _, version = _version(agreement_id, number)
    if request.form.get("drafted_at") != version.drafted_at.isoformat():
        raise Refused("The draft was changed meanwhile. Read it again, then sign.")
    choice = request.form.get("covers_open")
    covers_open = choice == OPEN_TOO if choice in OPEN_TIMER_CHOICES else None
    agreements.sign(session(), version, by=user(), now=now(), covers_open=covers_open)
    flash(signing_message(version))
    return _back(agreement_id)


@pages.post(f"{VERSION_URL}/trial")
@needs(Right.PROMISE)
def start_shadow(agreement_id: int, number: int) -> ResponseReturnValue:
    _, version = _version(agreement_id, number)
    agreements.start_shadow(session(), version, by=user(), now=now())
    flash("The trial runs. Its clocks count and nobody hears of them.")
    return _back(agreement_id)


@pages.post(f"{VERSION_URL}/trial/end")
@needs(Right.PROMISE)
def stop_shadow(agreement_id: int, number: int) -> ResponseReturnValue:
    _, version = _version(agreement_id, number)
    agreements.stop_shadow(session(), version, by=user(), now=now())
    flash("The trial is over. What its clocks came to stays.")
    return _back(agreement_id)


@pages.post(f"{AGREEMENT_URL}/end")
@needs(Right.PROMISE)
def end(agreement_id: int) -> ResponseReturnValue:
    agreement = queries.agreement_for(session(), user(), agreement_id)
    agreements.end(session(), agreement, by=user(), now=now())
    flash("The agreement has ended. Clocks that run go on to their end.")
    return _back(agreement_id)


def signing_message(version: AgreementVersion) -> str:
    if version.effective_at is None:
        return "You have signed. The other team signs next."
    if version.effective_at > now():
        return "Both have signed. It takes effect on its date."
    if version.covers_open:
        return "Both have signed. Open clocks move under this version within a minute."
    return "Both have signed. Leads handed off from now on start clocks."


def _version(agreement_id: int, number: int) -> tuple[Agreement, AgreementVersion]:
    agreement = queries.agreement_for(session(), user(), agreement_id)
    return agreement, version_numbered(queries.versions_of(session(), agreement), number)


def _back(agreement_id: int) -> ResponseReturnValue:
    return redirect(url_for("agreements.show", agreement_id=agreement_id), 303)
