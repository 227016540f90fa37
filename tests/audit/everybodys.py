"""What everybody may ask for: each open address with each format, filter and language, of public rows and hidden ones.

Keys of hidden rows of the crowd (`tests.audit.crowd`) are among them whether or not these rows stand in the database:
an address that leads to nothing and one that leads to a hidden row are to answer alike.
"""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import django_filters as df
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import resolve, reverse

# Registers what the API serves.
import config.api  # noqa: F401
from config.public import PUBLIC_ENDPOINTS, PUBLIC_PAGES, WAY_IN
from statements.commitment_filters import CommitmentFilter
from statements.filters import StatementFilter
from statements.models import Statement, Topic
from tests.audit.crowd import HOSTS, every_key
from tests.audit.walking import Ask
from visits.api.resource import RESOURCES
from visits.citing.formats import FORMATS as CITED
from visits.filters import VisitFilter
from visits.meeting_filters import MeetingFilter
from visits.models import Country, Mandate, Meeting, Organisation, Person, Source, Visit

FILES = ("csv", "xlsx", "json", "jsonl")
TABS = ("detail", "positions", "commitments", "sources", "history", "corrections", "briefing")
# Values of filters that are no choice out of a list. The year 2031 has hidden rows alone.
WORDS = {
    "country": ("khm", "KHM", "lka", "xxx"),
    "region": ("asia", "africa"),
    "mandate": ("cambodia", "example-fair-markets", "none"),
    "holder": ("vitit-muntarbhorn", "none"),
    "visit": (*HOSTS, "crowd-visit-draft-0", "none"),
    "year": ("2022", "2023", "2024", "2031"),
    "language": ("en", "km", "xx"),
    "q": ("cambodia", "civil society", "canary", "canarybbb", "the", "-canary", "year:2031", "topic:canary"),
    "topic": ("civic-space", "elections", "crowd-topic-internal-0", "none"),
    "speaker": ("hun-sen", "vitit-muntarbhorn", "crowd-person-draft-1"),
    "person": ("hun-sen", "crowd-person-confidential-0"),
    "organisation": ("royal-government-of-cambodia", "crowd-organisation-draft-0"),
}
# The lists with filters: of each its FilterSet, and the addresses of its forms.
LISTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "visits": (VisitFilter, ("/visits/", *(f"/visits.{form}" for form in (*FILES, "ics", "atom")))),
    "statements": (StatementFilter, ("/statements/", "/statements/feed/", "/statements.atom",
                                     *(f"/statements.{form}" for form in FILES))),
    "commitments": (CommitmentFilter, ("/commitments/", *(f"/commitments.{form}" for form in (*FILES, "ics", "atom")))),
    "meetings": (MeetingFilter, tuple(f"/meetings.{form}" for form in (*FILES, "ics", "atom"))),
}  # fmt: skip
WHOLE = ("people", "organisations", "countries", "mandates", "topics", "sources")


def values_of(name: str, one: Any) -> tuple[str, ...]:
    """Return the values by which a filter is asked."""
    if isinstance(one, df.ChoiceFilter):
        return tuple(str(value) for value, _label in one.extra["choices"])
    return WORDS.get(name, ("canary", "none"))


def queries_of(filters: Any) -> list[str]:
    """Return queries with each value of each filter, then with two of them."""
    pairs = {name: values_of(name, one) for name, one in filters.base_filters.items()}
    alone = [f"{name}={value}" for name, values in pairs.items() for value in values]
    both = [
        f"{one}={pairs[one][0]}&{other}={value}"
        for one, other in itertools.permutations(pairs, 2)
        for value in pairs[other][:2]
    ]
    return ["", *alone, *both[::3], "page=2"]


