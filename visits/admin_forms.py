"""Forms of the admin: they carry the version that was read, keep what is hidden, and take refusals as errors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from visits import actions
from visits.admin_names import Names, close
from visits.letting_go import is_named
from visits.models import Record, StaleVersion, Versioned

REST_ON_IT = _("Other rows rest on this one: it cannot be taken out.")


class VersionedForm(forms.ModelForm):
    """A form that carries the version at which its record was read, and refuses a save based on an older one.

    `names` and `refusals` are set on the class made for a request: what the page may name, and why an earlier
    attempt to save what is in the form was refused.
    """

    names: Names | None = None
    refusals: tuple[str, ...] = ()
    version_read = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            return
        if "version_read" in self.fields:
            self.fields["version_read"].initial = self.instance.version
        if self.names is not None:
            for name, field in self.fields.items():
                if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                    key = getattr(self.instance, self.instance._meta.get_field(name).attname)
                    if self.names.hidden(field.queryset.model, key):
                        close(field, key)

    def clean(self) -> dict[str, Any]:
        """Raise StaleVersion where somebody has saved since; the typed values stay in the form."""
        cleaned = super().clean() or {}
        for words in self.refusals:
            self.add_error(None, words)
        if self.instance.pk and isinstance(self.instance, Versioned):
            read_at = cleaned.get("version_read")
            if read_at != self.instance.version:
                raise StaleVersion
        return cleaned

    def has_changed(self) -> bool:
        """Whether anything but the version differs: an untouched inline row is not saved."""
        return any(name != "version_read" for name in self.changed_data)

    def _get_validation_exclusions(self) -> Any:
        """Leave it to the action which row is the preferred one: a hidden one may be, and makes room there."""
        return {*super()._get_validation_exclusions(), "preferred"}  # type: ignore[misc]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if isinstance(self.instance, Record) and not self.errors:
            by: Any = None if self.names is None else self.names.request.user
            try:
                actions.check_parents(self.instance, by=by)
            except ValidationError as error:
                self.add_error(None, error)


class TakenOutForm:
    """Mixed into the forms of inline rows: what rests on a row is not named, and what is hidden hinders nothing."""

    def hand_clean_DELETE(self) -> None:
        """Refuse to take out a row on which one rests that the person sees; hidden ones let it go."""
        form: Any = self
        if not form.cleaned_data.get(forms.formsets.DELETION_FIELD_NAME, False) or form.instance._state.adding:
            return
        if is_named(form.instance, form.names.request.user):
            form._errors[NON_FIELD_ERRORS] = form.error_class([REST_ON_IT])


class Refused(Exception):
    """An action refused to save `row`, the key of a row of a list; `words` say why."""

    def __init__(self, error: Exception, row: Any = None) -> None:
        super().__init__(str(error))
        self.row = row
        if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
            self.words: tuple[str, ...] = tuple(
                message if name == "__all__" else f"{name}: {message}"
                for name, found in error.message_dict.items()
                for message in found
            )
        elif isinstance(error, ValidationError):
            self.words = tuple(error.messages)
        elif isinstance(error, models.ProtectedError):
            self.words = (str(REST_ON_IT),)
        else:
            self.words = (str(error) or str(_("Your role does not allow this.")),)
