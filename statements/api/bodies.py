"""Bodies by which statements, citations, topics and commitments are written."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from statements.choices import LinkKind
from statements.models import (
    Citation,
    Commitment,
    CommitmentEvidence,
    Statement,
    StatementAddressee,
    StatementLink,
    StatementSpeaker,
    StatementText,
    Topic,
)
from visits.api.bodies import anyway, optional, seen_by
from visits.api.inputs import ModelInput, RowField
from visits.choices import Side


class VoiceBody(ModelInput):
    """Somebody: exactly one of person, organisation, mandate and label."""

    person, organisation, mandate = optional("people"), optional("organisations"), optional("mandates")

    class Meta:
        model = StatementAddressee
        fields: ClassVar[tuple[str, ...]] = ("person", "organisation", "mandate", "label")

    def validate(self, attrs: dict[str, Any]) -> Any:
        """Return the row, not stored."""
        return self.Meta.model(**attrs)


class SpeakerBody(VoiceBody):
    office, on_behalf_of = optional("offices"), optional("organisations")
    side = serializers.ChoiceField(choices=Side.choices)

    class Meta:
        model = StatementSpeaker
        fields = (*VoiceBody.Meta.fields, "office", "side", "on_behalf_of", "attribution")


class TextBody(ModelInput):
    source = optional("sources")  # type: ignore[assignment]

    class Meta:
        model = StatementText
        fields = ("language", "kind", "text", "source", "preferred")

    def validate(self, attrs: dict[str, Any]) -> Any:
        """Return the row, not stored."""
        return StatementText(**attrs)


_CITED = ("source", "role", "exact", "prefix", "suffix", "locator")


class CitationChange(ModelInput):
    source = RowField("sources")  # type: ignore[assignment]

    class Meta:
        model = Citation
        fields: ClassVar[tuple[str, ...]] = _CITED


class CitationPart(CitationChange):
    """A citation of a statement that is entered with it."""

    def validate(self, attrs: dict[str, Any]) -> Any:
        """Return the row, not stored."""
        return Citation(**attrs)


class CitationEntry(CitationChange):
    statement = RowField("statements")

    class Meta(CitationChange.Meta):
        fields = ("statement", *_CITED)


class LinkBody(ModelInput):
    kind = serializers.ChoiceField(choices=LinkKind.choices)
    to = RowField("statements", help_text=_("the earlier statement"))

    class Meta:
        model = StatementLink
        fields = ("kind", "to")

    def validate(self, attrs: dict[str, Any]) -> Any:
        """Return kind and statement."""
        return attrs["kind"], attrs["to"]


_STATEMENT = (
    "act", "mode", "occasion", "visit", "meeting", "date", "date_basis", "original_language", "answers_text", "note",
    "visibility",
)  # fmt: skip


class StatementChange(ModelInput):
    visit, meeting = optional("visits"), optional("meetings")
    visibility = seen_by()

    class Meta:
        model = Statement
        fields: ClassVar[tuple[str, ...]] = _STATEMENT


class StatementEntry(StatementChange):
    speakers = SpeakerBody(many=True, allow_empty=False)
    addressees = VoiceBody(many=True, required=False)
    texts = TextBody(many=True, allow_empty=False, help_text=_("versions of the words; the first is preferred"))
    citations = CitationPart(many=True, required=False)
    topics = serializers.ListField(child=RowField("topics"), required=False)
    links = LinkBody(many=True, required=False)

    class Meta(StatementChange.Meta):
        fields = (*_STATEMENT, "speakers", "addressees", "texts", "citations", "topics", "links")


class TopicBody(ModelInput):
    parent = optional("topics", _("the wider topic"))  # type: ignore[assignment]

    class Meta:
        model = Topic
        fields: ClassVar[tuple[str, ...]] = ("name", "parent", "note")


class TopicEntry(TopicBody):
    anyway = anyway()

    class Meta(TopicBody.Meta):
        fields = (*TopicBody.Meta.fields, "anyway")


class EvidenceBody(ModelInput):
    """A statement or a source that shows whether a commitment was kept."""

    statement = optional("statements")
    source = optional("sources")  # type: ignore[assignment]

    class Meta:
        model = CommitmentEvidence
        fields = ("statement", "source", "text")

    def validate(self, attrs: dict[str, Any]) -> Any:
        """Return the row, not stored."""
        return CommitmentEvidence(**attrs)


_COMMITMENT = ("what", "by_whom", "due", "due_basis", "state", "visibility")


class CommitmentChange(ModelInput):
    by_whom = optional("organisations")
    visibility = seen_by()

    class Meta:
        model = Commitment
        fields: ClassVar[tuple[str, ...]] = _COMMITMENT


class CommitmentEntry(CommitmentChange):
    statement = RowField("statements")
    evidence = EvidenceBody(many=True, required=False)

    class Meta(CommitmentChange.Meta):
        fields = ("statement", *_COMMITMENT, "evidence")
