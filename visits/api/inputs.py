"""What bodies of the API are made of: fields of the models, and rows named by their keys, of those the writer may see.

What a schema can say is checked here and answered by 400; what only the record knows (a row that is not there, a rule)
is answered by 422. A hidden row and a missing one are told in the same words.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from visits.api.resource import RESOURCES, Resource
from visits.fields import PartialDateField

# The code of an error that no schema can tell.
REFUSED = "refused"
_YEAR, _MONTH, _DAY = r"[0-9]{4}", r"(0[1-9]|1[0-2])", r"(0[1-9]|[12][0-9]|3[01])"
_PART = rf"{_YEAR}(-{_MONTH}(-{_DAY})?)?"
PARTIAL_DATE = rf"^({_PART}(/{_PART})?)?$"
DAY = rf"^{_YEAR}-{_MONTH}-{_DAY}$"
TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
# A sign that is no space: said by numbers, so that every language of programs reads it alike.
_SPACES = r"\x00-\x20\x7f-\xa0\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f\u2060\u3000\ufeff"
SOME_TEXT = rf"^[^\x00]*[^{_SPACES}][^\x00]*$"
ANY_TEXT = r"^[^\x00]*$"
LONGEST_KEY = 200
KEY = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"


class Text(serializers.RegexField):
    """A text without NUL; one that may not be empty has more than spaces."""

    def __init__(self, **kwargs: Any) -> None:
        blank = kwargs.setdefault("allow_blank", not kwargs.get("required", True))
        super().__init__(kwargs.pop("regex", ANY_TEXT if blank else SOME_TEXT), trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Return the text without spaces around it; a number is none."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data).strip()


class PartialDate(Text):
    """A date as precise as it is known, or an interval of two."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs, "regex": PARTIAL_DATE, "allow_blank": True, "max_length": 21})


class TimeText(Text):
    """A time of the day, to the minute."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs, regex=TIME)


class StrictBoolean(serializers.BooleanField):
    """True or false, and no word for either."""

    def to_internal_value(self, data: Any) -> bool:
        """Return the value."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return bool(data)


@extend_schema_field({"type": "string", "format": "date", "pattern": DAY})
class Day(serializers.DateField):
    """A day. One that no calendar has is written well, and refused all the same."""

    def to_internal_value(self, value: Any) -> date:
        """Return the day."""
        if not isinstance(value, str) or not re.fullmatch(DAY, value):
            self.fail("invalid", format="YYYY-MM-DD")
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise serializers.ValidationError(_("There is no such day."), code=REFUSED) from error


@extend_schema_field({"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": KEY})
class RowField(serializers.Field):
    """A row of a resource, named by its key, of those that whoever writes may see."""

    default_error_messages = {"invalid": _("This is no key.")}

    def __init__(self, of: str, **kwargs: Any) -> None:
        self.of = of
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        """Return the row."""
        if not isinstance(data, str) or len(data) > LONGEST_KEY or not re.fullmatch(KEY, data):
            self.fail("invalid")
        resource: Resource = RESOURCES[self.of]
        found = resource.find_id(data, self.context["taking"])
        if found is None:
            raise serializers.ValidationError(_("There is no such row."), code=REFUSED)
        return resource.model._base_manager.get(pk=found)


class Input(serializers.Serializer):
    """A body: an object in which nothing stands that is not known."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the values; a name that is not known is an error, for its value would be lost in silence."""
        if isinstance(data, dict):
            unknown = [str(name).encode(errors="replace").decode() for name in data if name not in self.fields]
            if unknown:
                raise serializers.ValidationError({str(name): [_("There is no such field.")] for name in unknown})
        return super().to_internal_value(data)


class ModelInput(Input, serializers.ModelSerializer):
    """A body made of fields of a model: of it is checked what a schema says, the actions check the rest."""

    serializer_field_mapping: ClassVar = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.CharField: Text,
        models.TextField: Text,
        models.SlugField: Text,
        models.URLField: Text,
        PartialDateField: PartialDate,
        models.TimeField: TimeText,
        models.DateField: Day,
        models.BooleanField: StrictBoolean,
    }

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        """Return class and arguments of a field, without what asks other rows."""
        kind, kwargs = super().build_standard_field(field_name, model_field)
        kept = {"required", "allow_blank", "allow_null", "max_length", "choices", "help_text", "label"}
        kwargs = {name: value for name, value in kwargs.items() if name in kept}
        if issubclass(kind, StrictBoolean | Day) or kind is serializers.ChoiceField:
            kwargs.pop("max_length", None)
        if issubclass(kind, Text):
            kwargs["allow_blank"] = model_field.blank and not issubclass(kind, TimeText)
            kwargs.pop("allow_null", None)
        kwargs["help_text"] = model_field.help_text or model_field.verbose_name
        return kind, kwargs

    def run_validators(self, value: Any) -> None:
        """Leave rules over several fields to the actions: asking here would tell of rows that are hidden."""

    def get_validators(self) -> list[Any]:
        """Return no validators over several fields."""
        return []
