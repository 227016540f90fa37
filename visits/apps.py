"""The app `visits`, and by which of its rows people, organisations and sources exist for a reader."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VisitsConfig(AppConfig):
    name = "visits"
    verbose_name = _("Visits")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the traces of this app's rows."""
        from visits.access import register_trace
        from visits.models import AccessNote, MandateTerm, Participant, VisitStep

        register_trace("visits.Person", lambda user: MandateTerm.objects.values("person_id"))
        register_trace("visits.Person", lambda user: _seen(Participant, user, "person_id"))
        register_trace("visits.Organisation", lambda user: _seen(Participant, user, "organisation_id"))
        register_trace("visits.Organisation", lambda user: _seen(Participant, user, "on_behalf_of_id"))
        register_trace("visits.Organisation", lambda user: _seen(Participant, user, "office__organisation_id"))
        register_trace("visits.Office", lambda user: _seen(Participant, user, "office_id"))
        register_trace("visits.Source", lambda user: _seen(VisitStep, user, "source_id"))
        register_trace("visits.Source", lambda user: _seen(AccessNote, user, "source_id"))


def _seen(model, user, column):  # type: ignore[no-untyped-def]
    rows = model.objects.all() if user is None else model.objects.visible_to(user)
    return rows.exclude(**{column: None}).values(column)
