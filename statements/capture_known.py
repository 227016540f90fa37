"""What the editor at the desk may name in a statement: people, organisations, offices, topics, visits, meetings.

Every row here passed `visible_to(user)`: what it does not hold is unknown, whether it is hidden or missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from statements.capture.matching import match_person
from statements.models import Statement, Topic, TopicAlias
from visits.choices import Side
from visits.compartments import Compartments
from visits.folding import fold
from visits.models import (
    Mandate,
    MandateTerm,
    Meeting,
    Office,
    Organisation,
    Participant,
    Person,
    PersonName,
    User,
    Visit,
    VisitExpert,
)

# Where nobody is named the article speaks in its own voice (design, section 2).
NOT_ATTRIBUTED = "not attributed"
_KINDS = {"person": _("person"), "organisation": _("organisation"), "mandate": _("mandate")}


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody or something that speaks: exactly one of the rows, with the name by which a form calls it."""

    kind: str  # person, organisation, mandate
    row: Any
    name: str
    names: tuple[str, ...] = field(default=(), compare=False)

    @property
    def key(self) -> tuple[str, int]:
        """Return what tells it from others."""
        return self.kind, self.row.pk


@dataclass(frozen=True, slots=True)
class Post:
    """An office or a term of a person, with the words by which a form calls it."""

    row: Office | MandateTerm
    label: str
    side: str


