"""The columns of the lists of statements and of commitments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, ExpressionWrapper, F, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from statements.cards import PAGE, PAGE_KIND, office_of
from statements.choices import CommitmentState
from statements.models import (
    Attribution,
    Citation,
    Commitment,
    CommitmentEvidence,
    Statement,
    StatementAddressee,
    StatementLink,
    StatementSpeaker,
    StatementText,
    StatementTopic,
)
from statements.models.statement import WHO
from statements.querysets import proof_gate
from statements.standing import BY_LINK, standing
from visits.access import gate_or_none, visible
from visits.among import Among
from visits.choices import Side, column_of
from visits.exports.columns import (
    SOURCE_TEXTS,
    Cell,
    Column,
    Row,
    dated,
    kind_of,
    listed,
    page_column,
    sources,
    state_of,
    stored,
    text_column,
)
from visits.exports.everybody import open_pieces
from visits.models import VisitLeg, VisitMandate
from visits.pieces import Piece, flag, pieces
from visits.prepared import Given, prepared

if TYPE_CHECKING:
    from collections.abc import Mapping

    from visits.access import Reading
    from visits.exports.cells import Query

# Puts the sources of evidence behind those of the statement.
LATER = 1 << 40


@prepared
def _statements(reader: Reading, ids: Given) -> QuerySet[Statement]:
    rows = Statement.objects.visible_to(reader).filter(Among("pk", ids)).select_related("visit", "meeting")
    return rows.only(
        "public_id", "act", "mode", "occasion", "date", "date_basis", "original_language", "answers_text", "is_example",
        "published_at", "workflow", "visibility", "visit__slug", "visit__title", "meeting__public_id",
    )  # fmt: skip


def _statement_pieces(reader: Reading, ids: Given) -> list[QuerySet[Any]]:
    mine = Among("statement_id", ids)
    own = Statement.objects.filter(Among("pk", ids))
    cited = Citation.objects.filter(mine, proof_gate(reader))
    texts = StatementText.objects.filter(mine, gate_or_none(reader, "source"))
    back = StatementLink.objects.filter(Among("to_statement_id", ids), visible(reader, "from_statement"))
    legs = VisitLeg.objects.filter(visit_id__in=own.values("visit_id"), country__isnull=False)
    mandates = VisitMandate.objects.filter(visit_id__in=own.values("visit_id"))
    return [
        pieces("speaker", StatementSpeaker.objects.filter(mine), "statement_id", "order", WHO, PAGE_KIND, PAGE, "side",
               "office__title", "office__organisation__name", "term__mandate__name", "on_behalf_of__name",
               "attribution"),
        pieces("addressee", StatementAddressee.objects.filter(mine), "statement_id", "order", WHO),
        pieces("chain", Attribution.objects.filter(mine), "statement_id", "order", WHO),
        pieces("topic", StatementTopic.objects.filter(mine), "statement_id", "order", "topic__slug", "topic__name"),
        pieces("text", texts, "statement_id", "id", "language", "kind", "text", flag(preferred=True)),
        pieces("source", cited, "statement_id", "id", *SOURCE_TEXTS, "exact", "verdict", "locator"),
        pieces("back", back, "to_statement_id", "id", "kind"),
        # Of a visit, however many of the statements are of it.
        pieces("country", legs, "visit_id", "order", "country__iso3"),
        pieces("mandate", mandates, "visit_id", "order", "mandate__slug"),
        open_pieces(Statement, ids),
    ]  # fmt: skip


def _pages(row: Row) -> Cell:
    return [row.page(f"{piece.b}_detail", piece.c) if piece.b else "" for piece in row.all("speaker")]


def _offices(row: Row) -> Cell:
    return [office_of(piece) for piece in row.all("speaker")]


def _columns(row: Row) -> Cell:
    return [column_of(piece.d).value for piece in row.all("speaker")]


def _words(row: Row) -> Piece | None:
    texts = row.all("text")
    return next((text for text in texts if text.d), texts[0] if texts else None)


def _text(letter: str) -> Any:
    return lambda row: getattr(_words(row), letter, "")


def _standing(row: Row) -> Cell:
    return str(standing(piece.a for piece in row.all("back")))


def _of_visit(kind: str) -> Any:
    return lambda row: list({piece.a: None for piece in row.all(kind, row.record.visit_id or 0)})


# How PostgreSQL writes the cells that are read above.


def _pages_sql(query: Query) -> str:
    def address(place: Mapping[str, str]) -> str:
        kinds = ("person", "organisation", "mandate")
        cases = " ".join(f"WHEN '{kind}' THEN {query.page(f'{kind}_detail', place['c'])}" for kind in kinds)
        return f"COALESCE(CASE {place['b']} {cases} END, '')"

    return query.listed("speaker", address)


def _offices_sql(query: Query) -> str:
    def office(place: Mapping[str, str]) -> str:
        parts = f"concat_ws(', ', NULLIF({place['e']}, ''), NULLIF({place['f']}, ''))"
        return f"COALESCE(NULLIF({parts}, ''), {place['g']})"

    return query.listed("speaker", office)


def _columns_sql(query: Query) -> str:
    columns = {side.value: column_of(side).value for side in Side}
    return query.listed("speaker", lambda place: query.choose(place["d"], columns))


def _text_sql(letter: str) -> Any:
    place = {"a": "p_00", "b": "p_01", "c": "p_02"}[letter]
    first = f"COALESCE((array_agg({place}) FILTER (WHERE p_03 <> ''))[1], (array_agg({place}))[1])"
    return lambda query: query.grouped("text", first)


def _standing_sql(query: Query) -> str:
    cases = " ".join(f"WHEN bool_or(p_00 = '{kind}') THEN '{result}'" for kind, result in BY_LINK)
    return f"COALESCE({query.grouped('back', f'CASE {cases} END')}, '{standing(())}')"


_SPEAKER = "statements.StatementSpeaker"
_VOICE = tuple(f"{_SPEAKER}.{name}" for name in ("person", "organisation", "mandate", "label"))
_TEXT = "statements.StatementText"
_VISIT_COLUMNS = (
    page_column("visit", _("the visit on which it was said"), "visit_detail", "visit__slug", "visits.Visit.slug"),
    text_column("visit_place", _("where that visit went"), "visit__title", "visits.Visit.title"),
)

STATEMENTS = kind_of(
    "statements",
    (
        stored("id", _("its permanent id"), "statements.Statement.public_id"),
        page_column("address", _("its permanent address"), "statement_detail", "public_id",
                    "statements.Statement.public_id"),
        *dated("date", _("when it was said, as precise as it is known"), "statements.Statement.date"),
        stored("date_basis", _("what the date rests on"), "statements.Statement.date_basis"),
        stored("act", _("what was done by saying it"), "statements.Statement.act"),
        listed("speakers", _("who said it"), "speaker", "a", *_VOICE),
        Column("speaker_pages", _("their pages here, in the same order; empty for who has none"), _pages, _VOICE,
               _pages_sql, plain=True, holds="texts"),
        Column("offices", _("the offices in which they spoke"), _offices, (f"{_SPEAKER}.office", f"{_SPEAKER}.term"),
               _offices_sql, holds="texts"),
        listed("sides", _("the sides of the speakers on that day"), "speaker", "d", f"{_SPEAKER}.side"),
        Column("columns", _("the columns in which pages show them"), _columns, (f"{_SPEAKER}.side",),
               _columns_sql, plain=True, holds="texts"),
        listed("on_behalf_of", _("in whose name they spoke"), "speaker", "h", f"{_SPEAKER}.on_behalf_of"),
        listed("attributions", _("how the source names them"), "speaker", "i", f"{_SPEAKER}.attribution"),
        listed("addressees", _("to whom"), "addressee", "a",
               *(f"statements.StatementAddressee.{name}" for name in ("person", "organisation", "mandate", "label"))),
        listed("chain", _("through whom it was told, from the outermost inwards"), "chain", "a",
               *(f"statements.Attribution.{name}" for name in ("person", "organisation", "mandate", "label"))),
        stored("mode", _("direct, indirect, mixed or summary"), "statements.Statement.mode"),
        stored("occasion", _("on what occasion"), "statements.Statement.occasion"),
        Column("words", _("the words, in the preferred version"), _text("c"), (f"{_TEXT}.text",),
               _text_sql("c")),
        Column("words_language", _("their language"), _text("a"), (f"{_TEXT}.language",),
               _text_sql("a")),
        Column("words_kind", _("whose words they are"), _text("b"), (f"{_TEXT}.kind",),
               _text_sql("b")),
        stored("original_language", _("in which it was said"), "statements.Statement.original_language"),
        stored("answers", _("what it denies or agrees with"), "statements.Statement.answers_text"),
        Column("standing", _("what became of it: current, corrected, retracted, disowned, disputed"), _standing,
               ("statements.StatementLink.kind",), _standing_sql, plain=True),
        listed("topics", _("its topics"), "topic", "a", "statements.StatementTopic.topic"),
        listed("topic_names", _("their names, in the same order"), "topic", "b", "statements.StatementTopic.topic"),
        *_VISIT_COLUMNS,
        Column("countries", _("ISO 3166 codes of the countries of the visit"), _of_visit("country"),
               ("visits.VisitLeg.country",), lambda query: query.listed("country", "a", "visit_id", once="a"),
               holds="texts"),
        Column("mandates", _("the mandates that made the visit"), _of_visit("mandate"),
               ("visits.VisitMandate.mandate",), lambda query: query.listed("mandate", "a", "visit_id", once="a"),
               holds="texts"),
        page_column("meeting", _("the meeting in which it was said"), "meeting_detail", "meeting__public_id",
                    "visits.Meeting.public_id"),
        *sources(_("the sources that it rests on")),
        listed("quotations", _("the words quoted, a text for each citation"), "source", "e",
               "statements.Citation.exact"),
        listed("verdicts", _("whether the quoted words stand in the source, for each citation"), "source", "f",
               "statements.Citation.verdict"),
        listed("locators", _("paragraph, page or time, for each citation"), "source", "g",
               "statements.Citation.locator"),
        stored("is_example", _("whether it is an invented example"), "statements.Statement.is_example"),
        *state_of("statements.Statement"),
    ),
    _statements,
    _statement_pieces,
)  # fmt: skip


@prepared
def _commitments(reader: Reading, ids: Given) -> QuerySet[Commitment]:
    rows = Commitment.objects.visible_to(reader).filter(Among("pk", ids))
    return rows.select_related("statement", "visit", "by_whom")


def _commitment_pieces(reader: Reading, ids: Given) -> list[QuerySet[Any]]:
    own = Commitment.objects.filter(Among("pk", ids))
    of_statements = {"statement_id__in": own.values("statement_id")}
    evidence = CommitmentEvidence.objects.visible_to(reader).filter(Among("commitment_id", ids))
    promised = Among("statement__commitments__id", ids)
    cited = Citation.objects.filter(promised, proof_gate(reader), source__isnull=False)
    # After those of the statement.
    later = ExpressionWrapper(F("id") + Value(LATER), BigIntegerField())
    return [
        pieces("speaker", StatementSpeaker.objects.filter(**of_statements), "statement_id", "order", WHO),
        pieces("source", cited, "statement__commitments__id", "id", *SOURCE_TEXTS),
        pieces("source", evidence.filter(source__isnull=False), "commitment_id", later, *SOURCE_TEXTS),
        pieces("evidence", evidence, "commitment_id", "id", *SOURCE_TEXTS, "statement__public_id", "text"),
        open_pieces(Commitment, ids),
    ]  # fmt: skip


def _is_overdue(row: Row) -> Cell:
    promised = row.record
    late = promised.due_latest is not None and promised.due_latest < row.taking.today
    return promised.state == CommitmentState.OPEN and late


def _evidence(row: Row) -> Cell:
    return [
        row.page("source_detail", piece.a) or row.page("statement_detail", piece.e) for piece in row.all("evidence")
    ]


def _speakers(row: Row) -> Cell:
    return [piece.a for piece in row.all("speaker", row.record.statement_id)]


def _is_overdue_sql(query: Query) -> str:
    late = f"{query.of('due_latest')} < %(today)s::date"
    return query.flag(f"{query.of('state')} = '{CommitmentState.OPEN.value}' AND {late}")


def _evidence_sql(query: Query) -> str:
    def address(place: Mapping[str, str]) -> str:
        source, said = query.page("source_detail", place["a"]), query.page("statement_detail", place["e"])
        return f"COALESCE({source}, {said}, '')"

    return query.listed("evidence", address)


COMMITMENTS = kind_of(
    "commitments",
    (
        stored("id", _("its permanent id"), "statements.Commitment.public_id"),
        page_column("address", _("the permanent address of the statement in which it was promised"),
                    "statement_detail", "statement__public_id", "statements.Statement.public_id"),
        stored("what", _("what was promised"), "statements.Commitment.what"),
        text_column("by_whom", _("by whom"), "by_whom__name", "statements.Commitment.by_whom"),
        Column("speakers", _("who said it"), _speakers, _VOICE,
               lambda query: query.listed("speaker", "a", "statement_id"), holds="texts"),
        *dated("said", _("when it was said, as precise as it is known"), "statements.Statement.date",
               "statement__date"),
        *dated("due", _("by when, as precise as it is known"), "statements.Commitment.due"),
        stored("due_basis", _("what that date rests on"), "statements.Commitment.due_basis"),
        stored("state", _("what became of it"), "statements.Commitment.state"),
        Column("overdue", _("whether it is open although its last day has passed (UTC)"), _is_overdue,
               ("statements.Commitment.state", "statements.Commitment.due"), _is_overdue_sql, plain=True, holds="flag"),
        *_VISIT_COLUMNS,
        Column("evidence", _("what shows whether it was kept: pages here"), _evidence,
               ("statements.CommitmentEvidence.statement", "statements.CommitmentEvidence.source"), _evidence_sql,
               plain=True, holds="texts"),
        listed("evidence_texts", _("what each of them shows"), "evidence", "f", "statements.CommitmentEvidence.text"),
        *sources(_("the sources of the statement and of the evidence")),
        *state_of("statements.Commitment"),
    ),
    _commitments,
    _commitment_pieces,
)  # fmt: skip
