"""A field of a form in which a person of the record is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visits.addresses import last_part
from visits.folding import fold
from visits.models import Person, PersonName

if TYPE_CHECKING:
    from visits.access import Reading

# Of people who are called the same so many are told apart.
MOST_TOLD = 5


class PersonField(forms.CharField):
    """Somebody named by the address of their page, the last part of that, or a name that they alone bear.

    It finds among those whom `reader`, set by the form, may see.
    """

    reader: Reading

    def __init__(self, **kwargs: Any) -> None:
        more = {"label": gettext_lazy("Person"), "help_text": gettext_lazy("A name, or the address of their page.")}
        super().__init__(max_length=300, **{**more, **kwargs})

    def clean(self, value: Any) -> Person | None:
        """Return the person, or None where nothing was typed; raise ValidationError for nobody and for several."""
        text = super().clean(value)
        if not text:
            return None
        shown = Person.objects.visible_to(self.reader)
        known: Person | None = shown.filter(slug=last_part(text)).first()
        if known is not None:
            return known
        names = PersonName.objects.visible_to(self.reader).filter(folded=fold(text))
        named = shown.filter(pk__in=names.values("person")) | shown.filter(name=text)
        found = list(named.order_by("slug")[: MOST_TOLD + 1])
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(_("There is no such person."))
        told = ", ".join(person.get_absolute_url() for person in found[:MOST_TOLD])
        raise ValidationError(_("Several are called so. Give the address of one: %(pages)s") % {"pages": told})
