"""What a briefing costs: bounds, a cache, one file at a time, few queries, nothing fetched, and no Pango."""

from __future__ import annotations

import socket
import sys
from datetime import date

import pytest
from django.core.cache import caches
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from statements.briefing import answers, build, pdf, reading
from statements.models import StatementText
from tests import factories as make
from tests.cast import signed_in
from tests.statements.briefing.rows import Rich, cited
from visits import actions
from visits.models import VisitLeg

COUNTED = "statements.briefing.pdf.written"


@pytest.fixture(autouse=True)
def _briefings_are_kept(settings) -> None:
    """Keep briefings as a site does; tests keep no page unless they are about that."""
    memory = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {**settings.CACHES, "briefings": {"BACKEND": memory, "LOCATION": "briefings of tests"}}
    caches["briefings"].clear()


@pytest.fixture
def rich(db) -> Rich:
    return Rich()


@pytest.fixture
def made(monkeypatch) -> list[str]:
    """Return the pages of which a PDF was made, in place of making it."""
    found: list[str] = []

    def written(html: str) -> bytes:
        found.append(html)
        return b"%PDF " + str(len(found)).encode()

    monkeypatch.setattr(COUNTED, written)
    return found


def test_what_is_not_understood_as_an_option_is_told_in_place_of_another_briefing(rich, made):
    wrong = (("column=stete", "column"), ("since=20x2", "since"), ("paper=a3", "paper"), ("language=!", "language"))
    for query, name in wrong:
        for form in ("html", "pdf", "docx"):
            answer = Client().get(f"{rich.path}.{form}?{query}")
            value = query.partition("=")[2]
            assert answer.status_code == 400, query
            assert f"“{value}” is not understood as “{name}”." in answer.content.decode()
    assert Client().get(f"{rich.path}.html?column=state&paper=letter").status_code == 200
    country = f"/countries/{rich.country.iso3.lower()}/briefing"
    assert Client().get(f"{country}.html?column=state&since=2020&until=&paper=letter").status_code == 200
    assert "is not understood as" in Client().get(f"{rich.path.removesuffix('.html')}/?column=stete").content.decode()


def asked(kind: str, rich: Rich) -> tuple[str, str]:
    """Return the path of a briefing without its end, and what its address has to name."""
    country, topic = rich.country.iso3.lower(), rich.assembly.slug
    return {
        "visit": (rich.path, ""),
        "country": (f"/countries/{country}/briefing", ""),
        "topic": (f"/topics/{topic}/briefing", ""),
        "comparison": ("/positions/briefing", f"topic={topic}&country={country}&"),
    }[kind]


@pytest.mark.parametrize("kind", ["visit", "country", "topic", "comparison"])
def test_names_that_are_no_option_are_told_and_so_is_one_that_stands_twice(kind, rich, made):
    path, kept = asked(kind, rich)
    unknown = ["x", "topik", "statements"]
    unknown += [] if kind in {"country", "topic"} else ["since", "until"]
    unknown += ["topic"] if kind == "topic" else []
    unknown += [] if kind == "comparison" else ["other", "mandate"]
    twice = ["paper", "internal"] + (["since", "until"] if kind in {"country", "topic"} else [])
    twice += ["country", "topic", "other"] if kind == "comparison" else []
    for form in ("html", "pdf", "docx"):
        address = f"{path}.{form}?{kept}"
        assert Client().head(address).status_code == 200
        assert Client().head(f"{address}page=1&=&&column=state&column=civil&language=en&language=fr").status_code == 200
        for name in unknown:
            answer = Client().get(f"{address}{name}=2020")
            assert answer.status_code == 400, (address, name)
            assert f"“{name}” is not understood here." in answer.content.decode(), (address, name)
            assert Client().head(f"{address}{name}=2020").status_code == 400
        for name in twice:
            # What a comparison names is there once already.
            value = QueryDict(kept).get(name, "")
            answer = Client().get(f"{address}{name}={value}&{name}={value}")
            assert answer.status_code == 400, (address, name)
            assert f"“{name}” stands there more than once." in answer.content.decode(), (address, name)
    assert made == []
    # The page on which options are chosen leaves them aside.
    page = Client().get(f"{path}/?{kept}x=1&paper=a4&paper=letter")
    assert page.status_code == 200
    assert "is not understood here" not in page.content.decode()


