"""A part of a form as a pydantic model: the texts that are posted to one value, and back."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, GetPydanticSchema, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError, core_schema

from alignment.errors import Refused
from alignment.web.agreements.form.nested_fields import FormData

UNIT_FIELDS: Mapping[str, str] = {"amount": "unit", "pause_amount": "pause_unit"}
"""Quantities are typed in two fields; the model has them as one, under the name of the amount."""


class FormModel(BaseModel):
    """Its fields are named as those of ``value_type``; an alias is the name in HTML."""

    model_config = ConfigDict(str_strip_whitespace=True)
    value_type: ClassVar[type[Any]]

    @classmethod
    def read(cls, posted: Any) -> Any:
        """The value; a ValidationError names the field of everything that is wrong."""
        form = cls.model_validate(posted)
        try:
            return form.to_value()
        except (Refused, ValueError) as reason:
            raise _error_at(form.blamed_field(), str(reason)) from reason

    @classmethod
    def write(cls, value: Any) -> FormData:
        """The texts that read as this value."""
        form = cls.model_construct(**vars(value))
        texts: FormData = form.model_dump(mode="json", by_alias=True)
        for amount in UNIT_FIELDS.keys() & texts.keys():
            texts[amount], texts[UNIT_FIELDS[amount]] = texts[amount]
        return texts

    def to_value(self) -> Any:
        return self.value_type(**vars(self))

    def blamed_field(self) -> str:
        """Beside which field it is said that no value can be made of them; empty means them all."""
        return ""

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, posted: Any) -> FormData:
        """A field that was not posted is empty."""
        fields = cls.model_fields.items()
        needed = (info.alias or name for name, info in fields if info.is_required())
        texts: FormData = dict.fromkeys(needed, "") | (posted if isinstance(posted, dict) else {})
        for amount in UNIT_FIELDS.keys() & texts.keys():
            texts[amount] = texts[amount], texts.get(UNIT_FIELDS[amount])
        return texts


def part(form: type[FormModel]) -> GetPydanticSchema:
    """A field that is a part with fields of its own."""
    return posted_field(form.read, form.write)


def typed_field(parse: Callable[..., Any], format_value: Callable[[Any], Any]) -> GetPydanticSchema:
    """A field typed as a text, or as an amount and its unit; no text at all counts as empty."""

    def read(posted: Any) -> Any:
        texts = posted if isinstance(posted, tuple) else (posted,)
        try:
            return parse(*(each.strip() if isinstance(each, str) else "" for each in texts))
        except Refused as reason:
            raise ValueError(str(reason)) from reason

    return posted_field(read, format_value)


def posted_field(read: Callable[[Any], Any], write: Callable[[Any], Any]) -> GetPydanticSchema:
    """A field that is read from what is posted, whatever that is, and written back."""
    serialization = core_schema.plain_serializer_function_ser_schema(write)
    schema = core_schema.no_info_plain_validator_function(read, serialization=serialization)
    return GetPydanticSchema(lambda _type, _handler: schema)


def _error_at(field: str, sentence: str) -> ValidationError:
    problem = PydanticCustomError("value_error", "{reason}", {"reason": sentence})
    error = InitErrorDetails(type=problem, loc=(field,) if field else (), input=None)
    return ValidationError.from_exception_data("form", [error])
