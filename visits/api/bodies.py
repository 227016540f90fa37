"""Bodies by which visits, meetings, sources, people, organisations, offices and the vocabulary are written."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from visits.api.inputs import REFUSED, ModelInput, RowField, StrictBoolean, Text
from visits.choices import RelayKind, Side, Visibility
from visits.models import (
    Country,
    Mandate,
    MandateTerm,
    Meeting,
    Office,
    Organisation,
    Participant,
    Person,
    Source,
    SourceRelay,
    Visit,
    VisitExpert,
    VisitLeg,
    VisitStep,
)


def optional(of: str, about: Any = "") -> RowField:
    """Return the field that may name a row of a resource; null takes it away."""
    return RowField(of, required=False, allow_null=True, help_text=about)


def seen_by() -> serializers.ChoiceField:
    """Return the field of who may see a record; without it, whoever is usual for its kind."""
    return serializers.ChoiceField(
        choices=Visibility.choices, required=False, help_text=_("who may see it; usual for its kind where left out")
    )


def anyway() -> StrictBoolean:
    """Return the field that says that another row is meant than those which are called alike."""
    return StrictBoolean(required=False, help_text=_("enter it although one of this name or address is there"))


class LegBody(ModelInput):
    country = optional("countries")

    class Meta:
        model = VisitLeg
        fields = ("country", "territory", "place", "dates", "date_basis")


class StepBody(ModelInput):
    mandate = optional("mandates")
    source = optional("sources")  # type: ignore[assignment]

    class Meta:
        model = VisitStep
        fields = (
            "kind", "actor", "mandate", "date", "date_basis", "proposed", "proposed_basis", "reason", "document",
            "source", "note",
        )  # fmt: skip


class ExpertBody(ModelInput):
    """A member of the mission: a holder of one of the mandates, in the latest of their terms."""

    mandate = RowField("mandates")
    person = RowField("people")

    class Meta:
        model = VisitExpert
        fields = ("mandate", "person")

    def validate(self, attrs: dict[str, Any]) -> Any:
        """Return the term."""
        terms = MandateTerm.objects.filter(mandate=attrs["mandate"], person=attrs["person"])
        term = terms.order_by("since_latest", "pk").last()
        if term is None:
            raise serializers.ValidationError(_("This person did not hold this mandate."), code=REFUSED)
        return term


_VISIT = ("title", "kind", "purpose", "duration_as_reported", "follows", "note", "visibility")


class VisitChange(ModelInput):
    follows = optional("visits", _("the visit that it follows"))
    visibility = seen_by()

    class Meta:
        model = Visit
        fields: ClassVar[tuple[str, ...]] = _VISIT


class VisitEntry(VisitChange):
    mandates = serializers.ListField(
        child=RowField("mandates"), required=False, help_text=_("the mandates that make it")
    )
    legs = LegBody(many=True, required=False)
    experts = ExpertBody(many=True, required=False)
    steps = StepBody(many=True, required=False)

    class Meta(VisitChange.Meta):
        fields = (*_VISIT, "mandates", "legs", "experts", "steps")


_MEETING = (
    "title", "place", "date", "date_basis", "part_of_day", "starts_at", "ends_at", "time_zone", "kind", "format",
    "openness", "status", "account", "published_as", "public_summary", "note", "visibility",
)  # fmt: skip


class MeetingChange(ModelInput):
    visibility = seen_by()

    class Meta:
        model = Meeting
        fields: ClassVar[tuple[str, ...]] = _MEETING


class ParticipantBody(ModelInput):
    person, organisation = optional("people"), optional("organisations")
    office, on_behalf_of = optional("offices"), optional("organisations")
    side = serializers.ChoiceField(choices=Side.choices)

    class Meta:
        model = Participant
        fields = ("person", "organisation", "label", "office", "on_behalf_of", "side", "named_publicly")

    def validate(self, attrs: dict[str, Any]) -> Any:
        """Return the participant, not stored."""
        return Participant(**attrs)


class MeetingEntry(MeetingChange):
    visit = RowField("visits")
    participants = ParticipantBody(many=True, required=False)

    class Meta(MeetingChange.Meta):
        fields = ("visit", *_MEETING, "participants")


_SOURCE = (
    "kind", "title", "symbol", "session", "publisher", "publisher_organisation", "author", "author_person", "language",
    "published", "published_basis", "url", "archive_url", "accessed", "consulted", "note", "visibility",
)  # fmt: skip


class SourceChange(ModelInput):
    publisher_organisation, author_person = optional("organisations"), optional("people")
    visibility = seen_by()

    class Meta:
        model = Source
        fields: ClassVar[tuple[str, ...]] = _SOURCE


class RelayBody(ModelInput):
    original = RowField("sources")
    kind = serializers.ChoiceField(choices=RelayKind.choices, required=False)

    class Meta:
        model = SourceRelay
        fields = ("original", "kind")


class SourceEntry(SourceChange):
    relays = RelayBody(many=True, required=False, help_text=_("what it passes on"))
    anyway = anyway()

    class Meta(SourceChange.Meta):
        fields = (*_SOURCE, "relays", "anyway")


class PersonBody(ModelInput):
    """Somebody with a page. Private individuals are entered at the desk: the API has no address for them."""

    class Meta:
        model = Person
        fields: ClassVar[tuple[str, ...]] = ("name", "note")


class PersonEntry(PersonBody):
    anyway = anyway()

    class Meta(PersonBody.Meta):
        fields = (*PersonBody.Meta.fields, "anyway")


class OrganisationBody(ModelInput):
    parent = optional("organisations")  # type: ignore[assignment]
    country = optional("countries")

    class Meta:
        model = Organisation
        fields: ClassVar[tuple[str, ...]] = ("name", "short_name", "parent", "side", "country", "note")


class OrganisationEntry(OrganisationBody):
    anyway = anyway()

    class Meta(OrganisationBody.Meta):
        fields = (*OrganisationBody.Meta.fields, "anyway")


_OFFICE = ("organisation", "title", "side", "since", "until", "seen", "date_basis")


class OfficeChange(ModelInput):
    organisation = optional("organisations")

    class Meta:
        model = Office
        fields: ClassVar[tuple[str, ...]] = _OFFICE


class OfficeEntry(OfficeChange):
    person = RowField("people")

    class Meta(OfficeChange.Meta):
        fields = ("person", *_OFFICE)


class MandateBody(ModelInput):
    country = optional("countries")
    established_year = serializers.IntegerField(min_value=1945, max_value=2999, required=False)

    class Meta:
        model = Mandate
        fields: ClassVar[tuple[str, ...]] = (
            "name", "scope", "kind", "holder_kind", "country", "established_year", "established_by",
            "established_source",
        )  # fmt: skip


class MandateEntry(MandateBody):
    anyway = anyway()

    class Meta(MandateBody.Meta):
        fields = (*MandateBody.Meta.fields, "anyway")


class CountryBody(ModelInput):
    """What is said of a country beside the codes and names of the standard."""

    formal_name = Text(required=False, max_length=200)

    class Meta:
        model = Country
        fields = ("formal_name", "standing_invitation", "date_basis")
