"""What the page of options offers: columns, the topics and languages of the statements in question, papers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from statements.briefing.board import column_words
from statements.briefing.options import PAPERS
from statements.briefing.reading import MOST_STATEMENTS
from statements.briefing.subjects import said_on
from statements.models import Statement, StatementText, StatementTopic, Topic
from statements.positions import COLUMNS
from visits.access import gate_or_none
from visits.among import AmongRows
from visits.templatetags.record import language_name

if TYPE_CHECKING:
    from statements.briefing.options import Options, Person
    from statements.briefing.subjects import Subject

# Of so many statements, those entered last, topics and languages are offered: a topic can have a million.
MOST_LOOKED_AT = 2_000
# So many topics are offered, those that come first by name.
MOST_TOPICS = 200


def choices_of(subject: Subject, options: Options, reader: Person) -> dict[str, Any]:
    """Return each choice as (value, words, whether it is chosen), and how many statements fit what is chosen.

    Three queries, or two where there is one topic; what is offered does not depend on what is chosen.
    """
    everything = replace(options, columns=(), topics=(), since="", until="")
    visible = Statement.objects.visible_to(reader)
    said = said_on(subject, everything, visible).order_by("-pk").values("pk")[:MOST_LOOKED_AT]
    fitting = said_on(subject, options, visible).order_by().values_list("pk")
    texts = StatementText.objects.filter(AmongRows("statement_id", said), gate_or_none(reader, "source")).exclude(
        language=""
    )
    languages = texts.order_by("language").values_list("language", flat=True).distinct()
    topics = []
    if subject.chooses_topics:
        used = StatementTopic.objects.filter(AmongRows("statement_id", said)).order_by().values("topic_id")
        rows = Topic.objects.filter(pk__in=used).order_by("name", "slug")
        topics = list(rows.values_list("slug", "name")[:MOST_TOPICS])
    number = len(fitting[: MOST_STATEMENTS + 1])
    return {
        "columns": [(key, column_words(key), key in options.shown_columns) for key in COLUMNS],
        "topics": [(slug, name, slug in options.topics) for slug, name in topics],
        "languages": sorted(
            ((code, language_name(code), code in options.languages) for code in languages), key=lambda row: row[1]
        ),
        "papers": [(key, label, key == options.paper) for key, label in PAPERS.items()],
        "number": number,
        "too_many": number > MOST_STATEMENTS,
    }
