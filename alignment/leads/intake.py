"""Take a lead in: checked once here, whether it comes by form, file or API."""

import unicodedata
from datetime import datetime
from typing import Annotated, Any

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from sqlmodel import Session

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.events import publish
from alignment.leads import queries
from alignment.leads.event_kinds import EventKind
from alignment.leads.events import LeadArrived, change_fields
from alignment.leads.fields import source_key
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.recording import record_event
from alignment.leads.models import Lead, Source
from alignment.normalisation import nfc, nfkc
from alignment.notifications.actions.secret_texts import hide_secrets

LINE_BREAK_CATEGORIES = ("Cc", "Zl", "Zp")
INVISIBLE_CATEGORIES = ("Cf", "Cs", "Co")
JOINER = "\u200d"
"""Joins several signs into one, such as a family; the only invisible sign that is kept."""
MARKS_AT_MOST = 8


def clean_text(value: object) -> object:
    """Text without control, direction and other invisible characters, and without outer blanks."""
    if not isinstance(value, str):
        return value
    kept = (
        " " if unicodedata.category(letter) in LINE_BREAK_CATEGORIES else letter
        for letter in nfc(value)
        if unicodedata.category(letter) not in INVISIBLE_CATEGORIES or letter == JOINER
    )
    return " ".join("".join(kept).split()).strip(f"{JOINER} ")


def refuse_stacked_marks(text: str | None) -> str | None:
    """The same text; one that piles up marks on a letter is refused."""
    marks = 0
    for letter in "" if text is None or text.isascii() else text:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks > MARKS_AT_MOST:
            raise ValueError(f"has more than {MARKS_AT_MOST} marks on one letter")
    return text


def clean_email(address: str | None) -> str | None:
    """The address as it can be written to; anything but a plain dot-atom address is refused."""
    if not address:
        return None
    try:
        validated = validate_email(address, check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        raise ValueError("is not a mail address, such as name@company.com") from error
    return validated.normalized


def email_key_of(address: str | None) -> str | None:
    """How two addresses are compared: NFKC and case folded."""
    return nfkc(address).casefold() if address else None


CleanText = Annotated[
    str,
    BeforeValidator(clean_text),
    AfterValidator(refuse_stacked_marks),
    AfterValidator(hide_secrets),
]
EmailAddress = Annotated[str | None, BeforeValidator(clean_text), AfterValidator(clean_email)]


class NewLead(BaseModel):
    """What somebody tells us about a lead. It needs a name, an address or an external id."""

    model_config = ConfigDict(extra="forbid")

    external_id: CleanText | None = Field(default=None, max_length=200)
    email: EmailAddress = Field(default=None, max_length=254)
    name: CleanText = Field(default="", max_length=200)
    company: CleanText = Field(default="", max_length=200)
    title: CleanText = Field(default="", max_length=200)
    phone: CleanText = Field(default="", max_length=64)
    source: CleanText = Field(default="", max_length=200)
    region: CleanText = Field(default="", max_length=200)
    product: CleanText = Field(default="", max_length=200)
    score: int | None = Field(default=None, ge=0, le=1_000_000)
    amount_minor: int | None = Field(default=None, ge=0, le=10**15)
    currency: CleanText = Field(default="EUR", min_length=3, max_length=3)
    do_not_mail: bool = False
    do_not_call: bool = False

    @model_validator(mode="after")
    def _is_somebody(self) -> "NewLead":
        if not (self.external_id or self.email or self.name):
            raise ValueError("needs a name, a mail address or an id")
        return self


def add_lead(session: Session, new: NewLead, *, by: User, now: datetime) -> Lead:
    """Write down a lead that nobody knew; one that is known already is refused by name."""
    known = queries.matching_lead(
        session, by.workspace_id, external_id=new.external_id, email_key=email_key_of(new.email)
    )
    if known is not None:
        raise Refused(f"{known.name or known.email} is known already. Open it instead.")

    lead = Lead(workspace_id=by.workspace_id, arrived_at=now, **columns_of(session, new, by))
    session.add(lead)
    session.flush()
    record_event(session, lead, NewLeadEvent(kind=EventKind.ARRIVED, at=now, by_id=by.id), now=now)
    publish(session, LeadArrived(**change_fields(lead, by=by, now=now)))
    return lead


def columns_of(session: Session, new: NewLead, by: User) -> dict[str, Any]:
    """The lead's columns, with its source looked up and its name never empty."""
    given = new.model_dump(exclude={"source"})
    given["name"] = new.name or new.email or new.external_id
    given["email_key"] = email_key_of(new.email)
    given["source_id"] = source_id_of(session, by.workspace_id, new.source)
    return given


def source_id_of(session: Session, workspace_id: int, name: str) -> int | None:
    """The source of that name, made when it is new; "Google" and "google" are one."""
    if not name:
        return None
    key = source_key(name)
    known = queries.source_by_key(session, workspace_id, key)
    if known is None:
        known = Source(workspace_id=workspace_id, key=key, name=name)
        session.add(known)
        session.flush()
    return known.id
