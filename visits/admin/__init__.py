"""Django admin of `visits`: vocabulary, records and users. Writes go through the actions."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from visits.admin import accounts, source, visit, vocabulary
from visits.admin.meeting import MeetingAdmin

__all__ = ["MeetingAdmin", "accounts", "source", "visit", "vocabulary"]

admin.site.site_header = _("Vis-à-vis: administration")
admin.site.site_title = _("Vis-à-vis")
admin.site.index_title = _("The record")
