"""The lead fields that a file may have, and the column names by which other systems call them,
likeliest first.
"""

from alignment.files.fields import Field, FieldKind

LEAD_ID = Field(
    name="external_id",
    synonyms=(
        *("record id", "contact id", "lead id", "mql id", "prospect id"),
        *("crm id", "customer id", "id"),
    ),
)
LEAD_EMAIL = Field(
    name="email",
    synonyms=("email address", "mail", "mail address", "work email", "business email"),
)
AMOUNT = Field(
    name="amount",
    kind=FieldKind.MONEY,
    synonyms=("deal amount", "opportunity amount", "deal value", "value", "expected revenue"),
)
CURRENCY = Field(name="currency", synonyms=("currency code", "deal currency"))

HANDED_OFF_SYNONYMS = (
    *("handed off", "handoff date", "handed over at", "mql date"),
    *("became a marketing qualified lead date", "first contact date"),
)

LEAD_FILE_FIELDS: tuple[Field, ...] = (
    LEAD_ID,
    LEAD_EMAIL,
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
    Field(name="score", kind=FieldKind.INTEGER, synonyms=("lead score", "hubspot score")),
    AMOUNT,
    CURRENCY,
    Field(
        name="owner",
        synonyms=("owner email", "lead owner", "contact owner", "assigned to", "sales rep"),
    ),
    Field(
        name="do_not_mail",
        kind=FieldKind.YES_NO,
        synonyms=(
            *("do not email", "email opt out", "opted out of email"),
            *("unsubscribed from all email", "unsubscribed"),
        ),
    ),
    Field(name="do_not_call", kind=FieldKind.YES_NO, synonyms=("phone opt out",)),
    Field(
        name="arrived_at",
        kind=FieldKind.INSTANT,
        synonyms=(
            *("arrived", "created at", "created time", "create date", "created date", "created"),
            *("date created", "became a lead date", "submitted at"),
        ),
    ),
    Field(
        name="handed_off_at",
        kind=FieldKind.INSTANT,
        synonyms=("handed off on", *HANDED_OFF_SYNONYMS),
    ),
)
