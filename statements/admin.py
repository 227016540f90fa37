"""Django admin of `statements`. Writes go through the actions."""

from __future__ import annotations

from django.contrib import admin

from statements import models as m
from visits.admin import MeetingAdmin
from visits.admin_base import ActionAdmin, AddressedAdmin, LogAdmin, PartInline
from visits.admin_workflow import RecordAdmin


class TopicAliasInline(PartInline):
    model = m.TopicAlias


@admin.register(m.Topic)
class TopicAdmin(AddressedAdmin):
    list_display = ("name", "parent")
    search_fields = ("name", "aliases__folded", "aliases__text")
    autocomplete_fields = ("parent",)
    inlines = (TopicAliasInline,)


@admin.register(m.TopicAlias)
class TopicAliasAdmin(ActionAdmin):
    list_display = ("text", "topic")
    search_fields = ("text", "folded")
    autocomplete_fields = ("topic",)


@admin.register(m.MeetingTopic)
class MeetingTopicAdmin(ActionAdmin):
    list_display = ("meeting", "topic", "order")
    search_fields = ("meeting__title", "topic__name")
    autocomplete_fields = ("meeting", "topic")


class MeetingTopicInline(PartInline):
    model = m.MeetingTopic
    autocomplete_fields = ("topic",)


# The app of visits knows no topics: they are put beside its meetings from here.
MeetingAdmin.inlines = [*MeetingAdmin.inlines, MeetingTopicInline]


_VOICE = ("person", "organisation", "mandate")


class SpeakerInline(PartInline):
    model = m.StatementSpeaker
    autocomplete_fields = (*_VOICE, "office", "term", "on_behalf_of")


class AddresseeInline(PartInline):
    model = m.StatementAddressee
    autocomplete_fields = _VOICE


class AttributionInline(PartInline):
    model = m.Attribution
    autocomplete_fields = _VOICE


class StatementTopicInline(PartInline):
    model = m.StatementTopic
    autocomplete_fields = ("topic",)


class StatementTextInline(PartInline):
    model = m.StatementText
    autocomplete_fields = ("source",)


class CitationInline(PartInline):
    model = m.Citation
    autocomplete_fields = ("source", "note")


class StatementLinkInline(PartInline):
    model = m.StatementLink
    fk_name = "from_statement"
    autocomplete_fields = ("to_statement",)


class ErratumInline(PartInline):
    model = m.Erratum


@admin.register(m.Statement)
class StatementAdmin(RecordAdmin):
    list_display = ("public_id", "act", "visit", "date", "workflow", "visibility")
    list_filter = ("act", "mode", "occasion", "workflow", "visibility")
    search_fields = ("public_id", "texts__text", "speakers__person__name", "visit__title")
    autocomplete_fields = ("visit", "meeting", "leg")
    # Published at the desk alone, where it is asked what could hurt somebody, and sent back there with a reason.
    actions = [act for act in RecordAdmin.actions if getattr(act, "__name__", act) not in {"publish", "send_back"}]
    inlines = (
        SpeakerInline,
        AddresseeInline,
        AttributionInline,
        StatementTopicInline,
        StatementTextInline,
        CitationInline,
        StatementLinkInline,
        ErratumInline,
    )


@admin.register(m.StatementSpeaker)
class StatementSpeakerAdmin(ActionAdmin):
    list_display = ("statement", "person", "organisation", "mandate", "label", "side")
    list_filter = ("side",)
    search_fields = ("person__name", "organisation__name", "label")
    autocomplete_fields = ("statement", *_VOICE, "office", "term", "on_behalf_of")


@admin.register(m.StatementAddressee)
class StatementAddresseeAdmin(ActionAdmin):
    list_display = ("statement", "person", "organisation", "mandate", "label")
    search_fields = ("person__name", "organisation__name", "label")
    autocomplete_fields = ("statement", *_VOICE)


@admin.register(m.Attribution)
class AttributionAdmin(ActionAdmin):
    list_display = ("statement", "order", "person", "organisation", "mandate", "label", "cue")
    search_fields = ("person__name", "organisation__name", "label")
    autocomplete_fields = ("statement", *_VOICE)


@admin.register(m.StatementTopic)
class StatementTopicAdmin(ActionAdmin):
    list_display = ("statement", "topic", "order")
    search_fields = ("topic__name", "statement__public_id")
    autocomplete_fields = ("statement", "topic")


@admin.register(m.StatementText)
class StatementTextAdmin(ActionAdmin):
    list_display = ("statement", "language", "kind", "preferred")
    list_filter = ("kind", "language")
    search_fields = ("text",)
    autocomplete_fields = ("statement", "source")


@admin.register(m.Citation)
class CitationAdmin(ActionAdmin):
    list_display = ("statement", "source", "note", "role", "verdict")
    readonly_fields = ("verdict", "how")
    list_filter = ("role", "verdict")
    search_fields = ("exact", "source__title")
    autocomplete_fields = ("statement", "source", "note")


@admin.register(m.StatementLink)
class StatementLinkAdmin(ActionAdmin):
    list_display = ("from_statement", "kind", "to_statement")
    list_filter = ("kind",)
    search_fields = ("from_statement__public_id", "to_statement__public_id")
    autocomplete_fields = ("from_statement", "to_statement")


@admin.register(m.Erratum)
class ErratumAdmin(ActionAdmin):
    list_display = ("statement", "text", "told_at")
    search_fields = ("text",)
    autocomplete_fields = ("statement",)


class PositionEvidenceInline(PartInline):
    model = m.PositionEvidence
    autocomplete_fields = ("statement",)


@admin.register(m.Position)
class PositionAdmin(RecordAdmin):
    list_display = ("topic", "column", "visit", "workflow", "visibility")
    list_filter = ("column", "workflow", "visibility")
    search_fields = ("summary", "topic__name", "visit__title")
    autocomplete_fields = ("visit", "topic")
    inlines = (PositionEvidenceInline,)


@admin.register(m.PositionEvidence)
class PositionEvidenceAdmin(ActionAdmin):
    list_display = ("position", "statement", "order")
    autocomplete_fields = ("position", "statement")
    search_fields = ("statement__public_id",)


class CommitmentEvidenceInline(PartInline):
    model = m.CommitmentEvidence
    autocomplete_fields = ("statement", "source")


@admin.register(m.Commitment)
class CommitmentAdmin(RecordAdmin):
    list_display = ("what", "by_whom", "due", "state", "workflow", "visibility")
    list_filter = ("state", "workflow", "visibility")
    search_fields = ("what", "visit__title")
    autocomplete_fields = ("statement", "visit", "by_whom")
    inlines = (CommitmentEvidenceInline,)


@admin.register(m.CommitmentEvidence)
class CommitmentEvidenceAdmin(ActionAdmin):
    list_display = ("commitment", "statement", "source", "text")
    autocomplete_fields = ("commitment", "statement", "source")
    search_fields = ("text",)


@admin.register(m.Review)
class ReviewAdmin(LogAdmin):
    list_display = ("statement", "decision", "reviewer", "at")
    list_filter = ("decision",)
    search_fields = ("statement__public_id",)


@admin.register(m.ReviewComment)
class ReviewCommentAdmin(LogAdmin):
    list_display = ("statement", "author", "at", "settled")
    list_filter = ("settled",)
    search_fields = ("statement__public_id",)


@admin.register(m.SetAside)
class SetAsideAdmin(LogAdmin):
    """Passages that editors set aside, and take back at the desk."""

    list_display = ("source", "note", "exact", "by", "set_aside_at")
    search_fields = ("exact",)
