"""What a file may say, and by which names other systems call it. The likeliest name goes first."""

from alignment.files.fields import Field, Kind
from alignment.leads.happenings import Happening

LEAD_ID = Field(
    name="external_id",
    synonyms=(
        *("record id", "contact id", "lead id", "mql id", "prospect id"),
        *("crm id", "customer id", "id"),
    ),
)
LEAD_ADDRESS = Field(
    name="email",
    synonyms=("email address", "mail", "mail address", "work email", "business email"),
)
AMOUNT = Field(
    name="amount",
    kind=Kind.MONEY,
    synonyms=("deal amount", "opportunity amount", "deal value", "value", "expected revenue"),
)
CURRENCY = Field(name="currency", synonyms=("currency code", "deal currency"))

HANDED_OFF = (
    *("handed off", "handoff date", "handed over at", "mql date"),
    *("became a marketing qualified lead date", "first contact date"),
)

LEAD_FIELDS: tuple[Field, ...] = (
    LEAD_ID,
    LEAD_ADDRESS,
    Field(name="name", synonyms=("full name", "contact name", "lead name")),
    Field(name="first_name", synonyms=("given name", "forename")),
    Field(name="last_name", synonyms=("surname", "family name")),
    Field(
        name="company",
        synonyms=(
            *("company name", "company / account", "account name", "account"),
            *("organisation", "organization", "associated company"),
        ),
    ),
    Field(name="title", synonyms=("job title", "position")),
    Field(
        name="phone",
        synonyms=(
            *("phone number", "telephone", "tel"),
            *("mobile", "mobile phone", "mobile phone number"),
        ),
    ),
    Field(
        name="source",
        synonyms=("lead source", "original source", "origin", "utm source", "channel"),
    ),
    Field(
        name="region",
        synonyms=("territory", "sales region", "country", "country/region", "state", "city"),
    ),
    Field(name="product", synonyms=("product interest", "product name")),
    Field(name="score", kind=Kind.INTEGER, synonyms=("lead score", "hubspot score")),
    AMOUNT,
    CURRENCY,
    Field(
        name="owner",
        synonyms=("owner email", "lead owner", "contact owner", "assigned to", "sales rep"),
    ),
    Field(
        name="do_not_mail",
        kind=Kind.YES_NO,
        synonyms=(
            *("do not email", "email opt out", "opted out of email"),
            *("unsubscribed from all email", "unsubscribed"),
        ),
    ),
    Field(name="do_not_call", kind=Kind.YES_NO, synonyms=("phone opt out",)),
    Field(
        name="arrived_at",
        kind=Kind.INSTANT,
        synonyms=(
            *("arrived", "created at", "created time", "create date", "created date", "created"),
            *("date created", "became a lead date", "submitted at"),
        ),
    ),
    Field(name="handed_off_at", kind=Kind.INSTANT, synonyms=("handed off on", *HANDED_OFF)),
)

EVENT_COLUMNS: dict[Happening, tuple[str, ...]] = {
    Happening.HANDED_OFF: HANDED_OFF,
    Happening.ACCEPTED: ("accepted", "sal date"),
    Happening.RETURNED: ("returned", "rejected at", "rejected date"),
    Happening.FIXED: (),
    Happening.RECYCLED: (),
    Happening.WITHDRAWN: (),
    Happening.CALLED: ("first touch at", "first touch date", "first touch", "touched at"),
    Happening.WROTE: (),
    Happening.MET: ("meeting date",),
    Happening.QUALIFIED: ("sql date", "became a sales qualified lead date"),
    Happening.OPPORTUNITY_OPENED: ("opportunity date", "became an opportunity date"),
    Happening.UNREACHABLE: (),
    Happening.WON: ("won", "closed won date", "became a customer date"),
    Happening.LOST: ("lost", "closed lost date"),
    Happening.REOPENED: (),
}
"""What a file may tell about a known lead, each in a column of its own or by its word."""


def event_field(kind: Happening) -> str:
    """``won`` has its instants in the field ``won_at``."""
    return f"{kind}_at"


EVENT_FIELDS: tuple[Field, ...] = (
    LEAD_ID,
    LEAD_ADDRESS,
    Field(name="kind", synonyms=("event", "event type", "event kind", "what happened", "type")),
    Field(
        name="at",
        kind=Kind.INSTANT,
        synonyms=("happened at", "occurred at", "event date", "when", "date", "timestamp"),
    ),
    Field(name="by", synonyms=("by email", "user", "user email", "sales rep")),
    Field(name="reason", synonyms=("return reason", "lost reason", "loss reason")),
    Field(name="note", synonyms=("notes", "comment", "comments")),
    AMOUNT,
    CURRENCY,
    *(
        Field(
            name=event_field(kind),
            kind=Kind.INSTANT,
            synonyms=(f"{kind} date", f"{kind} on", *synonyms),
        )
        for kind, synonyms in EVENT_COLUMNS.items()
    ),
)