def list_asks() -> Iterator[str]:
    """Yield the lists, in each form under each filter."""
    for filters, addresses in LISTS.values():
        found = [query.replace(" ", "+") for query in queries_of(filters)]
        alone = sum("&" not in query for query in found)
        for number, address in enumerate(addresses):
            # Pages under two filters as well; a file under each of them alone.
            for query in found if number == 0 else found[:alone]:
                yield f"{address}?{query}" if query else address
    yield from (f"/{name}.{form}" for name in WHOLE for form in (*FILES, "atom"))
    yield from ("/", "/countries/", "/mandates/", "/people/", "/topics/", "/corrections/", "/corrections.atom")
    yield from ("/people.popolo.json", "/robots.txt", "/health/live", "/health/ready", "/pictures/site.png")
    yield from ("/report/", f"/files/{'0' * 64}/")
    for words in (*WORDS["q"], "c", "ca", "can", "crowd", "example"):
        yield f"/search/?q={words.replace(' ', '+')}"
        yield f"/search/suggest/?q={words.replace(' ', '+')}"
    # Words that hidden rows say too, in the order of how well a row fits: alone, and beside words that they do not say.
    for words in ("assembly", "assembly+elections", "cambodia+rights", "assembly+OR+government", "opposition+assembly"):
        yield f"/statements/?q={words}&sort=relevance"
        yield f"/search/?q={words}"
    for kind in ("statement", "visit", "meeting", "person", "organisation", "topic", "source", "country", "mandate"):
        yield f"/search/?q=canary&kind={kind}"
        yield f"/search/?q=cambodia&kind={kind}"
    for chosen in ("topic=civic-space", "country=khm", "mandate=cambodia", "topic=elections&country=khm",
                   "topic=civic-space&country=khm&other=lka", "topic=crowd-topic-draft-0"):  # fmt: skip
        yield f"/positions/?{chosen}"
        yield f"/positions/briefing/?{chosen}"
        yield f"/positions/briefing.html?{chosen}"


def row_asks() -> Iterator[str]:
    """Yield the addresses of each public row and of each hidden one, in each form."""
    everybody, keys = AnonymousUser(), list(every_key())
    public: Any = {
        "visit": Visit.objects.visible_to(everybody).order_by("slug").values_list("slug", flat=True),
        "meeting": Meeting.objects.visible_to(everybody).order_by("public_id").values_list("public_id", flat=True),
        "statement": Statement.objects.visible_to(everybody).order_by("public_id").values_list("public_id", flat=True),
        "source": Source.objects.visible_to(everybody).order_by("public_id").values_list("public_id", flat=True),
        "person": Person.objects.visible_to(everybody).order_by("slug").values_list("slug", flat=True),
        "organisation": Organisation.objects.visible_to(everybody).order_by("slug").values_list("slug", flat=True),
        "topic": Topic.objects.visible_to(everybody).order_by("slug").values_list("slug", flat=True),
        "mandate": Mandate.objects.order_by("slug").values_list("slug", flat=True),
        # Those without a visit are alike.
        "country": Country.objects.exclude(legs=None).distinct().values_list("iso3", flat=True).order_by("iso3"),
    }
    hidden = {kind: [getattr(key, kind) for key in keys] for kind in keys[0]._fields if kind != "note"}
    for kind, found in public.items():
        for key in [*hidden.get(kind, ()), *found]:
            yield from forms_of(kind, key.lower() if kind == "country" else key)


def forms_of(kind: str, key: str) -> Iterator[str]:
    """Yield what there is at one row."""
    yield from (reverse(f"{kind}_{tab}", args=[key]) for tab in (TABS if kind == "visit" else ("detail",)))
    if kind in ("visit", "meeting", "statement", "source"):
        yield from (reverse(f"{kind}_cite", args=[key, form]) for form in CITED)
    if kind not in ("meeting", "statement", "source"):
        yield reverse(f"{kind}_feed", args=[key])
        yield reverse("visit_event" if kind == "visit" else f"{kind}_calendar", args=[key])
    if kind in ("visit", "country", "topic"):
        yield reverse(f"{kind}_briefing", args=[key])
        yield reverse(f"{kind}_briefing_file", args=[key, "html"])
        yield reverse(f"{kind}_briefing_file", args=[key, "docx"]) + "?column=civil"
    if kind in ("visit", "statement"):
        yield reverse(f"embed_{kind}", args=[key])
        yield f"/oembed?url=http://testserver{reverse(f'{kind}_detail', args=[key])}"
    plural = {"visit": "visits", "statement": "statements", "country": "countries", "person": "people",
              "topic": "topics"}  # fmt: skip
    if kind in plural:
        yield reverse("picture", args=[plural[kind], key])


