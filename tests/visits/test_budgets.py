"""What a page may cost: queries that do not grow with its rows, and bytes on the wire."""

from __future__ import annotations

import csv
import gzip
import re
import shutil
from datetime import date, timedelta
from pathlib import Path
from random import Random

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from whitenoise.compress import Compressor

from statements import actions as statement_actions
from statements.models import Attribution, Citation, CommitmentEvidence, StatementAddressee
from tests import cast
from tests import factories as make
from visits import actions
from visits.models import Country, PersonName, SourceRelay, VisitLeg

KILOBYTE = 1000
WIDEST_VISIT, WIDEST_LIST = 40 * KILOBYTE, 30 * KILOBYTE
STEPS, MEETINGS, STATEMENTS = 20, 15, 25
# Eight are allowed for a visit page.
QUERIES_OF_A_VISIT = 7


def queries(client: Client, address: str) -> int:
    """Return how many queries the page costs; a first call fills what is kept between requests."""
    assert client.get(address).status_code == 200, address
    with CaptureQueriesContext(connection) as found:
        client.get(address)
    return len(found)


def signed_in(role: str) -> Client:
    """Return a client of somebody of this role; "" is the anonymous reader."""
    return cast.signed_in(make.user(role=role)) if role else Client()


def sent(name: str, folder: Path) -> int:
    """Return the bytes of a static file as a browser gets it: by brotli or gzip where that is shorter."""
    found = finders.find(name)
    assert found, name
    copy = folder / Path(name).name
    shutil.copy(found, copy)
    written = [Path(path) for path in Compressor(quiet=True).compress(str(copy))] if copy.suffix != ".br" else []
    return min(path.stat().st_size for path in (copy, *written))


def wire(path: str, folder: Path) -> int:
    """Return the bytes of a first load: the page compressed, and every style, script and picture it links."""
    response = Client().get(path, headers={"accept-encoding": "gzip, br"})
    assert response.status_code == 200
    assert response.headers["Content-Encoding"] == "gzip"
    html = gzip.decompress(response.content).decode()
    # Shapes of a drawing are measured by themselves: they are loaded once for all pages.
    linked = set(re.findall(rf'(?:href|src)="{settings.STATIC_URL}([^"#]+)"', html))
    assert any(name.endswith(".css") for name in linked)
    return len(response.content) + sum(sent(name, folder) for name in linked)


SYLLABLES = ("ka", "ri", "mo", "tes", "al", "dun", "fer", "is", "lor", "pra", "ven", "shi", "ot", "gra", "bel", "um")


def words(number: int, count: int = 30) -> str:
    """Return that many made-up words, always the same for a number: they pack worse than a language does."""
    chance = Random(number)  # noqa: S311 - nothing is kept secret by it
    return " ".join("".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(count))


def rich_visit():
    """Return a visit with sixty entries: steps, meetings with participants, statements with all their parts."""
    kinds = ("requested", "reminder", "acknowledged", "accepted", "dates_agreed", "announced", "started", "ended")
    letters = [make.step(f"reminder 2021-{1 + n:02}", reason=f"Letter {n}") for n in range(STEPS - len(kinds))]
    dated = [make.step(f"{kind} 2022-0{1 + n}") for n, kind in enumerate(kinds[:6])]
    holder = make.term(since="2020-05")
    visit = make.visit(
        mandates=(holder.mandate,),
        experts=((holder, ()),),
        steps=(*letters, *dated, "started 2022-08-15", "ended 2022-08-26"),
    )
    topics = [make.topic(name=words(n + 400, 2)) for n in range(10)]
    sources = [make.source(title=words(n + 300, 8), publisher=f"Daily {n}") for n in range(8)]
    for source in sources[:4]:
        actions.save_part(part=SourceRelay(source=source, original=make.source(consulted=False)), by=None)
    offices = [
        make.office(
            person=make.person(name=words(n + 700, 2)),
            title=words(n + 800, 4),
            organisation=make.organisation(side="government", name=words(n + 900, 3)),
        )
        for n in range(8)
    ]
    meetings = []
    for n in range(MEETINGS):
        meeting = make.meeting(visit=visit, date=f"2022-08-{15 + n % 12}", public_summary=words(n + 200))
        for office in offices[:3]:
            make.participant(meeting=meeting, person=office.person, office=office)
        statement_actions.name_meeting_topics(meeting=meeting, topics=topics[n % 8 : n % 8 + 2], by=None)
        meetings.append(meeting)
    earlier = None
    for n in range(STATEMENTS):
        office = offices[n % 8]
        joint = make.speaker(organisation=make.organisation(name=words(n + 1000, 3)), side="civil_society")
        earlier = make.statement(
            visit=visit,
            meeting=meetings[n % MEETINGS] if n % 2 else None,
            date=f"2022-08-{15 + (n % MEETINGS if n % 2 else n) % 12}",
            speakers=(make.speaker(person=office.person, office=office, attribution=words(n + 600, 4)), joint),
            texts=(
                make.text(words(n), source=sources[n % 8]),
                make.text(words(n + 100), language="km", kind="original"),
            ),
            citations=(
                Citation(source=sources[n % 8], exact=words(n + 500, 8), verdict="match", locator=f"paragraph {n}"),
                Citation(source=sources[(n + 1) % 8], role="corroborates"),
            ),
            topics=(topics[n % 10], topics[(n + 3) % 10]),
            addressees=(StatementAddressee(person=holder.person), StatementAddressee(label="the press")),
            attributions=(Attribution(label="observers", cue="said"),),
            links=(("replies_to", earlier),) if earlier else (),
        )
    return visit


