"""The columns of citations and topics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from statements.models import Citation, Topic, TopicAlias
from visits.access import visible
from visits.among import Among
from visits.api.kinds import address, licence, mark
from visits.exports.columns import Cell, Column, Kind, Row, listed, stored
from visits.exports.everybody import open_pieces
from visits.pieces import pieces, union
from visits.prepared import Given, prepared

if TYPE_CHECKING:
    from visits.access import Reading


@prepared
def _citations(reader: Reading, ids: Given) -> QuerySet[Citation]:
    rows = Citation.objects.visible_to(reader).filter(Among("pk", ids)).select_related("statement", "source", "note")
    return rows.only(
        "role", "exact", "prefix", "suffix", "locator", "verdict", "version", "statement__public_id",
        "source__public_id", "source__title", "source__url", "source__archive_url", "note__public_id",
    )  # fmt: skip


@prepared
def _citation_pieces(_reader: Reading, ids: Given) -> QuerySet[Any]:
    return open_pieces(Citation, ids)


def citation_mark(row: Row) -> str:
    """Return what parts a citation from others of the same statement."""
    cited = row.record
    proof = cited.source or cited.note
    return mark(proof.public_id, cited.role, cited.exact, cited.prefix, cited.suffix, cited.locator)


def _of_source(name: str) -> Any:
    return lambda row: getattr(row.record.source, name) if row.record.source else ""


def _source_page(row: Row) -> Cell:
    return row.page("source_detail", row.record.source.public_id) if row.record.source else ""


_SOURCE = "statements.Citation.source"
CITATIONS = Kind(
    "citations",
    (
        Column("statement", _("the statement that it proves: its permanent address"),
               lambda row: row.page("statement_detail", row.record.statement.public_id),
               ("statements.Citation.statement",)),
        Column("source", _("the source: its page here; empty for notes of a meeting"), _source_page, (_SOURCE,)),
        Column("source_title", _("its title"), _of_source("title"), (_SOURCE,)),
        Column("source_url", _("where it was published"), _of_source("url"), (_SOURCE,)),
        Column("source_archive", _("where a copy is kept"), _of_source("archive_url"), (_SOURCE,)),
        stored("role", _("what it does for the statement"), "statements.Citation.role"),
        stored("exact", _("the words quoted (TextQuoteSelector of the W3C's Web Annotations)"),
               "statements.Citation.exact"),
        stored("prefix", _("the words before them"), "statements.Citation.prefix"),
        stored("suffix", _("the words after them"), "statements.Citation.suffix"),
        stored("locator", _("paragraph, page or time"), "statements.Citation.locator"),
        stored("verdict", _("whether the quoted words stand in the source"), "statements.Citation.verdict"),
        licence(),
    ),
    _citations,
    _citation_pieces,
)  # fmt: skip


@prepared
def _topics(reader: Reading, ids: Given) -> QuerySet[Topic]:
    return Topic.objects.visible_to(reader).filter(Among("pk", ids)).defer("note")


@prepared
def _topic_pieces(reader: Reading, ids: Given) -> QuerySet[Any]:
    own = Topic.objects.filter(Among("pk", ids), visible(reader, "parent"))
    return union([
        pieces("parent", own, "id", "id", "parent__slug", "parent__name"),
        pieces("alias", TopicAlias.objects.filter(Among("topic_id", ids)), "topic_id", "id", "text"),
        open_pieces(Topic, ids),
    ])  # fmt: skip


TOPICS = Kind(
    "topics",
    (
        stored("id", _("its permanent id"), "statements.Topic.slug"),
        address("topic_detail", "statements.Topic.slug", _("its permanent address")),
        stored("name", _("its name"), "statements.Topic.name"),
        listed("other_names", _("other words for it"), "alias", "a", "statements.TopicAlias.text"),
        Column("parent", _("the wider topic: its permanent address"),
               lambda row: next((row.page("topic_detail", piece.a) for piece in row.all("parent")), ""),
               ("statements.Topic.parent",)),
        licence(),
    ),
    _topics,
    _topic_pieces,
)  # fmt: skip
