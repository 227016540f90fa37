"""Statements as a page prints them: all that belongs to a list of them in two queries, dates formatted once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat, NullIf
from django.urls import reverse
from django.utils.translation import get_language, gettext

from statements.choices import LINK_BACK, Act, CitationRole, How, LinkKind, Mode, Occasion, Standing, TextKind, Verdict
from statements.models import (
    Attribution,
    Citation,
    MeetingTopic,
    Statement,
    StatementAddressee,
    StatementLink,
    StatementSpeaker,
    StatementText,
    StatementTopic,
)
from statements.models.statement import WHO
from statements.querysets import proof_gate
from statements.standing import FALLEN, standing
from visits.access import Permission, gate, gate_or_none, has_permission, visible
from visits.among import Among
from visits.choices import COLUMN_SHAPES, Column, DateBasis, RelayKind, Side, SourceKind, column_of
from visits.models import Participant, SourceRelay
from visits.partial_dates import PartialDate, parse
from visits.pieces import Piece, flag, gathered, pieces, union
from visits.prepared import Given, prepared

if TYPE_CHECKING:
    from visits.access import Reading
    from visits.models import Visit


@dataclass(slots=True)
class Voice:
    """Somebody named on a page; `url` is "" for who has no page."""

    name: str
    url: str = ""
    office: str = ""
    side: str = ""
    column: str = ""
    printed: str = ""
    behalf: str = ""
    cue: str = ""
    # Of what has a page: person, organisation or mandate.
    kind: str = ""
    private: bool = False

    @property
    def side_label(self) -> str:
        """Return the side in words."""
        return str(Side(self.side).label) if self.side else ""


@dataclass(slots=True)
class Words:
    """A version of the words."""

    language: str
    kind: str
    text: str
    preferred: bool

    @property
    def kind_label(self) -> str:
        """Return whose words they are."""
        return str(TextKind(self.kind).label)


@dataclass(slots=True)
class Proof:
    """A citation, its source in one line, and what that source passes on."""

    title: str
    url: str
    publisher: str
    published: str
    exact: str
    verdict: str
    role: str
    locator: str
    kind: str
    key: int = 0
    relays: list[str] = field(default_factory=list)
    how: str = ""
    # Both wordings where they differ, in runs of (words, whether they differ); the source's for those who may read it.
    quoted: list[tuple[str, bool]] = field(default_factory=list)
    held: list[tuple[str, bool]] = field(default_factory=list)

    @property
    def how_label(self) -> str:
        """Return in words how the quoted words stand in the source; "" where they were not found or not sought."""
        return str(How(self.how).label) if self.how and self.verdict == Verdict.MATCH else ""

    @property
    def role_label(self) -> str:
        """Return in words what the source does for the statement."""
        return str(CitationRole(self.role).label)

    @property
    def verdict_label(self) -> str:
        """Return the verdict in words."""
        return str(Verdict(self.verdict).label)


@dataclass(slots=True)
class Reply:
    """A link to another statement, read from this side; `column` is that of the other one's first speaker."""

    key: int
    kind: str
    label: str
    who: str
    url: str
    act: str
    date: str
    column: str = ""


