"""Press articles of the sample record, and what they say who said."""

from __future__ import annotations

import re
from typing import Any

from django.utils.text import slugify

from statements.actions import enter_statement
from statements.models import (
    Citation,
    Statement,
    StatementSpeaker,
    StatementText,
    Topic,
    TopicAlias,
)
from statements.seed.reading import Unresolved
from statements.seed.store import Store, public, public_id
from statements.seed.visits import title_of
from visits.actions import enter_source
from visits.choices import Side
from visits.folding import fold
from visits.models import Country, MandateTerm, Meeting, Organisation, Source, Visit

_KINDS = {
    "news": "news",
    "opinion": "opinion",
    "press release": "press_release",
    "NGO statement": "ngo_statement",
}


def enter_topics(rows: list[dict[str, Any]], store: Store) -> None:
    """Enter the topics that are missing, wider ones before narrower ones, each with its other words."""
    for row in rows:
        parent = Topic.objects.get(slug=row["parent"]) if "parent" in row else None
        slug = row.get("slug") or slugify(row["name"])
        topic, new = store.keep(Topic, {"name": row["name"], "parent": parent}, slug=slug)
        if new:
            for text in row.get("aliases", ()):
                store.keep(TopicAlias, topic=topic, text=text)
        store.tick()


def enter_articles(rows: list[dict[str, str]], store: Store) -> dict[str, Source]:
    """Return the articles by their id, each entered where it is missing."""
    found = {}
    for row in rows:
        key = public_id(f"article {row['article_id']}")
        source = Source.objects.filter(public_id=key).first()
        if source is None:
            date = row["date"]
            source = Source(
                public_id=key,
                kind=_KINDS[row["form"]],
                title=title_of(row["url"]),
                publisher=row["publisher"],
                language=row["language"],
                published=date,
                published_basis="inferred" if "inferred" in row["note"] else "stated",
                url=row["url"],
                note=f"{row['article_id']}; excerpt: {row['excerpt_state']}; {row['note']}",
                **public(),
            )
            enter_source(source=source, by=None)
            store.count(source, new=True)
        else:
            store.count(source, new=False)
        found[row["article_id"]] = source
        store.tick()
    return found


def topic_index() -> dict[str, Topic]:
    """Return folded name or other word → topic."""
    index = {fold(topic.name): topic for topic in Topic.objects.all()}
    for alias in TopicAlias.objects.select_related("topic"):
        index.setdefault(alias.folded, alias.topic)
    return index


