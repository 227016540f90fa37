"""Filters of citations and topics; what they ask is asked of rows that the reader may see alone."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters as df
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from statements.choices import CitationRole, Verdict
from statements.models import Citation, Topic, TopicAlias
from visits.access import visible
from visits.api.filters import MOST_WORDS, ApiFilter, slug
from visits.folding import fold


class CitationFilter(ApiFilter):
    """Filters of citations."""

    statement = slug(_("Statement"), length=22)
    source = slug(_("Source"), length=22)
    visit = slug(_("Visit of the statement"))
    role = df.ChoiceFilter(choices=CitationRole.choices, label=_("Role"))
    verdict = df.ChoiceFilter(choices=Verdict.choices, label=_("Verbatim check"))

    WAYS: ClassVar = {
        "statement": "statement__public_id",
        "source": "source__public_id",
        "visit": "statement__visit__slug",
    }

    class Meta:
        model = Citation
        fields: tuple[str, ...] = ()


class TopicFilter(ApiFilter):
    """Filters of topics."""

    q = df.CharFilter(method="named", label=_("Words of the name or of an alias"), max_length=200)
    parent = slug(_("Wider topic"), "under")

    class Meta:
        model = Topic
        fields: tuple[str, ...] = ()

    def named(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Return the topics in whose name, or in one of whose aliases, each word stands."""
        for word in fold(value).split()[:MOST_WORDS]:
            aliases = TopicAlias.objects.filter(folded__contains=word).values("topic_id")
            rows = rows.filter(Q(name__icontains=word) | Q(pk__in=aliases))
        return rows

    def under(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Return the topics under a wider one that the reader may see."""
        return rows.filter(visible(self.reader, "parent"), parent__slug=value)
