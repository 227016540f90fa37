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
        from statements import (
            record_checks,  # noqa: F401 - registers its checks
            removal,
        )
        from statements import verbatim_actions as verbatim
        from statements.models import (
            Attribution,
            Citation,
            Commitment,
            CommitmentEvidence,
            MeetingTopic,
            Position,
            StatementAddressee,
            StatementSpeaker,
            StatementText,
            StatementTopic,
        )
        from statements.search import index
        from visits.access import desk_only, register_trace
        from visits.after_save import register_after_save
        from visits.querysets import WITHDRAWN_SOURCE

        register_after_save("visits.Source", verbatim.source_saved)
        register_after_save("visits.MeetingNote", verbatim.note_saved)
        register_after_save("statements.StatementText", verbatim.words_saved)
        register_after_save("statements.Citation", verbatim.words_saved)
        register_after_save("statements.Statement", verbatim.statement_saved)

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
        register_trace(WITHDRAWN_SOURCE, _cited)
        register_trace("statements.Topic", _trace(StatementTopic, "topic_id"))
        register_trace("statements.Topic", _trace(MeetingTopic, "topic_id"))
        # To readers the evidence leads there; the desk also meets positions without any.
        register_trace("statements.Topic", lambda user: desk_only(Position, user, "topic_id"))
        # A wider topic is shown with the narrower ones that are: two steps up the tree, the deepest there is.
        for wider in ("topic__parent_id", "topic__parent__parent_id"):
            register_trace("statements.Topic", _trace(StatementTopic, wider))
            register_trace("statements.Topic", _trace(MeetingTopic, wider))
        removal.register()
        index.register()
        _register_keys()


def _register_keys() -> None:
    """Say what drafts of the desk's forms are of: of a stored record, a new one out of another, or of none yet."""
    from statements.models import ReviewComment, Statement
    from visits.keys import register_key
    from visits.models import MeetingNote, Source

    register_key("statement", Statement.objects.visible_to)
    register_key("statement:new", Source.objects.visible_to)
    register_key("statement:note", MeetingNote.objects.visible_to)
    register_key("review", Statement.objects.visible_to)
    register_key("review:source", Source.objects.visible_to)
    register_key("comment", Statement.objects.visible_to)
    register_key("answer", ReviewComment.objects.visible_to)
    register_key("withdrawal", Statement.objects.visible_to)
    register_key("removal", Statement.objects.visible_to)
    register_key("removal:new")
    register_key("source:check")


def _cited(user: Any) -> QuerySet[Any]:
    """Return the sources cited by a statement that `user` could see if its proof were not withdrawn."""
    from statements.models import Citation, Statement
    from visits.access import gate

    rows = Citation.objects.exclude(source=None)
    if user is not None:
        rows = rows.filter(statement__in=Statement.objects.filter(gate(user)).parents_visible_to(user))
    return rows.values("source_id")


def _trace(model: Any, column: str) -> Any:
    """Return the trace: ids in `column` of the rows of `model` that a reader may see."""

    def trace(user: Any) -> QuerySet[Any]:
        rows: QuerySet[Any] = model.objects.all() if user is None else model.objects.visible_to(user)
        return rows.exclude(**{column: None}).values(column)

    return trace
