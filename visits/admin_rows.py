"""Rows that are edited in a list of the admin: each carries the version at which it was read.

A row that nobody touched here is not saved, and is no conflict, whatever became of it meanwhile: what somebody chose is
what differs from the version that they read. Where a chosen row has changed since, nothing of the list is saved and it
comes again, 409, on the stored rows with what was chosen in it, so that saving once more is all it takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from visits.admin_conflict import CODE, written_twice
from visits.admin_forms import Refused, VersionedForm
from visits.conflict_words import in_words
from visits.conflicts import compare


class ListedForm(VersionedForm):
    """A row of a list; `refused` says by row why an earlier attempt to save it was refused."""

    refused: Mapping[int, tuple[str, ...]] = {}

    @cached_property
    def changed_data(self) -> list[str]:
        """The fields in which what was sent differs from the version that was read."""
        names = [name for name in self.fields if name in (self._meta.fields or ())]
        before = model_to_dict(self.instance, names)
        read_at = self.data.get(self.add_prefix("version_read"), "")
        if self.instance.pk and str(self.instance.version) != read_at:
            base = self.instance.at_version(int(read_at)) if read_at.isdecimal() and len(read_at) < 10 else None
            # Of a version that is not kept nobody knows what was chosen: all of it.
            before = {} if base is None else {name: getattr(base, name) for name in names}
        return [
            name for name in names if name not in before or self.fields[name].has_changed(before[name], self[name].data)
        ]

    def full_clean(self) -> None:
        """Check what was changed here; the rest is not saved."""
        self.empty_permitted = self.instance.pk is not None
        super().full_clean()

    def clean(self) -> dict[str, Any]:
        """Raise StaleVersion where somebody has saved since a row that was changed here."""
        if self.instance.pk is None:
            raise ValidationError(_("This row has left the list."))
        cleaned = super().clean()
        for words in self.refused.get(self.instance.pk, ()):
            self.add_error(None, words)
        return cleaned


class EditedList:
    """Mixed into an admin: what `list_editable` names is saved by the actions, row by row, all of it or nothing."""

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the form of a row, which knows why it was refused."""
        kwargs.setdefault("form", type("Row", (ListedForm,), {"refused": getattr(request, "_refused_rows", {})}))
        return super().get_changelist_form(request, **kwargs)  # type: ignore[misc]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Answer rows that were not saved with the list, what was chosen still in it."""
        own: Any = super()
        try:
            response: HttpResponse = own.changelist_view(request, extra_context)
        except Refused as refused:
            request._refused_rows = {refused.row: refused.words}  # type: ignore[attr-defined]
            response = own.changelist_view(request, extra_context)
        listed = getattr(response, "context_data", None) or {}
        if "cl" in listed and listed["cl"].formset is not None and listed["cl"].formset.is_bound:
            _show_again(request, response, listed)
        return response


def _show_again(request: HttpRequest, response: HttpResponse, context: dict[str, Any]) -> None:
    """Put rows as they are stored in the place of those that were sent, and into them what was chosen.

    The list is read anew: it may have other rows by now, in another order than the forms were sent in.
    """
    listed = context["cl"]
    gone = sum(form.instance.pk is None for form in listed.formset.forms)
    sent = {form.instance.pk: form for form in listed.formset.forms if form.instance.pk and form.has_changed()}
    fresh = listed.formset = type(listed.formset)(queryset=listed.result_list)
    conflicts = []
    for form in fresh.forms:
        mine = sent.pop(form.instance.pk, None)
        if mine is None:
            continue
        form.initial |= {name: mine[name].data for name in mine.changed_data}
        if mine.has_error("__all__", code=CODE):
            response.status_code = 409
            base = form.instance.at_version(mine.cleaned_data.get("version_read"))
            found = compare(written_twice(mine, form.instance, base, only=mine.changed_data))
            worded = (in_words(mine.fields[conflict.name], conflict) for conflict in found)
            conflicts += [replace(conflict, label=f"{form.instance}: {conflict.label}") for conflict in worded]
        else:
            for name, errors in mine.errors.items():
                label = "" if name == "__all__" else f"{mine.fields[name].label}: "
                messages.error(request, f"{form.instance}: {label}{' '.join(errors)}")
    if response.status_code == 409:
        context["conflicts"] = conflicts
    if gone := gone + len(sent):
        told = ngettext(
            "%(n)d row has left this list meanwhile: nothing was saved.",
            "%(n)d rows have left this list meanwhile: nothing was saved.",
            gone,
        )
        messages.warning(request, told % {"n": gone})