@dataclass(slots=True)
class Card:
    """A statement as pages print it."""

    pk: int
    public_id: str
    url: str
    act: str
    act_label: str
    mode_label: str
    occasion_label: str
    date: PartialDate | None
    date_text: str
    basis: str
    basis_label: str
    answers_text: str
    language: str
    order: int
    meeting: int | None
    is_draft: bool
    visibility: str
    is_example: bool
    visit_title: str = ""
    visit_url: str = ""
    speakers: list[Voice] = field(default_factory=list)
    addressees: list[Voice] = field(default_factory=list)
    chain: list[Voice] = field(default_factory=list)
    topics: list[tuple[str, str]] = field(default_factory=list)
    texts: list[Words] = field(default_factory=list)
    proofs: list[Proof] = field(default_factory=list)
    links: list[Reply] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    standing: str = "current"

    @property
    def column(self) -> str:
        """Return the column of the first speaker."""
        return self.speakers[0].column if self.speakers else Column.OTHERS.value

    @property
    def column_label(self) -> str:
        """Return the column in words."""
        return str(Column(self.column).label)

    @property
    def shape(self) -> str:
        """Return the shape of the column."""
        return COLUMN_SHAPES[Column(self.column)]

    @property
    def words(self) -> Words | None:
        """Return the preferred version, or the first that the reader may see."""
        return next((text for text in self.texts if text.preferred), self.texts[0] if self.texts else None)

    @property
    def standing_label(self) -> str:
        """Return the standing in words."""
        return str(Standing(self.standing).label)

    @property
    def since(self) -> str:
        """Return in words what became of it since; "" where it is current."""
        return "" if self.standing == Standing.CURRENT else self.standing_label

    @property
    def fallen(self) -> str:
        """Return the same where it was retracted or disowned; "" where it stands, be it disputed."""
        return self.since if self.standing in FALLEN else ""

    @property
    def who(self) -> str:
        """Return the speakers in one line."""
        return ", ".join(voice.name for voice in self.speakers)


def show(date: str) -> str:
    """Return a partial date in short words of the language in force; "" for none."""
    return parse(date).display_short(get_language() or "en") if date else ""


def show_long(date: str) -> str:
    """Return a partial date in words of the language in force; "" for none."""
    return parse(date).display(get_language() or "en") if date else ""


# The page of a voice (WHO), if they have one, in two columns of text.
PAGE = Case(
    When(person__private=False, then=F("person__slug")),
    When(organisation__isnull=False, then=F("organisation__slug")),
    When(mandate__isnull=False, then=F("mandate__slug")),
    default=Value(""),
    output_field=CharField(),
)
PAGE_KIND = Case(
    When(person__private=False, then=Value("person")),
    When(organisation__isnull=False, then=Value("organisation")),
    When(mandate__isnull=False, then=Value("mandate")),
    default=Value(""),
    output_field=CharField(),
)


def title_of(visit: Visit) -> str:
    """Return the title of a visit with its dates, where it has any."""
    return f"{visit.title}, {show_long(visit.dates)}" if visit.dates else visit.title


def page_of(kind: str, slug: str) -> str:
    """Return the address of a person, organisation or mandate; "" for who has none."""
    return reverse(f"{kind}_detail", args=[slug]) if kind and slug else ""


def first_speaker(path: str) -> Subquery:
    """Return the name of the first speaker of the statement at `path`."""
    rows = StatementSpeaker._base_manager.filter(statement_id=OuterRef(path)).order_by("order")
    return Subquery(rows.annotate(who=WHO).values("who")[:1])


def first_side(path: str) -> Subquery:
    """Return the side of the first speaker of the statement at `path`."""
    return Subquery(
        StatementSpeaker._base_manager.filter(statement_id=OuterRef(path)).order_by("order").values("side")[:1]
    )


def column_of_side(side: str) -> str:
    """Return the column of a side as a thin row gives it; who is not named stands in Others."""
    return column_of(side).value if side else Column.OTHERS.value


