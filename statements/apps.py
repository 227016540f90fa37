"""The app `statements`, and by which of its rows people, organisations, sources and topics exist for a reader."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatementsConfig(AppConfig):
    name = "statements"
    verbose_name = _("Statements")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the traces and record checks of this app's rows."""
        from statements import (
            publishing,
            record_checks,  # noqa: F401 - registers its checks
            removal,
        )
        from statements import verbatim_actions as verbatim
        from statements.imports import kind
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
        from visits.after_save import register_after_save, register_after_workflow
        from visits.traces import WITHDRAWN, desk_only, register_trace, visible_rows

        register_after_save("visits.Source", verbatim.source_saved)
        register_after_save("visits.Source", publishing.source_saved)
        register_after_workflow("visits.Source", publishing.source_saved)
        register_after_save("visits.MeetingNote", verbatim.note_saved)
        register_after_save("statements.StatementText", verbatim.words_saved)
        register_after_save("statements.Citation", verbatim.words_saved)
        register_after_save("statements.Statement", verbatim.statement_saved)

        for voice in (StatementSpeaker, StatementAddressee, Attribution):
            register_trace("visits.Person", "person_id", visible_rows(voice))
            register_trace("visits.Organisation", "organisation_id", visible_rows(voice))
        speaking = visible_rows(StatementSpeaker)
        register_trace("visits.Organisation", "on_behalf_of_id", speaking)
        register_trace("visits.Organisation", "office__organisation_id", speaking)
        register_trace("visits.Office", "office_id", speaking)
        register_trace("visits.Organisation", "by_whom_id", visible_rows(Commitment))
        for naming in (Citation, StatementText, CommitmentEvidence):
            register_trace("visits.Source", "source_id", visible_rows(naming))
        register_trace("visits.Source" + WITHDRAWN, "source_id", _cited)
        # To readers the evidence leads there; the desk also meets positions without any.
        register_trace("statements.Topic", "topic_id", desk_only(Position))
        # A wider topic is shown with the narrower ones that are: two steps up the tree, the deepest there is.
        for touching in (StatementTopic, MeetingTopic):
            for column in ("topic_id", "topic__parent_id", "topic__parent__parent_id"):
                register_trace("statements.Topic", column, visible_rows(touching))
        removal.register()
        index.register()
        kind.register()
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


def _cited(user: Any) -> Any:
    """Return the citations of the statements that `user` could see if their proof were not withdrawn."""
    from statements.models import Citation, Statement
    from visits.access import gate

    if user is None:
        return Citation.objects.all()
    return Citation.objects.filter(statement__in=Statement.objects.filter(gate(user)).parents_visible_to(user))
