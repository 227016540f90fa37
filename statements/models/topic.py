"""Topics: a tree with other names, and which meetings were about them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from statements.querysets import MeetingTopicQuerySet, TopicAliasQuerySet, TopicQuerySet
from visits.classification import FieldClass, declare
from visits.folding import fold
from visits.models import Meeting, Versioned
from visits.models.base import check_no_cycle, filled


class Topic(Versioned):
    """What statements and meetings are about. A topic may stand under a wider one."""

    PERMANENT: ClassVar[tuple[str, ...]] = ("slug",)
    HIDDEN_ALONE: ClassVar[bool] = True
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES, public="slug name parent", internal="note"
    )

    slug = models.SlugField(_("slug"), max_length=120, unique=True)
    name = models.CharField(_("name"), max_length=120)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("under"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="narrower",
    )
    note = models.TextField(_("internal note"), blank=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="statements_topic_slug_filled", condition=filled("slug")),
            models.CheckConstraint(
                name="statements_topic_not_under_itself",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("topic_detail", args=[self.slug])

    def clean(self) -> None:
        """Check that the topic does not stand under itself, directly or through others."""
        super().clean()
        check_no_cycle(self)


class TopicAlias(Versioned):
    """Another word for a topic."""

    PART_OF: ClassVar[str] = "topic"
    HIDDEN_ALONE: ClassVar[bool] = True
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(Versioned.FIELD_CLASSES, public="topic text folded")

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="aliases")
    text = models.CharField(_("name"), max_length=120)
    folded = models.CharField(max_length=120, db_index=True, editable=False)

    objects = TopicAliasQuerySet.as_manager()

    class Meta:
        verbose_name = _("alias of a topic")
        verbose_name_plural = _("aliases of topics")
        constraints = [models.UniqueConstraint(fields=["topic", "text"], name="statements_topicalias_once")]

    def __str__(self) -> str:
        return self.text

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the name folded for finding."""
        self.folded = fold(self.text)
        super().save(*args, **kwargs)


class MeetingTopic(Versioned):
    """A topic that a meeting touched on."""

    PART_OF: ClassVar[str] = "meeting"
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(Versioned.FIELD_CLASSES, public="meeting topic order")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="meeting_topics")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="meeting_topics")
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = MeetingTopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic of a meeting")
        verbose_name_plural = _("topics of meetings")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "topic"], name="statements_meetingtopic_once")]

    def __str__(self) -> str:
        return str(self.topic)
