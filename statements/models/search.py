"""The index of the search: a narrow row for each text that is found by its words."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from statements.search.columns import TermsField
from visits.classification import FieldClass, declare

# What has no date comes after whatever has one.
UNDATED = date.min


class SearchKind(models.TextChoices):
    """What can be found."""

    STATEMENT = "statement", _("Statements")
    VISIT = "visit", _("Visits")
    MEETING = "meeting", _("Meetings")
    PERSON = "person", _("People")
    ORGANISATION = "organisation", _("Organisations")
    TOPIC = "topic", _("Topics")
    SOURCE = "source", _("Sources")
    COUNTRY = "country", _("Countries")
    MANDATE = "mandate", _("Mandates")


class SearchEntry(models.Model):
    """One text of a record. Holds what is derived: written with the rows it is of, and built anew by `reindex`.

    `part` is the version of the words, for statements. Whoever asks for entries asks for the records they are of.
    """

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        internal="id kind record part date language", confidential="terms"
    )

    kind = models.CharField(max_length=12, choices=SearchKind.choices)
    record = models.BigIntegerField()
    part = models.BigIntegerField(default=0)
    date = models.DateField(default=UNDATED)
    language = models.CharField(max_length=12, blank=True)
    terms = TermsField()

    class Meta:
        verbose_name = _("entry of the search")
        verbose_name_plural = _("entries of the search")
        constraints = [
            models.UniqueConstraint(fields=["kind", "record", "part"], name="statements_searchentry_once"),
        ]
        indexes = [models.Index(fields=["kind", "-date", "-record"], name="searchentry_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.record}"


class NameWord(models.Model):
    """One folded word of a name, by whose beginning a record is suggested. Derived, and kept with the entries."""

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(internal="id kind record place", confidential="word name")

    kind = models.CharField(max_length=12, choices=SearchKind.choices)
    record = models.BigIntegerField()
    # Where the word stands: it begins the name by which the record is shown (0) or another one (1), or it does not (2).
    place = models.PositiveSmallIntegerField()
    word = models.CharField(max_length=64)
    # The name in which it stands.
    name = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("word of a name")
        verbose_name_plural = _("words of names")
        indexes = [
            models.Index(
                fields=["kind", "word"], name="nameword_begins", opclasses=["varchar_ops", "varchar_pattern_ops"]
            ),
            models.Index(fields=["kind", "record"], name="nameword_record"),
        ]

    def __str__(self) -> str:
        return self.word
