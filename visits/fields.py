"""Fields of the model: partial dates with their bounds, and random public ids."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast, Length, StrIndex, Substr
from django.utils.translation import gettext_lazy as _

from visits.partial_dates import parse

# Without vowels and look-alikes: no id spells a word or is misread from paper.
_ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
_ID_LENGTH = 16


class PartialDateField(models.CharField):
    """A partial date as ISO 8601 text; "" where none is known. Its bounds stand in two BoundFields beside it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 21
        kwargs.setdefault("default", "")
        kwargs.setdefault("help_text", _("2022, 2022-03, 2022-03-05, or 2022-08-15/2022-08-26"))
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Return the field for migrations, without what it always sets."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("max_length", None)
        kwargs.pop("help_text", None)
        return name, path, args, kwargs

    def to_python(self, value: Any) -> str:
        """Return the text of the date without spaces around it; raise ValidationError for what is none."""
        text = (super().to_python(value) or "").strip()
        if text:
            try:
                parse(text)
            except ValueError as error:
                raise ValidationError(str(error), code="invalid") from error
        return text

    def get_prep_value(self, value: Any) -> Any:
        """Return the text for the database, checked again for what never passed a form."""
        if hasattr(value, "resolve_expression"):
            return value
        return self.to_python(value)


class BoundField(models.DateField):
    """The first or last day of the partial date named `of`; kept by each save and bulk_create."""

    def __init__(self, of: str, bound: str, **kwargs: Any) -> None:
        if bound not in {"earliest", "latest"}:
            raise ValueError("a bound is “earliest” or “latest”")
        self.of, self.bound = of, bound
        kwargs.update(null=True, blank=True, editable=False, db_index=True)
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        """Return the field for migrations."""
        name, path, _args, kwargs = super().deconstruct()
        for key in ("null", "blank", "editable", "db_index"):
            kwargs.pop(key, None)
        return name, path, [self.of, self.bound], kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> date | None:
        """Return the bound of the date as it is now."""
        text = (getattr(model_instance, self.of) or "").strip()
        value: date | None = getattr(parse(text), self.bound) if text else None
        setattr(model_instance, self.attname, value)
        return value


def partial_date_check(name: str, *, field: str = "date") -> models.CheckConstraint:
    """Return the constraint that the bounds beside `field` are those of its text, in terms of both databases.

    A date of one part: both bounds begin with it as ISO text, and a year or month runs from its first day. An
    interval: the first bound begins with its start, the last with its end. No date: no bounds.
    """
    text = F(field)
    slash = StrIndex(text, Value("/"))
    earliest = Cast(f"{field}_earliest", models.CharField(max_length=10))
    latest = Cast(f"{field}_latest", models.CharField(max_length=10))
    known = Q(**{f"{field}_earliest__isnull": False, f"{field}_latest__isnull": False})
    ordered = Q(**{f"{field}_latest__gte": F(f"{field}_earliest")})
    unknown = Q(**{field: "", f"{field}_earliest__isnull": True, f"{field}_latest__isnull": True})
    one = _equal(slash, Value(0)) & _begins(earliest, text) & _ends(latest, text)
    start = Substr(text, 1, slash - 1)
    end = Substr(text, slash + 1)
    interval = Q(**{f"{field}__contains": "/"}) & _begins(earliest, start) & _ends(latest, end)
    return models.CheckConstraint(name=name, condition=unknown | (known & ordered & (one | interval)))


def _begins(earliest: Any, part: Any) -> Q:
    """Return the condition that a first day is that of a year, month or day written as `part`."""
    return _equal(Substr(earliest, 1, Length(part)), part) & (
        (_equal(Length(part), Value(4)) & _equal(Substr(earliest, 5), Value("-01-01")))
        | (_equal(Length(part), Value(7)) & _equal(Substr(earliest, 8), Value("-01")))
        | _equal(Length(part), Value(10))
    )


def _ends(latest: Any, part: Any) -> Q:
    """Return the condition that a last day is that of a year, month or day written as `part`.

    February may end on either of two days: no calendar stands in a constraint.
    """
    month, day = Substr(latest, 6, 2), Substr(latest, 9, 2)
    last = Q()
    for days, months in (("31", "01 03 05 07 08 10 12"), ("30", "04 06 09 11"), ("28", "02"), ("29", "02")):
        for number in months.split():
            last |= _equal(month, Value(number)) & _equal(day, Value(days))
    return _equal(Substr(latest, 1, Length(part)), part) & (
        (_equal(Length(part), Value(4)) & _equal(Substr(latest, 5), Value("-12-31")))
        | (_equal(Length(part), Value(7)) & last)
        | _equal(Length(part), Value(10))
    )


def _equal(left: Any, right: Any) -> Q:
    from django.db.models.lookups import Exact

    return Q(Exact(left, right))


def random_public_id() -> str:
    """Return a random id of 16 characters, some 76 bits: not to be guessed, and free of other rows."""
    return "".join(secrets.choice(_ALPHABET) for _position in range(_ID_LENGTH))


# Of 256 bytes so many stand for a letter, each letter for as many of them; the others are thrown away.
_FAIR = 256 // len(_ALPHABET) * len(_ALPHABET)
_LETTERS = bytes(ord(_ALPHABET[byte % len(_ALPHABET)]) for byte in range(256))
_UNFAIR = bytes(range(_FAIR, 256))


def random_public_ids(number: int) -> list[str]:
    """Return so many ids like those of `random_public_id`, drawn at once."""
    wanted, drawn = number * _ID_LENGTH, ""
    while len(drawn) < wanted:
        drawn += secrets.token_bytes(wanted).translate(_LETTERS, _UNFAIR).decode("ascii")
    return [drawn[start : start + _ID_LENGTH] for start in range(0, wanted, _ID_LENGTH)]


class PublicIdField(models.CharField):
    """The id under which a record has its address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Defaults and no more: the copy of this field in a history table is not unique.
        for key, value in {
            "max_length": 22,
            "unique": True,
            "editable": False,
            "default": random_public_id,
        }.items():
            kwargs.setdefault(key, value)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Return the field for migrations, saying always whether it is unique."""
        name, path, args, kwargs = super().deconstruct()
        kwargs["unique"] = self.unique
        return name, path, args, kwargs
