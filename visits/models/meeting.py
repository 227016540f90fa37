"""Meetings of a visit, who was there, and what those present noted."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from visits.choices import (
    Account,
    DateBasis,
    MeetingFormat,
    MeetingKind,
    MeetingStatus,
    Openness,
    PartOfDay,
    PublishedAs,
    Side,
    Visibility,
)
from visits.classification import FieldClass, declare
from visits.fields import BoundField, PartialDateField, partial_date_check
from visits.models.base import Record, Versioned, filled, known
from visits.models.mandates import MandateTerm
from visits.models.people import Office, Organisation, Person
from visits.models.visit import Visit, VisitLeg
from visits.querysets import MeetingNoteQuerySet, MeetingQuerySet, ParticipantQuerySet


class Meeting(Record):
    """A meeting on the visit. `title` says with whom; topics are named by the `statements` app."""

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Record.FIELD_CLASSES,
        public="visit leg title place date date_earliest date_latest date_basis part_of_day starts_at ends_at"
        " time_zone order kind format openness status account published_as public_summary",
        internal="note calendar_uid calendar_sequence",
    )

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="meetings")
    leg = models.ForeignKey(VisitLeg, on_delete=models.PROTECT, null=True, blank=True, related_name="meetings")
    title = models.CharField(_("with whom"), max_length=200)
    place = models.CharField(_("place"), max_length=160, blank=True)
    date = PartialDateField(_("date"), blank=True)
    date_earliest = BoundField("date", "earliest")
    date_latest = BoundField("date", "latest")
    date_basis = models.CharField(_("date basis"), max_length=12, choices=DateBasis.choices, default=DateBasis.STATED)
    part_of_day = models.CharField(_("part of day"), max_length=10, choices=PartOfDay.choices, blank=True)
    starts_at = models.TimeField(_("from"), null=True, blank=True)
    ends_at = models.TimeField(_("to"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, blank=True, help_text=_("Such as Asia/Phnom_Penh"))
    order = models.PositiveSmallIntegerField(_("order in the day"), default=0)
    kind = models.CharField(_("kind"), max_length=20, choices=MeetingKind.choices, default=MeetingKind.OFFICIAL)
    format = models.CharField(_("format"), max_length=10, choices=MeetingFormat.choices, default=MeetingFormat.UNKNOWN)
    openness = models.CharField(_("openness"), max_length=8, choices=Openness.choices, default=Openness.UNKNOWN)
    status = models.CharField(_("status"), max_length=10, choices=MeetingStatus.choices, default=MeetingStatus.PLANNED)
    account = models.CharField(_("known from the account of"), max_length=14, choices=Account.choices, blank=True)
    published_as = models.CharField(
        _("published as"), max_length=6, choices=PublishedAs.choices, default=PublishedAs.NOT
    )
    public_summary = models.TextField(_("public summary"), blank=True)
    note = models.TextField(_("internal note"), blank=True)
    # The event of a calendar that it was taken in from. Not unique: one of another compartment would be told by that.
    calendar_uid = models.CharField(_("UID in its calendar"), max_length=255, blank=True, editable=False)
    calendar_sequence = models.PositiveIntegerField(_("version in its calendar"), default=0, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("meeting")
        ordering = ["date_earliest", "order", "id"]
        constraints = [
            *Record.Meta.constraints,
            partial_date_check("visits_meeting_date_bounds", field="date"),
            models.CheckConstraint(
                name="visits_meeting_end_after_start",
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gte=models.F("starts_at")),
            ),
            models.CheckConstraint(
                name="visits_meeting_time_with_zone",
                condition=Q(starts_at__isnull=True) | filled("time_zone"),
            ),
            models.CheckConstraint(
                name="visits_meeting_end_with_start",
                condition=Q(ends_at__isnull=True) | Q(starts_at__isnull=False),
            ),
            known("visits_meeting_kind_known", "kind", MeetingKind.values),
            known("visits_meeting_status_known", "status", MeetingStatus.values),
            known("visits_meeting_published_as_known", "published_as", PublishedAs.values),
            known("visits_meeting_account_known", "account", Account.values, blank=True),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("meeting_detail", args=[self.public_id])

    def default_visibility(self) -> Visibility:
        """Return confidential: who else than the State will be met, or was, is said later (design, rule 3)."""
        return Visibility.CONFIDENTIAL

    def check_dependants(self, by: Any = None) -> None:
        """Raise ValidationError where what `by` sees that was said in the meeting would stay in another visit."""
        if self._state.adding:
            return
        said = self.statements.exclude(visit=self.visit_id)
        if (said if by is None else said.visible_to(by)).exists():
            raise ValidationError(_("Statements made in this meeting belong to its visit: move them first."))


class Participant(Versioned):
    """Somebody at a meeting: a person, an organisation, or a label where neither may be named."""

    PART_OF: ClassVar[str] = "meeting"
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES,
        public="meeting order side named_publicly",
        identity="person organisation label office term on_behalf_of",
    )

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="participants")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="participations")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="participations"
    )
    label = models.CharField(_("label"), max_length=160, blank=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    term = models.ForeignKey(MandateTerm, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    on_behalf_of = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    side = models.CharField(_("side"), max_length=20, choices=Side.choices)
    named_publicly = models.BooleanField(_("named publicly"), default=False)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                name="visits_participant_one_of_three",
                condition=Q(person__isnull=False, organisation__isnull=True, label="")
                | Q(person__isnull=True, organisation__isnull=False, label="")
                | (Q(person__isnull=True, organisation__isnull=True) & filled("label")),
            ),
            known("visits_participant_side_known", "side", Side.values),
            models.CheckConstraint(
                name="visits_participant_office_or_term",
                condition=Q(office__isnull=True) | Q(term__isnull=True),
            ),
        ]

    def hidden_alone(self) -> bool:
        """Return whether who is not named is told nobody of: a meeting that is counted tells of everybody's side."""
        return self.meeting.published_as != PublishedAs.COUNT

    def __str__(self) -> str:
        return str(self.person or self.organisation or self.label)

    def clean(self) -> None:
        """Check that office and term are this person's own."""
        super().clean()
        if self.office is not None and self.office.person_id != self.person_id:
            raise ValidationError({"office": _("This office is another person's.")})
        if self.term is not None and self.term.person_id != self.person_id:
            raise ValidationError({"term": _("This term is another person's.")})


class MeetingNote(Record):
    """What somebody noted of a meeting, in Markdown; never public."""

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Record.FIELD_CLASSES, internal="meeting", identity="author", confidential="text"
    )

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey("visits.User", on_delete=models.PROTECT, related_name="meeting_notes")
    text = models.TextField(_("note"), help_text=_("Markdown"))

    objects = MeetingNoteQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("meeting note")
        ordering = ["created_at", "id"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(name="visits_meetingnote_never_public", condition=~Q(visibility=Visibility.PUBLIC)),
        ]

    def __str__(self) -> str:
        return f"{_('Note on')} {self.meeting}"

    def default_visibility(self) -> Visibility:
        """Return the visibility of the meeting, which a note follows as far as it may."""
        if self.meeting.visibility == Visibility.CONFIDENTIAL:
            return Visibility.CONFIDENTIAL
        return Visibility.INTERNAL