def statement_pieces(reader: Reading, ids: Sequence[int] | Given) -> list[QuerySet[Any]]:
    """Return what belongs to the visible statements `ids`, as thin rows of one union."""
    mine = Among("statement_id", ids)
    out = StatementLink.objects.filter(Among("from_statement_id", ids), visible(reader, "to_statement"))
    back = StatementLink.objects.filter(Among("to_statement_id", ids), visible(reader, "from_statement"))
    cited = Citation.objects.filter(mine, proof_gate(reader))
    return [
        pieces(
            "speaker", StatementSpeaker.objects.filter(mine), "statement_id", "order",
            WHO, PAGE_KIND, PAGE, "side", Coalesce("office__title", Value("")),
            Coalesce("office__organisation__name", Value("")), Coalesce("term__mandate__name", Value("")),
            "attribution", "on_behalf_of__name", flag(person__private=True),
        ),
        pieces("addressee", StatementAddressee.objects.filter(mine), "statement_id", "order", WHO, PAGE_KIND, PAGE),
        pieces("chain", Attribution.objects.filter(mine), "statement_id", "order", WHO, PAGE_KIND, PAGE, "side",
               "cue"),
        pieces("topic", StatementTopic.objects.filter(mine), "statement_id", "order", "topic__slug", "topic__name"),
        pieces(
            "text", StatementText.objects.filter(mine, gate_or_none(reader, "source")), "statement_id", "id",
            "language", "kind", "text", flag(preferred=True),
        ),
        pieces(
            "proof", cited, "statement_id", "id",
            "source_id", "source__public_id", "source__title", "source__publisher", "source__published", "exact",
            Concat("verdict", Value(" "), "how"), "role", "locator", "source__kind",
        ),
        pieces(
            "differing", cited.filter(verdict=Verdict.DIFFERS), "id", "id", "differing",
            Value("1") if has_permission(reader, Permission.SEE_INTERNAL) else flag(source__publishable=True),
        ),
        pieces(
            "relay",
            SourceRelay.objects.filter(gate(reader, "original"), source_id__in=cited.values("source_id")),
            "source_id", "id", "kind", "original__title", flag(original__consulted=True), "original__kind",
        ),
        pieces(
            "link", out, "from_statement_id", "id", "kind", "to_statement__public_id", "to_statement__act",
            "to_statement__date", first_speaker("to_statement_id"), "to_statement_id",
        ),
        pieces(
            "back", back, "to_statement_id", "id", "kind", "from_statement__public_id", "from_statement__act",
            "from_statement__date", first_speaker("from_statement_id"), "from_statement_id",
            first_side("from_statement_id"),
        ),
    ]  # fmt: skip


def meeting_pieces(reader: Reading, ids: Sequence[int] | Given) -> list[QuerySet[Any]]:
    """Return participants and topics of the visible meetings `ids`, as thin rows of one union."""
    taking_part = Participant.objects.filter(Among("meeting_id", ids))
    if not has_permission(reader, Permission.SEE_INTERNAL):
        taking_part = taking_part.named_to_all()
    name = Coalesce("person__name", "organisation__name", NullIf("label", Value("")))
    kind = Case(
        When(person__private=False, then=Value("person")),
        When(organisation__isnull=False, then=Value("organisation")),
        default=Value(""),
        output_field=CharField(),
    )
    slug = Case(
        When(person__private=False, then=F("person__slug")),
        When(organisation__isnull=False, then=F("organisation__slug")),
        default=Value(""),
        output_field=CharField(),
    )
    return [
        pieces(
            "participant", taking_part, "meeting_id", "order", name, kind, slug, "side", "office__title",
            "office__organisation__name", "term__mandate__name",
        ),
        pieces(
            "meeting_topic", MeetingTopic.objects.filter(Among("meeting_id", ids)), "meeting_id", "order",
            "topic__slug", "topic__name",
        ),
    ]  # fmt: skip


def office_of(row: Piece) -> str:
    """Return in what office somebody of a thin row speaks: its title and organisation, or else the mandate."""
    return ", ".join(part for part in (row.e, row.f) if part) or row.g


def voice(row: Piece) -> Voice:
    """Return a speaker or participant of a thin row: name, page, side, office, organisation, mandate."""
    return Voice(
        name=row.a,
        url=page_of(row.b, row.c),
        office=office_of(row),
        side=row.d,
        column=column_of(row.d).value if row.d else "",
        printed=row.h,
        behalf=row.i,
        kind=row.b,
        private=bool(row.j),
    )