def test_years_that_no_date_can_have_and_years_in_the_wrong_order_are_told(rich, made):
    for kind in ("country", "topic"):
        path, _kept = asked(kind, rich)
        for end in (".html", ".pdf", ".docx", "/"):
            for query, told in (
                ("since=2020&until=2019", "2020 is after 2019: no year lies between."),
                ("since=9999", "“9999” is not understood as “since”."),
                ("until=1899", "“1899” is not understood as “until”."),
                ("since=0000", "“0000” is not understood as “since”."),
            ):
                answer = Client().get(f"{path}{end}?{query}")
                assert answer.status_code == (200 if end == "/" else 400), (end, query)
                assert told in answer.content.decode(), (end, query)
        assert Client().get(f"{path}.html?since=2022&until=2022").status_code == 200
        assert Client().get(f"{path}.html?since=1900&until=2199").status_code == 200


def test_topics_that_are_not_there_are_told_and_hidden_ones_alike(rich, people):
    make.statement(visit=rich.visit, topics=(make.topic(slug="inner"),), **make.internal())
    for kind in ("visit", "country"):
        path, _kept = asked(kind, rich)
        for form in ("html", "pdf", "docx"):
            hidden, none = (Client().get(f"{path}.{form}?topic={slug}") for slug in ("inner", "outer"))
            assert (hidden.status_code, none.status_code) == (400, 400)
            assert "“inner” names nothing here." in hidden.content.decode()
            assert hidden.content == none.content.replace(b"outer", b"inner")
        assert Client().get(f"{path}.html?topic={rich.press.slug}").status_code == 200
        # A member has to ask for what only members see.
        member = signed_in(people.member)
        assert member.get(f"{path}.html?topic=inner").status_code == 400
        assert member.get(f"{path}.html?topic=inner&internal=yes").status_code == 200
    many = "&".join(f"topic=t{number}" for number in range(101))
    refused = Client().get(f"{rich.path}.html?{many}").content.decode()
    assert "“topic” stands there more than 100 times." in refused


def test_a_comparison_with_what_is_not_on_record_is_told_and_hidden_alike(rich, people):
    hidden, empty = make.country(iso3="QQA"), make.country(iso3="QQB")
    make.visit(legs=(VisitLeg(country=hidden),), **make.internal())
    make.statement(visit=rich.visit, topics=(make.topic(slug="inner"),), **make.internal())
    path, kept = asked("comparison", rich)
    assert empty.pk
    for form in ("html", "pdf", "docx"):
        of_hidden, of_empty, of_none = (
            Client().get(f"{path}.{form}?{kept}other={key}") for key in ("qqa", "qqb", "qqc")
        )
        assert [one.status_code for one in (of_hidden, of_empty, of_none)] == [400] * 3
        assert "Nothing is recorded under “qqa” as Second country, side by side." in of_hidden.content.decode()
        assert "left aside" not in of_hidden.content.decode()
        assert of_hidden.headers["X-Robots-Tag"] == "noindex"
        for other, key in ((of_empty, b"qqb"), (of_none, b"qqc")):
            assert other.content.replace(key, b"qqa") == of_hidden.content
        inner, outer = (Client().get(f"{path}.{form}?topic={key}&mandate=zzz") for key in ("inner", "outer"))
        assert (inner.status_code, inner.content) == (400, outer.content.replace(b"outer", b"inner"))
        assert Client().get(f"{path}.{form}").status_code == 404
    assert signed_in(people.member).get(f"{path}.html?{kept}other=qqa&internal=yes").status_code == 200


def test_of_many_parts_that_are_not_understood_five_are_told(rich):
    text = Client().get(f"{rich.path}.html?" + "&".join(f"x{number}=1" for number in range(900))).content.decode()
    assert text.count("is not understood here.") == 5
    assert "And 895 more." in text
    text = Client().get(f"{rich.path}.html?column=stete&column=stete").content.decode()
    assert text.count("is not understood as") == 1


def test_more_statements_than_a_briefing_holds_are_refused_with_what_to_do(rich, monkeypatch, made):
    monkeypatch.setattr(reading, "MOST_STATEMENTS", 4)
    for form in ("html", "pdf", "docx"):
        answer = Client().get(f"{rich.path}.{form}")
        assert answer.status_code == 400
        text = answer.content.decode()
        assert "So much fits that a briefing does not hold it: at most" in text
        assert "Choose fewer columns, topics or years." in text
        assert 'name="column"' in text
        assert "The law will be changed" not in text
    assert made == []
    assert Client().get(f"{rich.path}.html?column=civil").status_code == 200