class Press:
    """Positions of the press, with what stands in press.toml beside them."""

    def __init__(self, readings: dict[str, Any], articles: dict[str, Source], store: Store) -> None:
        self.readings, self.articles, self.store = readings, articles, store
        self.topics = topic_index()
        self.statements: dict[str, Statement] = {}

    def organisation(self, words: str, side: str) -> Organisation | None:
        """Return the organisation that a role names; None where it names none."""
        named = self.readings["organisations"].get(words)
        if named is None:
            return None
        country = Country.objects.get(iso3=named["country"]) if named.get("country") else None
        found, _new = self.store.keep(
            Organisation,
            {"name": named["name"], "side": side, "country": country},
            slug=slugify(named["name"]),
        )
        return found

    def speaker(self, row: dict[str, str], reading: dict[str, Any], seen: str) -> StatementSpeaker:
        """Return who speaks: a mandate holder, an organisation, somebody in an office, or only a label."""
        side = row["side"].lower().replace(" ", "_")
        name, role = row["speaker"], row["role"]
        if side == Side.MANDATE_HOLDER:
            terms = MandateTerm.objects.filter(person__name=name).order_by("order", "id")
            term = next(iter(terms), None)
            if term is None:
                raise ValueError(f"{name} holds no mandate of the record")
            return StatementSpeaker(person=term.person, term=term, side=side)
        own = self.organisation(name, side)
        if own is not None or role in {"ministry", "permanent mission", "regional NGO"}:
            if own is None:
                own, _new = self.store.keep(Organisation, {"name": name, "side": side}, slug=slugify(name))
            if name == "government spokesman":
                return StatementSpeaker(label=name, side=side, on_behalf_of=own, attribution=name)
            return StatementSpeaker(organisation=own, side=side)
        title, _comma, place = role.partition(", ")
        organisation = self.organisation(place or title, side)
        office = self.store.office(
            self.store.person(name),
            title=title[0].upper() + title[1:],
            organisation=organisation,
            side=side,
            seen=seen,
        )
        return StatementSpeaker(person=office.person, office=office, side=side)

    def enter(self, key: str, row: dict[str, str], visits: dict[str, Visit], meetings: dict[str, Meeting]) -> Statement:
        """Return the statement of a position, entered where it is missing."""
        reading = self.readings["positions"][key]
        identity = public_id(f"position {key}")
        found = Statement.objects.filter(public_id=identity).first()
        if found is not None:
            self.store.count(found, new=False)
            self.statements[key] = found
            return found
        article = self.articles[row["article_id"]]
        date, basis = reading.get("date", ""), reading.get("basis", "stated")
        if not date and article.published:
            date, basis = article.published, "publication"
        meeting = meetings.get(reading.get("meeting", ""))
        statement = Statement(
            public_id=identity,
            act=reading["act"],
            mode="mixed" if row["quoted_directly"] == "yes" else "indirect",
            occasion=reading.get("occasion", "meeting"),
            visit=visits.get(reading.get("visit", "")),
            meeting=meeting,
            date=date,
            date_basis=basis,
            order=50 + len(self.statements),
            **public(),
        )
        if meeting is not None and meeting.kind == "press_conference":
            statement.occasion = "press_conference"
        enter_statement(
            statement=statement,
            by=None,
            speakers=[self.speaker(row, reading, date)],
            texts=[StatementText(language="en", kind="editors_words", text=reading["text"])],
            citations=[
                Citation(
                    source=article,
                    verdict="not_held" if row["quoted_directly"] == "yes" else "paraphrase",
                )
            ],
            topics=[self.topics[fold(words)] for words in row["topic"].split("; ")],
        )
        self.store.count(statement, new=True)
        self.statements[key] = statement
        return statement


def numbered(rows: list[dict[str, str]]) -> list[tuple[str, dict[str, str]]]:
    """Return the positions with their keys: the article and the place of the position in it ("A02-3")."""
    counts: dict[str, int] = {}
    found = []
    for row in rows:
        counts[row["article_id"]] = counts.get(row["article_id"], 0) + 1
        found.append((f"{row['article_id']}-{counts[row['article_id']]}", row))
    return found


def claims(rows: list[tuple[str, dict[str, str]]], positions: dict[str, Any]) -> list[tuple[str, dict[str, str]]]:
    """Return the keyed rows, and after each those that state a further claim of it ("A03-1b"): one act, one claim."""
    found = []
    for key, row in rows:
        found.append((key, row))
        found += [(further, row) for further in (f"{key}b",) if further in positions]
    return found


def enter_names(readings: dict[str, Any], store: Store) -> None:
    """Enter the names as articles printed them, of people whom the record has."""
    from visits.models import Person

    for row in readings["names"]:
        if Person.objects.filter(name=row["person"]).exists():
            store.name(row["person"], row["text"], "as_printed")
        else:
            store.unresolved.append(Unresolved("press_articles.csv", row["text"], f"{row['person']} is not on record"))


def unresolved_articles(readings: dict[str, Any], rows: list[dict[str, str]]) -> list[Unresolved]:
    """Return what stays open about articles, and every article that nothing reads."""
    found = [
        Unresolved("press_articles.csv", key, reading["unresolved"])
        for key, reading in readings["articles"].items()
        if "unresolved" in reading
    ]
    used = {re.sub(r"-\d+$", "", key) for key in readings["positions"]} | set(readings["articles"])
    found += [
        Unresolved("press_articles.csv", row["article_id"], "no position was noted and no visit is named")
        for row in rows
        if row["article_id"] not in used
    ]
    return found