def base_card(row: Statement) -> Card:
    """Return the card of a statement without its parts."""
    return Card(
        pk=row.pk,
        public_id=row.public_id,
        url=reverse("statement_detail", args=[row.public_id]),
        act=row.act,
        act_label=str(Act(row.act).label),
        mode_label=str(Mode(row.mode).label),
        occasion_label=str(Occasion(row.occasion).label),
        date=parse(row.date) if row.date else None,
        date_text=show(row.date),
        basis=row.date_basis,
        basis_label=str(DateBasis(row.date_basis).label),
        answers_text=row.answers_text,
        language=row.original_language,
        order=row.order,
        meeting=row.meeting_id,
        is_draft=row.workflow != "published",
        visibility=row.visibility,
        is_example=row.is_example,
    )


def fill(card: Card, parts: dict[tuple[str, int], list[Piece]]) -> Card:
    """Put what was gathered for a card into it."""
    key = card.pk
    card.speakers = [voice(row) for row in parts.get(("speaker", key), ())]
    card.addressees = [Voice(row.a, page_of(row.b, row.c)) for row in parts.get(("addressee", key), ())]
    card.chain = [Voice(row.a, page_of(row.b, row.c), side=row.d, cue=row.e) for row in parts.get(("chain", key), ())]
    card.topics = [(row.a, row.b) for row in parts.get(("topic", key), ())]
    card.texts = [Words(row.a, row.b, row.c, bool(row.d)) for row in parts.get(("text", key), ())]
    card.proofs = [_proof(row, parts) for row in parts.get(("proof", key), ())]
    card.links = [_reply(row, str(LinkKind(row.a).label)) for row in parts.get(("link", key), ())]
    back = parts.get(("back", key), ())
    card.replies = [_reply(row, str(LINK_BACK[LinkKind(row.a)])) for row in back]
    card.standing = standing(row.a for row in back)
    return card


def _proof(row: Piece, parts: dict[tuple[str, int], list[Piece]]) -> Proof:
    source = int(row.a) if row.a else 0
    relays = {(str(RelayKind(r.a).label), r.b, bool(r.c)): None for r in parts.get(("relay", source), ())}
    verdict, _space, how = row.g.partition(" ")
    quoted, held = _differing(parts.get(("differing", row.order), ()))
    return Proof(
        title=row.c,
        url=reverse("source_detail", args=[row.b]) if row.b else "",
        publisher=row.d,
        published=show(row.e),
        exact=row.f,
        verdict=verdict,
        how=how,
        quoted=quoted,
        held=held,
        role=row.h,
        locator=row.i,
        kind=str(SourceKind(row.j).label) if row.j else "",
        key=row.order,
        relays=[_relay(*found) for found in relays],
    )


def _differing(rows: Sequence[Piece]) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Return both wordings where they differ; the source's only where its reader may read the stored text."""
    runs = json.loads(rows[0].a) if rows and rows[0].a else {}
    return tuple([(words, differs) for words, differs in runs.get(side, ()) if side == "quoted" or rows[0].b]
                 for side in ("quoted", "source"))  # type: ignore[return-value]  # fmt: skip


def _relay(kind: str, title: str, opened: bool) -> str:
    return f"{kind}: {title}" + ("" if opened else f" ({gettext('not opened')})")


def _reply(row: Piece, label: str) -> Reply:
    return Reply(
        key=int(row.f),
        kind=row.a,
        label=label,
        who=row.e,
        url=reverse("statement_detail", args=[row.b]),
        act=str(Act(row.c).label),
        date=show(row.d),
        column=column_of_side(row.g),
    )


@prepared
def _parts(reader: Reading, ids: Given) -> QuerySet[Any]:
    return union(statement_pieces(reader, ids))


def cards_of(statements: Sequence[Statement], user: Reading) -> list[Card]:
    """Return the cards of visible `statements` (with their visit joined in), read in one further query."""
    if not statements:
        return []
    parts = gathered(_parts(user, ids=[row.pk for row in statements]))
    found = []
    for row in statements:
        card = fill(base_card(row), parts)
        if row.visit is not None:
            card.visit_title, card.visit_url = row.visit.title, row.visit.get_absolute_url()
        found.append(card)
    return found