class Known:
    """The rows that one request may name, each kind read once and only where it is asked for."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.compartments = Compartments(user)

    @cached_property
    def voices(self) -> dict[tuple[str, int], Who]:
        """People, organisations and mandates by key; namesakes are told apart by their slug."""
        names: dict[int, list[str]] = defaultdict(list)
        for person, text in PersonName.objects.visible_to(self.user).values_list("person_id", "text"):
            names[person].append(text)
        people = Person.objects.visible_to(self.user).order_by("name", "id")
        groups = Organisation.objects.visible_to(self.user).order_by("name", "id")
        rows: list[tuple[str, Any, list[str]]] = [("person", row, [row.name, *names[row.pk]]) for row in people]
        rows += [("organisation", row, [row.name, *filter(None, [row.short_name])]) for row in groups]
        # The short name of a mandate (“Cambodia”, “Privacy”) is what it is about and names nobody.
        rows += [("mandate", row, [row.name]) for row in Mandate.objects.order_by("scope")]
        taken: dict[str, int] = defaultdict(int)
        for _kind, row, _known in rows:
            taken[fold(row.name)] += 1
        return {
            (kind, row.pk): Who(
                kind, row, f"{row.name} [{row.slug}]" if taken[fold(row.name)] > 1 else row.name, tuple(known)
            )
            for kind, row, known in rows
        }

    @cached_property
    def _by_name(self) -> dict[str, list[Who]]:
        found: dict[str, list[Who]] = defaultdict(list)
        for who in self.voices.values():
            for name in {fold(name) for name in (who.name, *who.names)}:
                found[name].append(who)
        return found

    def named(self, text: str) -> list[Who]:
        """Return whom `text` names: one, several namesakes, or nobody known."""
        return self._by_name.get(fold(text), [])

    def described(self, who: Who) -> str:
        """Return the name of `who` with what tells people who that is: the latest office, or of which kind it is."""
        post = next(iter(self.posts(who)), None)
        return f"{who.name}, {post.label if post is not None else _KINDS[who.kind]}"

    def spoken_by(self, statement: Statement) -> list[tuple[tuple[str, int] | None, str]]:
        """Return key and name of each speaker; the name of one whom the user may not see is empty."""
        found: list[tuple[tuple[str, int] | None, str]] = []
        for row in statement.speakers.all():
            keys = [(kind, getattr(row, f"{kind}_id")) for kind in _KINDS]
            key = next((key for key in keys if key[1]), None)
            who = self.voices.get(key) if key is not None else None
            found.append((key, who.name if who is not None else row.label))
        return found

    def meant(self, name: str, kind: str) -> Who | None:
        """Return the known person or organisation whom a printed name means, where that is clear."""
        wanted = [who for who in self.voices.values() if who.kind == kind]
        match = match_person(name, [(who.key, who.names) for who in wanted])
        return self.voices[match.key] if match.key is not None else None

    @cached_property
    def _posts(self) -> dict[int, list[Post]]:
        found: dict[int, list[Post]] = defaultdict(list)
        for term in MandateTerm.objects.select_related("mandate").order_by("-since_earliest", "-id"):
            found[term.person_id].append(Post(term, term.mandate.name, Side.MANDATE_HOLDER))
        offices = Office.objects.visible_to(self.user).order_by("-since_earliest", "-seen_earliest", "-id")
        for office in offices.select_related("organisation"):
            open_ = office.organisation_id is None or ("organisation", office.organisation_id) in self.voices
            found[office.person_id].append(Post(office, str(office) if open_ else office.title, office.side))
        return found

    def posts(self, who: Who | None) -> list[Post]:
        """Return the offices and terms of a person, terms first and the latest of each first."""
        return self._posts.get(who.row.pk, []) if who is not None and who.kind == "person" else []

    def post_on(self, who: Who | None, day: Any) -> Post | None:
        """Return what a person was on `day` (a PartialDate or None): what they held then, else what is nearest."""
        posts = self.posts(who)
        held = [post for post in posts if day is not None and _held(post.row, day)]
        if held:
            return held[0]
        loose = [post for post in posts if day is None or not _over(post.row, day)]
        return loose[0] if loose else None

    @cached_property
    def topics(self) -> dict[int, Topic]:
        """Topics by key, in the order of their names."""
        return {row.pk: row for row in Topic.objects.visible_to(self.user).order_by("name")}

    @cached_property
    def topic_names(self) -> list[tuple[int, list[str]]]:
        """Topics with all their names."""
        names = {pk: [row.name] for pk, row in self.topics.items()}
        for topic, text in TopicAlias.objects.filter(topic__in=list(self.topics)).values_list("topic_id", "text"):
            names[topic].append(text)
        return list(names.items())

    def topic(self, text: str) -> Topic | None:
        """Return the topic of which `text` is a name."""
        wanted = fold(text)
        return next((self.topics[pk] for pk, names in self.topic_names if wanted in map(fold, names)), None)

    @cached_property
    def visits(self) -> dict[str, Visit]:
        """Visits by slug, the latest first."""
        return {row.slug: row for row in Visit.objects.visible_to(self.user).order_by("-dates_earliest", "slug")}

    @cached_property
    def experts(self) -> dict[int, set[int]]:
        """Who travelled on each visit: people by visit."""
        found: dict[int, set[int]] = defaultdict(set)
        for visit, person in VisitExpert.objects.visible_to(self.user).values_list("visit_id", "term__person_id"):
            found[visit].add(person)
        return found

    def meetings(self, visit: Visit | None) -> list[Meeting]:
        """Return the meetings of a visit, in order."""
        if visit is None:
            return []
        return list(Meeting.objects.visible_to(self.user).filter(visit=visit).order_by("date_earliest", "order", "id"))

    def present(self, meetings: Iterable[Meeting]) -> dict[int, set[tuple[str, int]]]:
        """Return who was at each of `meetings`, by key."""
        found: dict[int, set[tuple[str, int]]] = defaultdict(set)
        rows = Participant.objects.visible_to(self.user).filter(meeting__in=[meeting.pk for meeting in meetings])
        for meeting, person, group in rows.values_list("meeting_id", "person_id", "organisation_id"):
            found[meeting].add(("person", person) if person else ("organisation", group or 0))
        return found

    def statement(self, text: str) -> Statement | None:
        """Return the statement whose public id stands in brackets at the end of `text`."""
        public_id = text.rstrip("] ").rpartition("[")[2].strip()
        if not public_id:
            return None
        return Statement.objects.visible_to(self.user).filter(public_id=public_id).first()


def _held(post: Any, day: Any) -> bool:
    """Whether somebody was surely in office on `day`; a term of a mandate holder is not “seen”, only dated."""
    seen = getattr(post, "seen_earliest", None)
    if seen is not None and seen <= day.latest and day.earliest <= post.seen_latest:
        return True
    since, until = post.since_earliest, post.until_latest
    if since is None and until is None:
        return False
    return (since is None or since <= day.latest) and (until is None or day.earliest <= until)


def _over(post: Any, day: Any) -> bool:
    """Whether an office surely began after `day` or was over before it."""
    since, until = post.since_earliest, post.until_latest
    return (since is not None and since > day.latest) or (until is not None and until < day.earliest)
