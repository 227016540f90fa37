"""What the names in a row mean: one row of the record, several candidates of which somebody chooses, or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from statements.imports.known import Known, Post, Somebody, SourceFact, folded
from statements.imports.planned import Spoken, Who
from statements.imports.telling import Speaker, Told
from visits.choices import Side
from visits.imports.kinds import ENTER, Ask, Candidate, Judged

# The answer by which somebody whom the record does not know stays a label of the statement.
LABEL = f"{ENTER}:label"


class Meaning:
    """Finds what rows name in what was looked up. `labels`: names that nobody bears stay labels, unasked."""

    def __init__(self, by: Any, *, labels: bool = False) -> None:
        self.by, self.labels, self.known = by, labels, Known(by)

    def _visit(self, told: Told, row: Judged, answers: Mapping[str, str]) -> Any:
        if told.visit:
            found = self.known.visits.get(told.visit)
            if found is None:
                told.wrong("visit", told.visit, _("No visit has this address."))
            return found
        if not told.countries or told.meeting:
            return None
        to = self.known.visits_to(told.countries, told.mandates)
        if told.earliest is not None and told.latest is not None:
            first, last = told.earliest, told.latest
            to = [fact for fact in to if fact.earliest and fact.latest and fact.earliest <= last >= first]
            to = [fact for fact in to if fact.latest is not None and fact.latest >= first]
        text = ", ".join((*told.countries, told.date))
        if not to:
            told.wrong("countries", text, _("No visit went there on that day."))
            return None
        choices = tuple(Candidate(fact.slug, f"{fact.title}, {fact.dates}".rstrip(", ")) for fact in to)
        chosen = self._chosen(row, Ask(f"visit:{folded(text)}", "countries", text, choices), answers)
        return next((fact for fact in to if fact.slug == chosen), None)

    def _chosen(self, row: Judged, ask: Ask, answers: Mapping[str, str]) -> str:
        """Return the key of the one candidate, or that which was answered; else note the question."""
        if len(ask.candidates) == 1:
            return ask.candidates[0].key
        answer = answers.get(ask.key, "")
        if answer in {choice.key for choice in (*ask.candidates, *ask.ways)}:
            return answer
        if ask not in row.asks:
            row.asks.append(ask)
        return ""

    def _source(self, told: Told, text: str, row: Judged, answers: Mapping[str, str]) -> SourceFact | None:
        found = self.known.sources.get(text, ())
        if not found:
            told.wrong("sources", text, _("No source has this address, id or symbol: enter it first."))
            return None
        if len(found) == 1:
            return found[0]
        choices = tuple(Candidate(str(number), fact.title) for number, fact in enumerate(found, start=1))
        chosen = self._chosen(row, Ask(f"source:{text}", "sources", text, choices), answers)
        return found[int(chosen) - 1] if chosen else None

    def _called(self, name: str, page: Any) -> tuple[Somebody, ...]:
        known = self.known
        if isinstance(page, tuple):
            found = known.pages.get(page)
            return () if found is None else (found,)
        people = known.people.get(folded(name), ())
        if page is None:
            # Told to have no page: a private individual, or nobody whom the record knows.
            return tuple(row for row in people if row.private)
        return _exact(name, (*people, *known.bodies().get(folded(name), ())))

    def _somebody(
        self, told: Told, field: str, name: str, page: Any, row: Judged, answers: Mapping[str, str]
    ) -> tuple[Who, Somebody | None]:
        """Return who is meant, as a voice and as a row of the record."""
        found = self._called(name, page)
        if not found and isinstance(page, tuple):
            told.wrong("speaker_pages", page[1], _("No page has this address."))
            return Who(label=name), None
        if not found and (page is None or self.labels):
            return Who(label=name), None
        if len(found) == 1:
            return _who(found[0]), found[0]
        choices = tuple(Candidate(f"{one.kind}:{one.slug}", f"{one.name} ({one.slug})") for one in found)
        ways = (Candidate(LABEL, _("somebody without an entry: the name stays as it is")),)
        chosen = self._chosen(row, Ask(f"who:{folded(name)}", field, name, choices, ways), answers)
        known = next((one for one in found if f"{one.kind}:{one.slug}" == chosen), None)
        return (_who(known) if known else Who(label=name)), known

    def _voice(
        self, told: Told, field: str, name: str, row: Judged, answers: Mapping[str, str], kept: Mapping[str, Who]
    ) -> Who:
        return kept.get(name) or self._somebody(told, field, name, "", row, answers)[0]

    def _speaker(
        self, told: Told, said: Speaker, row: Judged, answers: Mapping[str, str], kept: Mapping[str, Who]
    ) -> Spoken:
        stays = kept.get(said.name)
        # A label of the stored statement is none of those whom the record knows.
        page = None if stays is not None and stays.label and said.page == "" else said.page
        who, known = self._somebody(told, "speakers", said.name, page, row, answers)
        post = self._post(told, said, known) if said.office else None
        side = said.side or (post.side if post else known.side if known else "")
        if not side and known is not None and known.kind == "mandate":
            side = Side.MANDATE_HOLDER.value
        if not side and not row.asks:
            told.wrong("sides", "", _("Say on which side “%(name)s” spoke.") % {"name": said.name[:80]})
        behalf = self._behalf(told, said, row, answers) if said.on_behalf_of else None
        return Spoken(who, side, post and post.office, post and post.term, behalf, said.attribution)

    def _behalf(self, told: Told, said: Speaker, row: Judged, answers: Mapping[str, str]) -> int | None:
        named = self.known.bodies().get(folded(said.on_behalf_of), ())
        found = _exact(said.on_behalf_of, tuple(one for one in named if one.kind == "organisation"))
        if not found:
            told.wrong("on_behalf_of", said.on_behalf_of, _("No organisation is called so."))
            return None
        choices = tuple(Candidate(one.slug, f"{one.name} ({one.slug})") for one in found)
        name = said.on_behalf_of
        chosen = self._chosen(row, Ask(f"behalf:{folded(name)}", "on_behalf_of", name, choices), answers)
        return next((one.id for one in found if one.slug == chosen), None)

    def _post(self, told: Told, said: Speaker, known: Somebody | None) -> Post | None:
        """Return the office or term that is called so: of several, the one that was held on that day."""
        posts = self.known.posts.get(known.id, []) if known is not None and known.kind == "person" else []
        called = [post for post in posts if folded(said.office) in post.names]
        if not called:
            told.wrong("offices", said.office, _("“%(name)s” holds no office called so.") % {"name": said.name[:80]})
            return None
        day = told.earliest
        held = [post for post in called if day and (not post.since or post.since <= day)]
        return next((post for post in held if not post.until or (day and post.until >= day)), (held or called)[-1])

    def _topic(self, told: Told, name: str, row: Judged, answers: Mapping[str, str]) -> int:
        found = self.known.topics.get(name, ())
        if len(found) == 1:
            return found[0][0]
        if not found:
            told.wrong("topics", name, _("No topic is called so."))
            return 0
        choices = tuple(Candidate(slug, f"{called} ({slug})") for _pk, slug, called in found)
        chosen = self._chosen(row, Ask(f"topic:{folded(name)}", "topics", name, choices), answers)
        return next((pk for pk, slug, _called in found if slug == chosen), 0)


def _exact(text: str, found: tuple[Somebody, ...]) -> tuple[Somebody, ...]:
    """Return the one whose slug `text` is, letter by letter, before those who are merely called so; else all."""
    exact = tuple(one for one in found if one.slug == text)
    return exact if len(exact) == 1 else found


def _who(one: Somebody) -> Who:
    columns = {"person": Who(person=one.id), "organisation": Who(organisation=one.id), "mandate": Who(mandate=one.id)}
    return columns[one.kind]
