"""The app `statements`, and by which of its rows people, organisations, sources and topics exist for a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.db.models import QuerySet


class StatementsConfig(AppConfig):
    name = "statements"
    verbose_name = _("Statements")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the traces and record checks of this app's rows."""
        from statements import record_checks  # noqa: F401 - registers its checks
        from statements.models import (
            Attribution,
            Citation,
            Commitment,
            CommitmentEvidence,
            MeetingTopic,
            StatementAddressee,
            StatementSpeaker,
            StatementText,
            StatementTopic,
        )
        from visits.access import register_trace

        for voice in (StatementSpeaker, StatementAddressee, Attribution):
            register_trace("visits.Person", _trace(voice, "person_id"))
            register_trace("visits.Organisation", _trace(voice, "organisation_id"))
        register_trace("visits.Organisation", _trace(StatementSpeaker, "on_behalf_of_id"))
        register_trace("visits.Organisation", _trace(StatementSpeaker, "office__organisation_id"))
        register_trace("visits.Office", _trace(StatementSpeaker, "office_id"))
        register_trace("visits.Organisation", _trace(Commitment, "by_whom_id"))
        register_trace("visits.Source", _trace(Citation, "source_id"))
        register_trace("visits.Source", _trace(StatementText, "source_id"))
        register_trace("visits.Source", _trace(CommitmentEvidence, "source_id"))
        register_trace("statements.Topic", _trace(StatementTopic, "topic_id"))
        register_trace("statements.Topic", _trace(MeetingTopic, "topic_id"))


def _trace(model: Any, column: str) -> Any:
    """Return the trace: ids in `column` of the rows of `model` that a reader may see."""

    def trace(user: Any) -> QuerySet[Any]:
        rows: QuerySet[Any] = model.objects.all() if user is None else model.objects.visible_to(user)
        return rows.exclude(**{column: None}).values(column)

    return trace
