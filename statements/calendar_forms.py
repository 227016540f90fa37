"""Forms of the desk for calendars: a file handed in, and the same file on its way from the preview to the record."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from visits.planned.reading import LARGEST, CalendarError, Planned, is_zone, read


class CalendarForm(forms.Form):
    """A calendar file, and the time zone of what is told without one."""

    file = forms.FileField(label=_("Calendar (.ics)"), required=False)
    zone = forms.CharField(
        label=_("Time zone of the visit"),
        required=False,
        max_length=40,
        help_text=_("Such as Asia/Phnom_Penh: for times that are told without a zone, or in UTC."),
    )
    # The file as it was previewed: nothing is stored before it is confirmed.
    kept = forms.CharField(required=False, widget=forms.HiddenInput, max_length=LARGEST * 2)
    events: list[Planned]

    def clean_zone(self) -> str:
        """Return the name of a time zone that there is, or nothing."""
        zone: str = self.cleaned_data["zone"].strip()
        if zone and not is_zone(zone):
            raise ValidationError(_("There is no time zone of this name."))
        return zone

    def clean(self) -> dict[str, Any]:
        """Read the file; `events` are then what it holds."""
        given = super().clean() or {}
        if self.errors:
            return given
        file = given.get("file")
        if file is not None and file.size > LARGEST:
            raise ValidationError(_("The calendar is larger than 1 MB."))
        try:
            data = file.read() if file is not None else base64.b64decode(given["kept"], validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValidationError(_("Choose the file again.")) from error
        if not data:
            raise ValidationError(_("Choose a calendar."))
        try:
            self.events = read(data, zone=given["zone"])
        except CalendarError as error:
            raise ValidationError(str(error)) from error
        if not self.events:
            raise ValidationError(_("There is no event in this calendar."))
        return {**given, "kept": base64.b64encode(data).decode()}
