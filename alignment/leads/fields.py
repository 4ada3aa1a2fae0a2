"""PURE. The fields of a lead, once: forms, files, pages, merging and promises read this table.

Beside it a field has a column in ``models.Lead``, a check in ``intake.NewLead``, and what files
call it in ``integrations/imports/lead_fields.py``.
"""

from dataclasses import dataclass
from enum import StrEnum

from alignment.normalisation import nfkc


class FieldType(StrEnum):
    """What a field holds."""

    TEXT = "text"
    NUMBER = "number"
    OPT_OUT = "opt_out"
    """Yes or no; once said it is never lifted by a file or a merge."""


@dataclass(frozen=True, kw_only=True)
class LeadField:
    """A field by the name that files and promises use, and by the label that pages show."""

    name: str
    label: str
    type: FieldType = FieldType.TEXT
    column: str = ""
    """Where it is stored, if not under its name."""
    is_requirable: bool = True
    """A promise may ask for leads that have it."""
    decides_promises: bool = False
    """Its value decides which promise holds, so that the history keeps it."""

    @property
    def stored_in(self) -> str:
        return self.column or self.name


SOURCE = LeadField(name="source", label="Source", column="source_id", decides_promises=True)
"""Stored as a row of its own; to promises it is its name."""

LEAD_FIELDS = (
    LeadField(name="name", label="Name"),
    LeadField(name="email", label="Mail address"),
    LeadField(name="phone", label="Phone"),
    LeadField(name="company", label="Company"),
    LeadField(name="title", label="Position"),
    SOURCE,
    LeadField(name="region", label="Region", decides_promises=True),
    LeadField(name="product", label="Product", decides_promises=True),
    LeadField(name="score", label="Score", type=FieldType.NUMBER, decides_promises=True),
    LeadField(
        name="amount",
        label="Amount",
        type=FieldType.NUMBER,
        column="amount_minor",
        decides_promises=True,
    ),
    LeadField(name="external_id", label="Their id", is_requirable=False),
    LeadField(name="do_not_mail", label="Do not mail", type=FieldType.OPT_OUT, is_requirable=False),
    LeadField(name="do_not_call", label="Do not call", type=FieldType.OPT_OUT, is_requirable=False),
)
"""In the order of the form."""


def source_key(name: str) -> str:
    """How two sources are compared: NFKC and case folded."""
    return nfkc(name).casefold().strip()