def test_a_visit_of_sixty_entries_costs_few_queries_and_few_bytes(db, tmp_path):
    visit = rich_visit()
    assert visit.steps.count() + visit.meetings.count() + visit.statements.count() == 60
    html = Client().get(visit.get_absolute_url()).content.decode()
    assert html.count('id="s-') == STATEMENTS
    assert queries(Client(), visit.get_absolute_url()) == QUERIES_OF_A_VISIT
    assert wire(visit.get_absolute_url(), tmp_path) <= WIDEST_VISIT


def test_a_list_of_fifty_visits_stays_within_its_bytes(db, tmp_path):
    holders = [make.term() for _ in range(10)]
    for n in range(50):
        holder = holders[n % 10]
        make.visit(
            title=words(n, 2),
            mandates=(holder.mandate,),
            experts=((holder, ()),),
            steps=(f"started 20{10 + n % 12}-03-0{1 + n % 9}", f"ended 20{10 + n % 12}-03-{10 + n % 9}"),
        )
    html = Client().get(reverse("visit_list")).content.decode()
    assert len(set(re.findall(r'href="/visits/(visit-\d+)/"', html))) == 50
    assert wire(reverse("visit_list"), tmp_path) <= WIDEST_LIST


def test_the_map_of_all_countries_stays_within_its_bytes_and_its_shapes_are_loaded_once(db, tmp_path):
    with (Path(settings.BASE_DIR) / "visits" / "data" / "countries.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        make.country(iso3=row["iso3"], iso2=row["iso2"], m49=row["m49"], name=row["name_en"], region=row["m49_region"])
    countries = list(Country.objects.all())
    mandates = [make.mandate() for _ in range(10)]
    for n, country in enumerate(countries):
        steps = (("requested 2021",), ("started 2021-08-15", "ended 2021-08-26"), ("requested 2020", "declined 2021"))
        make.visit(mandates=(mandates[n % 10],), legs=(VisitLeg(country=country),), steps=steps[n % 3])
    path = reverse("country_list")
    html = Client().get(path).content.decode()
    assert html.count('<use class="land ') == len(countries)  # Antarctica is not drawn, the rest without a number is
    assert wire(path, tmp_path) <= WIDEST_LIST
    shapes = set(re.findall(rf'href="{settings.STATIC_URL}(world[^"#]*)#', html))
    assert len(shapes) == 1
    assert sent("world.svg", tmp_path) <= 20 * KILOBYTE


def day(days: int) -> str:
    """Return the day that lies so many days after today."""
    return (date.today() + timedelta(days=days)).isoformat()


class World:
    """A record in which every page has as many rows of each kind as the world has grown by."""

    def __init__(self) -> None:
        self.country, self.topic = make.country(), make.topic()
        self.organisation = make.organisation(side="government")
        self.person = make.person()
        self.term = make.term(person=self.person)
        self.mandate = self.term.mandate
        self.source = make.source()
        self.visit = self.new_visit("started 2022-08-15", "ended 2022-08-26")
        self.meeting = make.meeting(visit=self.visit, date="2022-08-16")
        self.statement = make.statement(
            visit=self.visit, meeting=self.meeting, date="2022-08-16", citations=(Citation(source=self.source),)
        )
        self.grow()

    def new_visit(self, *steps: str):
        """Return a visit of the country and the mandate, which the person made."""
        return make.visit(
            mandates=(self.mandate,), legs=(VisitLeg(country=self.country),), experts=((self.term, ()),), steps=steps
        )

    def grow(self) -> None:
        """Add one row of each kind to every page."""
        # Lists and the home page: a visit under way, one to come, one that waits, one that was held, each elsewhere.
        self.new_visit(f"announced {day(-40)} > {day(-3)}/{day(5)}", f"started {day(-3)}")
        self.new_visit(f"announced {day(-40)} > {day(-3)}/{day(5)}")
        self.new_visit(f"announced {day(-9)} > {day(20)}/{day(25)}")
        self.new_visit("requested 2021-02-01")
        held = self.new_visit("started 2021-08-15", "ended 2021-08-26", "report 2022-03-01")
        follows = make.visit(follows=self.visit)
        # The visit itself.
        make.leg(visit=self.visit)
        other = make.term()
        mandates = self.visit.visit_mandates.model
        actions.save_part(part=mandates(visit=self.visit, mandate=other.mandate, order=make.number()), by=None)
        actions.save_part(part=self.visit.experts.model(visit=self.visit, term=other, order=make.number()), by=None)
        source = make.source(traced_by=self.visit)
        make.deadline(visit=self.visit)
        make.access_note(visit=self.visit, source=source)
        meeting = make.meeting(visit=self.visit, date="2022-08-17")
        # Meetings, people and their offices, organisations and their parts.
        office = make.office(person=self.person, organisation=self.organisation)
        for place in (self.meeting, meeting):
            make.participant(meeting=place, person=self.person, office=office)
            make.participant(meeting=place, organisation=make.organisation(parent=self.organisation))
            statement_actions.name_meeting_topics(meeting=place, topics=(make.topic(),), by=None)
            make.note(meeting=place)
        actions.save_part(part=PersonName(person=self.person, text=f"Name {make.number()}"), by=None)
        actions.save_part(part=SourceRelay(source=self.source, original=source), by=None)
        actions.save_part(part=SourceRelay(source=make.source(), original=self.source), by=None)
        # Statements: of the visit and another, in the meeting and outside, by each kind of speaker.
        for visit, place in ((self.visit, self.meeting), (self.visit, None), (held, None), (follows, None)):
            said = make.statement(
                visit=visit,
                meeting=place,
                speakers=(
                    make.speaker(person=self.person, office=office),
                    make.speaker(organisation=self.organisation),
                    make.speaker(mandate=self.mandate, side="mandate_holder"),
                ),
                texts=(make.text(source=self.source), make.text(language="km", kind="original")),
                citations=(Citation(source=self.source), Citation(source=source)),
                topics=(self.topic, make.topic()),
                addressees=(StatementAddressee(person=self.person),),
                attributions=(Attribution(person=self.person),),
                links=(("replies_to", self.statement),),
            )
            make.position(visit=visit, evidence=(said,), topic=make.topic())
            make.commitment(
                statement=said, by_whom=self.organisation, evidence=(CommitmentEvidence(source=self.source),)
            )
        # The one statement: versions, citations, speakers, answers, commitments, mistakes of ours.
        for part in (
            make.speaker(statement=self.statement, order=make.number()),
            make.text(statement=self.statement, source=source),
            Citation(statement=self.statement, source=source),
            StatementAddressee(statement=self.statement, label="the press", order=make.number()),
            Attribution(statement=self.statement, label="observers", order=make.number()),
        ):
            self.statement.refresh_from_db()
            part.statement = self.statement
            actions.save_part(part=part, by=None)
        self.statement.refresh_from_db()
        said.refresh_from_db()
        statement_actions.link_statements(statement=self.statement, to=said, kind="clarifies", by=None)
        statement_actions.tell_erratum(statement=self.statement, text="A name was misspelt.", by=None)
        make.commitment(statement=self.statement)
        self.visit.refresh_from_db()
        self.meeting.refresh_from_db()

    def addresses(self) -> dict[str, str]:
        """Return the address of every page by its name."""
        found = {name: reverse(name) for name in LISTS}
        found["comparison"] += f"?topic={self.topic.slug}&country={self.country.iso3}"
        found |= {name: reverse(name, args=[self.visit.slug]) for name in TABS}
        for name in ("meeting", "statement", "source", "mandate", "person", "organisation", "topic", "country"):
            found[f"{name}_detail"] = getattr(self, name).get_absolute_url()
        return found


LISTS = ("home", "visit_list", "country_list", "mandate_list", "person_list", "topic_list", "correction_list")
LISTS += ("comparison", "commitment_list")
TABS = ("visit_detail", "visit_positions", "visit_commitments", "visit_sources", "visit_history", "visit_corrections")
# Queries of each page, for the anonymous reader and for a member, whose session and account cost two more.
COSTS = {
    "home": (10, 12),
    "visit_list": (5, 7),
    "country_list": (2, 4),
    "mandate_list": (1, 3),
    "person_list": (2, 4),
    "topic_list": (1, 3),
    "visit_detail": (7, 9),
    "visit_positions": (8, 10),
    "visit_commitments": (5, 7),
    "visit_sources": (4, 6),
    "visit_history": (4, 6),
    "visit_corrections": (8, 10),
    "correction_list": (5, 7),
    "comparison": (4, 6),
    "commitment_list": (4, 6),
    "meeting_detail": (5, 7),
    "statement_detail": (8, 10),
    "source_detail": (6, 8),
    "mandate_detail": (10, 12),
    "person_detail": (10, 13),
    "organisation_detail": (11, 14),
    "topic_detail": (10, 13),
    "country_detail": (11, 13),
}


def test_no_page_costs_more_queries_at_three_rows_than_at_one(db):
    world = World()
    clients = (Client(), signed_in("member"))

    def costs() -> dict[str, tuple[int, ...]]:
        return {
            name: tuple(queries(client, address) for client in clients) for name, address in world.addresses().items()
        }

    def lengths() -> dict[str, int]:
        return {name: len(clients[0].get(address).content) for name, address in world.addresses().items()}

    one, short = costs(), lengths()
    world.grow()
    world.grow()
    three, long = costs(), lengths()
    assert one == COSTS
    assert three == COSTS
    assert len(COSTS) == 23
    # The pages did get more rows.
    assert {name for name in short if long[name] <= short[name]} == set()
