"""A form of the admin, or rows of its inlines, filled in on an old version: 409, both values, both in one form.

The form that is shown again is based on the stored version and holds what both sides wrote, so that saving it once more
is all it takes; where both changed the same words it holds those of the person, with the others above it. Where a name
was taken out since, it holds what is stored: what was sent has the name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

from visits.admin_names import readable
from visits.called import TakenOut
from visits.conflict_words import in_words
from visits.conflicts import FieldConflict, Written, compare

CODE = "stale_version"


def tell_conflicts(request: HttpRequest, context: dict[str, Any], response: HttpResponse) -> HttpResponse:
    """Return the page of a change form as a conflict where a form in `context` was filled in on an old version."""
    stale = list(_stale(context))
    if stale:
        # The page is rendered later, from this context.
        context["conflicts"] = [conflict for form in stale for conflict in _merged(request, form)]
        if context.get("original") is not None:
            context["subtitle"] = str(context["original"])
        response.status_code = 409
    return response


def _stale(context: dict[str, Any]) -> Iterator[Any]:
    """Yield the forms of the page whose row has changed since it was read."""
    sent = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        sent += inline.formset.forms
    for form in sent:
        if form.is_bound and form.instance.pk and form.has_error(NON_FIELD_ERRORS, code=CODE):
            yield form


def _merged(request: HttpRequest, form: Any) -> list[FieldConflict]:
    """Put what both sides wrote into `form`, based on the stored version; return what differed."""
    stored = readable(type(form.instance), request).filter(pk=form.instance.pk).first()
    if stored is None:
        return []
    version = form.cleaned_data.get("version_read")
    base = stored.at_version(version)
    found = compare(written_twice(form, stored, base, taken=TakenOut(stored, base, version)))
    form.data = form.data.copy()
    for conflict in found:
        place = form.add_prefix(conflict.name)
        if isinstance(form.fields[conflict.name], forms.BooleanField) and not conflict.merged:
            form.data.pop(place, None)
        else:
            form.data[place] = conflict.merged
    form.data[form.add_prefix("version_read")] = str(stored.version)
    # Checking the form has put into its row what was sent: titles name it as it is stored. Relations stay as they were
    # read for the page, the hidden ones without a name.
    for field in stored._meta.concrete_fields:
        if not field.is_relation:
            setattr(form.instance, field.attname, getattr(stored, field.attname))
    return [in_words(form.fields[conflict.name], conflict) for conflict in found]


def written_twice(
    form: Any, stored: Any, base: Any, only: Collection[str] | None = None, taken: TakenOut | None = None
) -> Iterator[Written]:
    """Yield of the fields of a form, or of those in `only`, what was read, what was sent and what is stored."""
    columns = {field.name: field.attname for field in stored._meta.concrete_fields}
    for name, field in form.fields.items():
        left_out = only is not None and name not in only
        if left_out or name not in columns or field.disabled or isinstance(field.widget, forms.MultiWidget):
            continue
        yield Written(
            name=name,
            label=_label(form, field),
            base=None if base is None else _text(field, getattr(base, columns[name])),
            mine=_text(field, form[name].data),
            theirs=_text(field, getattr(stored, columns[name])),
            prose=isinstance(field.widget, forms.Textarea),
            codes=None if taken is None else taken.codes(columns[name]),
        )


def _label(form: Any, field: forms.Field) -> str:
    """Return the label of a field, with what kind of row it is of where that is an inline's."""
    label = capfirst(str(field.label))
    return f"{capfirst(str(form.instance._meta.verbose_name))}: {label}" if form.prefix else label


def _text(field: forms.Field, value: Any) -> str:
    """Return a value as a form would send it."""
    if isinstance(field, forms.BooleanField):
        return "on" if value else ""
    shown = "" if value is None else field.prepare_value(value)
    if isinstance(field.widget, forms.DateInput | forms.TimeInput | forms.DateTimeInput):
        shown = field.widget.format_value(shown)
    return str("" if shown is None else shown).replace("\r\n", "\n")