def api_asks() -> Iterator[str]:
    """Yield the lists of the API under each filter and order, with what rows bring along, and single rows."""
    yield from ("/api/v1/", "/api/v1/openapi.json", "/api/v1/docs/")
    hidden = list(every_key())
    for name, resource in RESOURCES.items():
        root = f"/api/v1/{name}/"
        yield root
        yield from (f"{root}?limit=200&sort={sort}" for sort in resource.sorts)
        yield from (f"{root}?limit=20&expand={other}" for other in resource.expansions)
        for query in queries_of(resource.filter_class):
            if query and "sort=" not in query and "&" not in query and "page=" not in query:
                yield f"{root}?limit=20&{query.replace(' ', '+')}"
        for row in Client().get(f"{root}?limit=3").json()["results"]:
            yield row["self"].removeprefix("http://testserver")
        kind = {"people": "person", "organisations": "organisation", "topics": "topic"}.get(name, name.rstrip("s"))
        for key in hidden:
            if hasattr(key, kind):
                yield f"{root}{getattr(key, kind)}/"


def every_ask() -> list[Ask]:
    """Return all requests, each once, in one order; some also as HEAD, compressed, in other languages and forms."""
    found = [Ask(address) for address in dict.fromkeys([*list_asks(), *api_asks(), *row_asks()])]
    chance = random.Random("twins")  # noqa: S311 - the same each time
    some = chance.sample(found, len(found) // 20)
    more = [ask._replace(method="HEAD") for ask in some]
    more += [ask._replace(headers=(("accept-encoding", "gzip"),)) for ask in some]
    languages = [code for code, _name in settings.LANGUAGES] + ["fr", "km"]
    more += [ask._replace(headers=(("accept-language", code),)) for ask in some[::4] for code in languages]
    api = [ask for ask in found if ask.address.startswith("/api/v1/")]
    more += [ask._replace(headers=(("accept", "application/ld+json"),)) for ask in api[::5]]
    return [*found, *dict.fromkeys(more)]


def sample(asks: list[Ask], size: int) -> list[Ask]:
    """Return about so many of them: of each name of an address some, hidden and public, plain and narrowed."""
    by_name: dict[tuple[str, str, bool, bool], list[Ask]] = defaultdict(list)
    for ask in asks:
        path, _sign, query = ask.address.partition("?")
        form = path.rpartition(".")[2] if "." in path else ""
        by_name[resolve(path).url_name, form, "crowd" in path, bool(query)].append(ask)
    chance = random.Random("some of them")  # noqa: S311 - the same each time
    groups = [chance.sample(group, len(group)) for group in by_name.values()]
    # In turns, so that no kind of address is left out while another has many.
    turns = [ask for turn in itertools.zip_longest(*groups) for ask in turn if ask is not None]
    return turns[:size]


def names_of(asks: list[Ask]) -> set[str]:
    """Return the names of the addresses that are asked."""
    return {str(resolve(ask.address.partition("?")[0]).url_name) for ask in asks}


# Open to everybody, and nobody's: the way in, and addresses that only a secret opens.
NOT_ASKED = WAY_IN | {"saved_feed", "saved_search_stop"}
OPEN = (PUBLIC_PAGES | PUBLIC_ENDPOINTS) - NOT_ASKED