def test_a_briefing_of_too_many_words_is_refused_before_it_is_set(rich, monkeypatch, made):
    StatementText.objects.filter(statement=rich.promise).update(text="word " * (build.MOST_CHARACTERS // 5))
    assert Client().get(f"{rich.path}.pdf").status_code == 400
    assert made == []
    StatementText.objects.filter(statement=rich.promise).update(text="word " * (build.MOST_CHARACTERS // 10))
    assert Client().get(f"{rich.path}.pdf").status_code == 200
    assert len(made) == 1


@pytest.mark.parametrize("name", ["meetings", "comparison", "notes"])
def test_nothing_that_a_briefing_lists_is_without_a_bound(name, rich, people, monkeypatch):
    monkeypatch.setattr(reading, "MOST_OTHERS", 0)
    monkeypatch.setattr(reading, "MOST_COMPARED", 1)
    comparing = f"/positions/briefing.html?topic={rich.assembly.slug}&country={rich.country.iso3.lower()}&column=civil"
    path = comparing if name == "comparison" else f"{rich.path}.html"
    assert signed_in(people.member).get(path).status_code == 400


def test_what_is_public_is_made_once_until_something_public_changes(rich, made, people):
    first = Client().get(f"{rich.path}.pdf")
    assert signed_in(people.member).get(f"{rich.path}.pdf").content == first.content
    # Columns that are all chosen make no other briefing, and what nobody knows makes none.
    every = "&".join(f"column={name}" for name in ("others", "state", "holder", "civil"))
    assert Client().get(f"{rich.path}.pdf?{every}").content == first.content
    assert Client().get(f"{rich.path}.pdf?{every}&x=1").status_code == 400
    assert Client().get(f"{rich.path}.pdf?paper=a5").status_code == 400
    assert len(made) == 1
    assert first.headers["Content-Disposition"] == f'attachment; filename="briefing-{rich.visit.slug}.pdf"'
    assert first.headers["X-Robots-Tag"] == "noindex"
    unchanged = Client().get(f"{rich.path}.pdf", headers={"if-none-match": first.headers["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    rich.visit.refresh_from_db()
    rich.visit.purpose = "Another purpose."
    actions.save_record(record=rich.visit, by=None)
    after = Client().get(f"{rich.path}.pdf", headers={"if-none-match": first.headers["ETag"]})
    assert after.status_code == 200
    assert after.headers["ETag"] != first.headers["ETag"]
    assert "Another purpose." in made[1]
    # What was kept under the older stamp is gone.
    assert len(caches["briefings"]._cache) == 1


def test_what_is_hidden_changes_no_stamp(rich, made, people):
    first = Client().get(f"{rich.path}.pdf").headers
    rich.hide(people.member)
    again = Client().get(f"{rich.path}.pdf").headers
    assert again["ETag"] == first["ETag"]


def test_internal_briefings_are_made_each_time_and_kept_nowhere(rich, made, people):
    for _ in range(2):
        assert signed_in(people.member).get(f"{rich.path}.pdf?internal=yes").status_code == 200
    assert len(made) == 2
    assert not caches["briefings"]._cache


def test_a_head_makes_nothing(rich, made):
    answer = Client().head(f"{rich.path}.pdf")
    assert (answer.status_code, answer.headers["Content-Type"], answer.content) == (200, "application/pdf", b"")
    assert made == []
    assert Client().head("/visits/no-visit/briefing.pdf").status_code == 404


def test_one_file_at_a_time_is_made_and_whoever_waits_too_long_is_told(rich, made, monkeypatch):
    monkeypatch.setattr(answers, "LONGEST_WAIT", 0.01)
    with answers._one_at_a_time():
        answer = Client().get(f"{rich.path}.pdf")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "Another file is being made just now." in answer.content.decode()
        assert Client().get(f"{rich.path}.docx").status_code == 503
        assert Client().get(f"{rich.path}.html").status_code == 200
    assert Client().get(f"{rich.path}.pdf").status_code == 200


def test_after_a_failure_the_next_file_can_be_made(rich, monkeypatch):
    def broken(_html: str) -> bytes:
        raise ValueError("broken")

    monkeypatch.setattr(COUNTED, broken)
    monkeypatch.setattr(answers, "LONGEST_WAIT", 0.01)
    assert Client(raise_request_exception=False).get(f"{rich.path}.pdf").status_code == 500
    assert Client().get(f"{rich.path}.docx").status_code == 200


@pytest.mark.parametrize("missing", ["weasyprint", "pango"])
def test_without_pango_the_page_says_what_to_install_and_offers_the_other_forms(missing, rich, monkeypatch):
    class NoLibrary:
        """What an import finds whose library is not there: WeasyPrint raises this as it is imported."""

        def __getattr__(self, name: str) -> object:
            raise OSError("cannot load library 'libpango-1.0-0'")

    for name in ("weasyprint", "weasyprint.urls"):
        monkeypatch.setitem(sys.modules, name, None if missing == "weasyprint" else NoLibrary())
    answer = Client().get(f"{rich.path}.pdf?column=state")
    text = answer.content.decode()
    assert answer.status_code == 503
    for package in pdf.PACKAGES:
        assert package in text
    for form in ("html", "docx"):
        assert f'href="{rich.path}.{form}?column=state"' in text
        assert Client().get(f"{rich.path}.{form}?column=state").status_code == 200


def test_the_packages_that_pdf_needs_are_installed_and_told_of(settings):
    for name in ("Dockerfile", "docs/deploying.md", ".ci/debian-packages.txt"):
        text = (settings.BASE_DIR / name).read_text()
        for package in pdf.PACKAGES:
            assert package in text, (name, package)


@pytest.mark.parametrize(
    "address",
    ["https://example.org/x.png", "http://127.0.0.1/", "file:///etc/passwd", "data:text/css,x", "/etc/passwd",
     "https://briefing.invalid/static/css/site.css", "https://briefing.invalid/static/css/../../etc/passwd"],
)  # fmt: skip
def test_a_pdf_fetches_its_style_and_nothing_else(address):
    fetcher = pdf.own_style_alone()
    with pytest.raises(ValueError, match="fetches nothing"):
        fetcher.fetch(address)
    assert b"@page" in fetcher.fetch("https://briefing.invalid/static/css/briefing.css").read()


def test_whatever_a_page_names_is_not_asked_for(monkeypatch, caplog):
    def refused(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("asked for")

    monkeypatch.setattr("weasyprint.urls.URLFetcher.fetch", refused)
    monkeypatch.setattr(socket, "socket", refused)
    html = (
        '<html><head><link rel="stylesheet" href="https://example.org/a.css"></head><body>'
        '<img src="http://127.0.0.1/b.png"><object data="file:///etc/passwd"></object><p>Text</p></body></html>'
    )
    assert pdf.written(html).startswith(b"%PDF")
    for address in ("https://example.org/a.css", "http://127.0.0.1/b.png", "file:///etc/passwd"):
        assert f"a briefing fetches nothing: {address}" in caplog.text


def queries(address: str, client: Client | None = None) -> int:
    """Return how many queries the address costs; a first call fills what is kept between requests."""
    client = client or Client()
    assert client.get(address).status_code == 200, address
    caches["briefings"].clear()
    with CaptureQueriesContext(connection) as found:
        client.get(address)
    return len(found)


# Of the page, the file and the file for members, at one row and at three alike.
COSTS = {
    "visit": (6, 18, 18),
    "country": (4, 14, 14),
    "topic": (3, 14, 14),
    "comparison": (4, 18, 18),
}


def test_no_briefing_costs_more_queries_at_three_rows_than_at_one(db, people):
    country, mandate, topic = make.country(), make.mandate(), make.topic()
    first = make.visit(mandates=(mandate,), legs=(VisitLeg(country=country),))

    def add(visit) -> None:
        said = make.statement(visit=visit, topics=(topic, make.topic()), citations=(cited(), cited()), act="commits")
        make.position(visit=visit, topic=topic, column="state", evidence=(said,))
        make.commitment(statement=said)
        make.access_note(visit=first, source=said.citations.first().source)
        make.note(meeting=make.meeting(visit=visit, **make.internal()))

    comparing = f"topic={topic.slug}&country={country.iso3.lower()}"
    paths = {
        "visit": (f"/visits/{first.slug}/briefing", ""),
        "country": (f"/countries/{country.iso3.lower()}/briefing", ""),
        "topic": (f"/topics/{topic.slug}/briefing", ""),
        "comparison": ("/positions/briefing", comparing),
    }
    member = signed_in(people.member)

    def costs() -> dict[str, tuple[int, int, int]]:
        return {
            kind: (
                queries(f"{path}/?{query}"),
                queries(f"{path}.html?{query}"),
                queries(f"{path}.html?{query}&internal=yes", member),
            )
            for kind, (path, query) in paths.items()
        }

    add(first)
    at_one = costs()
    for year in (2017, 2019):
        visit = make.visit(mandates=(mandate,), legs=(VisitLeg(country=country),),
                           steps=(f"started {year}-03-01", f"ended {year}-03-05"))  # fmt: skip
        add(visit)
        make.statement(visit=first, topics=(topic,), date=str(date(2022, 8, 20)))
    assert costs() == at_one == COSTS


def test_choices_are_read_off_so_many_statements_at_most(rich, monkeypatch):
    from statements.briefing import choices

    assert 'value="fr"' in Client().get(f"{rich.path}/").content.decode()
    monkeypatch.setattr(choices, "MOST_LOOKED_AT", 1)
    # The statement that was entered last has words in English.
    page = Client().get(f"{rich.path}/").content.decode()
    assert 'value="fr"' not in page
    assert 'id="language-en"' in page
    assert f'id="topic-{rich.press.slug}"' in page
    assert f'id="topic-{rich.assembly.slug}"' not in page
