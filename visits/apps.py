"""The app `visits`, and by which of its rows people, organisations and sources exist for a reader."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VisitsConfig(AppConfig):
    name = "visits"
    verbose_name = _("Visits")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the traces of this app's rows, and note history rows for undoing."""
        from simple_history.signals import post_create_historical_record

        from visits.audit.changes import watch
        from visits.imports.gathering import note_write
        from visits.models import AccessNote, MandateTerm, Office, Participant, Source, VisitStep
        from visits.traces import desk_only, register_trace, visible_rows
        from visits.undo import gather

        post_create_historical_record.connect(gather, dispatch_uid="visits.undo")
        post_create_historical_record.connect(note_write, dispatch_uid="visits.imports")
        taking_part = visible_rows(Participant)
        register_trace("visits.Person", "person_id", lambda user: MandateTerm.objects.all())
        register_trace("visits.Person", "person_id", taking_part)
        register_trace("visits.Person", "author_person_id", desk_only(Source))
        register_trace("visits.Organisation", "organisation_id", taking_part)
        register_trace("visits.Organisation", "on_behalf_of_id", taking_part)
        register_trace("visits.Organisation", "office__organisation_id", taking_part)
        register_trace("visits.Organisation", "organisation_id", desk_only(Office))
        register_trace("visits.Organisation", "publisher_organisation_id", desk_only(Source))
        register_trace("visits.Office", "office_id", taking_part)
        register_trace("visits.Source", "source_id", visible_rows(VisitStep))
        register_trace("visits.Source", "source_id", visible_rows(AccessNote))
        watch()
        _register_removal()
        _register_keys()
        _register_kinds()


def _register_removal() -> None:
    """Register what goes with a removed record, and what else is erased with it."""
    from visits.erasure import register_eraser, register_going
    from visits.imports.forgetting import forget
    from visits.models import AccessNote, Compartment, Meeting, MeetingNote, SourceRelay, VisitStep

    def source(row, erasure):  # type: ignore[no-untyped-def]
        erasure.naming(SourceRelay, "original", row)
        VisitStep.objects.filter(source=row).update(source=None)

    def visit(row, erasure):  # type: ignore[no-untyped-def]
        # Steps name legs and each other: they go before the other parts.
        erasure.rows(VisitStep.objects.filter(visit=row))
        for compartment in Compartment.objects.filter(visit=row):
            # Who is named in it stays: other records may stand in it.
            Compartment.objects.filter(pk=compartment.pk).update(visit=None, name=f"removed {compartment.pk}")
            compartment.history.all().delete()
            compartment.access_requests.update(reason="")

    for model in ("visits.Visit", "visits.Meeting", "visits.MeetingNote", "visits.AccessNote", "visits.Source"):
        register_eraser(model, forget)
    register_eraser("visits.Source", source)
    register_eraser("visits.Visit", visit)
    register_going("visits.Visit", lambda row: Meeting._base_manager.filter(visit=row))
    register_going("visits.Visit", lambda row: AccessNote._base_manager.filter(visit=row))
    register_going("visits.Meeting", lambda row: MeetingNote._base_manager.filter(meeting=row))
    register_going("visits.Source", lambda row: AccessNote._base_manager.filter(source=row))


def _register_keys() -> None:
    """Say what drafts of this app's records are of."""
    from visits.keys import register_key
    from visits.models import Meeting, MeetingNote, Source, Visit

    register_key("visit", Visit.objects.visible_to, "slug")
    register_key("meeting", Meeting.objects.visible_to)
    register_key("meeting:new", Visit.objects.visible_to, "slug")
    register_key("meetingnote", MeetingNote.objects.visible_to)
    register_key("meetingnote:new", Meeting.objects.visible_to)
    register_key("participant:new", Meeting.objects.visible_to)
    register_key("source", Source.objects.visible_to)
    register_key("source:new")


def _register_kinds() -> None:
    """Say which lists can be taken in."""
    from visits.imports.kinds import register_kind
    from visits.imports.mandates import MANDATES
    from visits.imports.people import PEOPLE
    from visits.imports.visits import VISITS

    for kind in (VISITS, PEOPLE, MANDATES):
        register_kind(kind)
