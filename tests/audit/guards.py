"""What keeps hidden rows from people, each guard with the change that takes it out: no test is worth more than these.

A mutation is another text of one function. It is compiled in place of the function's own code, so that everything that
holds the function runs it; what was written down for its sake (`visits.written`, `visits.prepared`) is forgotten.
"""

from __future__ import annotations
import __future__

import ast
import gc
import importlib
import inspect
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

from visits import written
from visits.exports import cells
from visits.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Mutation:
    """A guard taken out: where it stands (“module:Class.function”), what is said instead, who sees it where.

    `asks` may name the words of hidden rows as “{visit.title}”.
    """

    where: str
    guard: str
    instead: str
    asks: tuple[str, ...]
    role: str = "anonymous"
    # What guards the same a second time, taken out with it: (where, guard, instead).
    also: tuple[tuple[str, str, str], ...] = ()
    # Whether it guards what is written: somebody who is public is protected without it, then it is asked.
    protecting: bool = False


def _function(where: str) -> FunctionType:
    module, _colon, path = where.partition(":")
    found: Any = importlib.import_module(module)
    for name in path.split("."):
        found = getattr(found, name)
    if isinstance(found, Prepared):
        found = found.build
    found = inspect.unwrap(found)
    return found.__func__ if inspect.ismethod(found) else found


def _mutated(function: FunctionType, where: str, guard: str, instead: str) -> CodeType:
    """Return the code of the function with the guard taken out; the guard has to stand in it."""
    source = textwrap.dedent(inspect.getsource(function))
    assert guard in source, f"{where} has no guard “{guard}”"
    # What the function closes over (of a method that asks for `super`, its class) is held by one around it.
    names = ", ".join(function.__code__.co_freevars)
    tree = ast.parse(f"def around({names}):\n" + textwrap.indent(source.replace(guard, instead), " "))
    (around,) = tree.body
    assert isinstance(around, ast.FunctionDef)
    (definition,) = around.body
    assert isinstance(definition, ast.FunctionDef)
    definition.decorator_list = []
    # Annotations are of no use here, and name what is imported for types alone.
    code = compile(
        tree, function.__code__.co_filename, "exec", flags=__future__.annotations.compiler_flag, dont_inherit=True
    )
    outer = next(one for one in code.co_consts if isinstance(one, CodeType))
    inner: CodeType = next(one for one in outer.co_consts if isinstance(one, CodeType))
    return inner


def forget() -> None:
    """Forget the conditions and queries that were written down."""
    written._TEXTS.clear()
    cells._WRITTEN.clear()
    for one in gc.get_objects():
        if type(one) is Prepared:
            one._kept.clear()


@contextmanager
def taken_out(mutation: Mutation) -> Iterator[None]:
    """Run without the guard."""
    edits = ((mutation.where, mutation.guard, mutation.instead), *mutation.also)
    functions = [_function(where) for where, _guard, _instead in edits]
    own = [function.__code__ for function in functions]
    for function, edit in zip(functions, edits, strict=True):
        function.__code__ = _mutated(function, *edit)
    forget()
    try:
        yield
    finally:
        for function, code in zip(functions, own, strict=True):
            function.__code__ = code
        forget()


_HIDDEN_VISIT = "/visits/crowd-visit-draft-0/"
_HOST = "/visits/cambodia-2022-08/"
_EMPTY = 'Q(**{f"{parent}__isnull": True}) | '
_WORKFLOW = 'Q(**{f"{prefix}workflow__in": workflows}) & '
# By what else an answer to somebody is known: a cookie, a form of theirs, what it says of itself.
_OWN = """        and not response.cookies
        and not response.has_header("Content-Encoding")
        and TOKEN not in response.content
        and "no-store" not in response.headers.get("Cache-Control", "")
"""
# Names are put out of rows everywhere, after they were where they are known to stand.
_EVERYWHERE = (("visits.scrubbing:scrub_everywhere", " for model in written_in()", " for model in ()"),)
_ROWS = ".visible_to(request.user)"
# What was published last is asked by itself, and what leads to names among it.
_NEWEST = ("statements.name_feeds:_newest", "model.objects.visible_to(EVERYBODY)", "model.objects.all()")
MUTATIONS = (
    # The policy itself.
    Mutation("visits.access:plain_gate", _WORKFLOW, "", (_HIDDEN_VISIT,)),
    Mutation("visits.access:plain_gate", "}) & reached", "})", ("/visits/crowd-visit-internal-0/",)),
    Mutation("visits.access:plain_gate", "PUBLIC.value]", "PUBLIC.value, Visibility.INTERNAL.value]",
             ("/visits/crowd-visit-internal-0/",)),
    Mutation("visits.access:plain_gate", ", **named)", ")", ("/visits/crowd-visit-elsewhere-0/",), "editor"),
    Mutation("visits.access:compartments_of", ".filter(user_id=user.pk or 0)", ".all()",
             ("/visits/crowd-visit-elsewhere-0/",), "admin"),
    Mutation("visits.access:plain_meeting_gate", ' & plain_gate(reader, f"{prefix}visit__")', "", ("/meetings.csv",)),
    Mutation("visits.access:plain_meeting_gate", "allowed &= Q(**{", "allowed |= Q(**{", ("/meetings.jsonl",)),
    Mutation("visits.access:gate_or_none", f"{_EMPTY}gate(user, parent)", "Q()",
             ("/statements.csv",)),
    Mutation("visits.access:meeting_gate_or_none", f"{_EMPTY}meeting_gate(user, parent)", "Q()",
             ("/statements.csv",)),
    Mutation("statements.querysets:_statement", " & proven", "", ("/statements.csv",)),
    Mutation("statements.querysets:_statement", " & meeting_gate_or_none(reader)", "", ("/statements.json",)),
    Mutation("statements.querysets:_commitment", "gate(reader) & ", "", ("/commitments.csv",), "editor"),
    Mutation("statements.querysets:_position", "gate(reader) & ", "", (f"{_HOST}positions/",), "editor"),
    Mutation("statements.querysets:proof_gate", 'gate(user, "source") | visible(user, "note")', "Q()",
             ("/statements/{host}/", "/statements.csv")),
    Mutation("visits.querysets:_note", "plain_gate(reader) & ", "", ("/meetings/{meeting}/",), "editor"),
    Mutation("visits.querysets:ParticipantQuerySet.visible_to", "rows = rows.named_to_all()", "pass",
             ("/people/{person}/",)),
    Mutation("visits.querysets:ParticipantQuerySet.named_to_all", ", named_publicly=True", "",
             ("/meetings/{meeting}/", "/meetings.csv")),
    Mutation("statements.cards:meeting_pieces", "taking_part = taking_part.named_to_all()", "pass",
             ("/meetings/{meeting}/",)),
    Mutation("statements.meeting_export:_pieces", ".named_to_all()", "", ("/meetings.csv",)),
    Mutation("visits.querysets:_known", "known(reader)", "models.Q()",
             ("/people.csv", "/people/crowd-person-draft-0/")),
    Mutation("visits.querysets:_office", "known(reader) & known(reader, \"person\")", "models.Q()",
             ("/api/v1/offices/?limit=200",), "editor"),
    Mutation("visits.traces:_known", "*_naming(model._meta.label, None), ", "",
             ("/desk/history/person/crowd-person-removed-0/",), "editor"),
    Mutation("visits.traces:_known", "*_closed_before(model._meta.label, reader)", "",
             ("/desk/history/person/crowd-person-elsewhere-0-once/",), "editor"),
    Mutation("visits.traces:_once_closed", "Exists(versions.exclude(", "Exists(versions.filter(",
             ("/desk/history/person/crowd-person-elsewhere-0-once/",), "admin"),
    Mutation("visits.querysets:SourceRelayQuerySet.visible_to", 'gate(user, "original"), ', "",
             ("/sources/{source}/",)),
    Mutation("visits.querysets:SourceRelayQuerySet.visible_to", ', visible(user, "source")', "",
             ("/sources/{source}/",)),
    Mutation("visits.querysets:AccessNoteQuerySet.visible_to", 'gate(user), gate(user, "visit")', 'gate(user, "visit")',
             (_HOST,), "editor"),
    Mutation("statements.querysets:_topic", "known(reader)", "Q()", ("/topics/", "/topics.csv")),
    # Consent that has ended, and who is under a code name.
    Mutation("statements.querysets:_statement", '~Q(Exists(naming.filter(held_back("person_id"))))', "Q()",
             ("/statements.csv",)),
    Mutation("visits.querysets:ParticipantQuerySet.named_to_all", '~models.Q(held_back("person_id")), ', "",
             ("/meetings/{meeting}/",)),
    Mutation("visits.querysets:held_back", '.ended().filter(person_id=models.OuterRef(person))', ".none()",
             ("/topics/",)),
    Mutation("visits.querysets:author_unnamed", "unnamed |= models.Q(held_back(f\"{source}author_person_id\"))", "pass",
             ("/sources.csv",)),
    Mutation("visits.querysets:author_named", 'models.When(author_unnamed(reader, source), then=models.Value("")),', "",
             ("/api/v1/sources/?limit=200",)),
    Mutation("visits.querysets:ConsentQuerySet.ended", "ends_on__lt=TodayInUTC()", "ends_on__lt='1000-01-01'",
             (_HOST,)),
    Mutation("visits.querysets:ConsentQuerySet.visible_to", 'self.filter(visible(user, "person"))', "self",
             ("/desk/consents/",), "reviewer"),
    Mutation("visits.querysets:ProtectedNameQuerySet.visible_to",
             "self.filter(compartment__in=compartments_of(user))", "self", ("/desk/protected/",), "admin"),
    Mutation("visits.protected_actions:put_code_name", 'anew = {"name": code, ', 'anew = {"name": person.name, ',
             ("/meetings/{meeting}/", _HOST), "member", protecting=True, also=_EVERYWHERE),
    Mutation("visits.protected_actions:put_code_name", "told.append(scrub_rows(named, with_words(names), code))", "",
             ("/statements.csv",), protecting=True),
    Mutation("visits.protected_actions:put_code_name", "scrub_everywhere(names, code)", "False",
             (f"{_HOST}positions/",), protecting=True),
    Mutation("visits.protected_actions:put_code_name", "person.history.update(", "person.history.none().update(",
             ("/desk/history/person/{spoken}/",), "editor", protecting=True, also=_EVERYWHERE),
    Mutation("visits.protected_actions:seal_participant", ".update(label=code, named_publicly=False, ",
             ".update(named_publicly=False, ", ("/meetings/{meeting}/",), "member", protecting=True,
             also=_EVERYWHERE),
    Mutation("visits.scrubbing:scrub_rows", "model._base_manager.filter(pk=row.pk).update(**values)", "pass",
             (f"{_HOST}positions/",), protecting=True),
    # Lists, their numbers and their files.
    Mutation("visits.filters:VisitFilter.__init__", "visible_to(reader)", "all()", ("/visits.csv", "/visits/")),
    Mutation("visits.facets:_counting_topics", 'visible(reader, "statement__version")', "", ("/visits/",)),
    Mutation("visits.facets:_counting_topics", 'meeting_gate(reader, "meeting"), ', "", ("/visits/",)),
    Mutation("statements.facets:_part", ", proof_gate(reader)", "", ("/statements/",)),
    Mutation("statements.search.results:visible", "Visit.objects.visible_to(reader)", "Visit.objects.all()",
             ("/search/?q={visit.title}", "/search/suggest/?q={visit.title}")),
    Mutation("statements.search.results:visible", "Person.objects.visible_to(reader)", "Person.objects",
             ("/search/suggest/?q={person.name}",)),
    Mutation("statements.search.results:visible", "Source.objects.visible_to(reader)", "Source.objects.all()",
             ("/search/?q={source.title}",)),
    Mutation("statements.cards:statement_pieces", 'gate_or_none(reader, "source")', "", ("/statements/{host}/",)),
    Mutation("statements.cards:statement_pieces", ', visible(reader, "from_statement")', "", ("/statements/{host}/",)),
    Mutation("statements.exports:_statement_pieces", ', visible(reader, "from_statement")', "", ("/statements.csv",)),
    # Single pages and what is made of them.
    Mutation("visits.views.records:meeting_detail", f"rows{_ROWS}", "rows.all()", ("/meetings/{hidden_meeting}/",)),
    Mutation("visits.views.records:source_detail", f"rows{_ROWS}", "rows.all()", ("/sources/{hidden_source}/",)),
    Mutation("visits.views.vocabulary:person_detail", f"Person.objects{_ROWS}", "Person.objects",
             ("/people/crowd-person-draft-0/",)),
    Mutation("statements.views.statement:topic_detail", f"Topic.objects{_ROWS}.filter(slug",
             "Topic.objects.filter(slug", ("/topics/crowd-topic-internal-0/",)),
    Mutation("visits.views.citing:meeting_cite", f"rows{_ROWS}", "rows.all()",
             ("/meetings/{hidden_meeting}/cite.json",)),
    Mutation("visits.views.citing:source_cite", f"rows{_ROWS}", "rows.all()", ("/sources/{hidden_source}/cite.bib",)),
    Mutation("statements.things:_person", ".visible_to(EVERYBODY)", "", ("/people/crowd-person-draft-0/feed.atom",)),
    Mutation("statements.things:_topic", ".visible_to(EVERYBODY)", "", ("/topics/crowd-topic-draft-0/feed.atom",)),
    Mutation("statements.name_feeds:_ways", "Visit.objects.visible_to(EVERYBODY)", "Visit.objects.all()",
             ("/countries.atom",), also=(_NEWEST,)),
    Mutation("statements.name_feeds:_ways", "Statement.objects.visible_to(EVERYBODY)", "Statement.objects.all()",
             ("/mandates.atom",), also=(_NEWEST,)),
    Mutation("statements.name_feeds:latest_names", 'rows.order_by().values("pk")', 'rows.model.objects.values("pk")',
             ("/people.atom?q=canary",)),
    Mutation("statements.views.embeds:card_among", "rows.visible_to(EVERYBODY)", "rows.all()",
             ("/embed/statements/{hidden_statement}/",)),
    Mutation("statements.views.pictures:_person", "Person.objects.visible_to(EVERYBODY)", "Person.objects",
             ("/pictures/people/crowd-person-draft-0.png",)),
    Mutation("statements.briefing.reading:material_of", "Meeting.objects.visible_to(reader)", "Meeting.objects",
             (f"{_HOST}briefing.html",)),
    Mutation("statements.views.commitments:commitment_cards", "CommitmentEvidence.objects.visible_to(user)",
             "CommitmentEvidence.objects", ("/commitments/",)),
    Mutation("statements.compared:Reading.__init__", ".visible_to(user)", "",
             ("/positions/?topic={topic}&country=khm",)),
    # The API.
    Mutation("visits.api.filters:ApiFilter.rows", ".visible_to(reader)", ".all()",
             ("/api/v1/organisations/?limit=200",),
             also=(("visits.api.kinds:_organisations", ".visible_to(reader)", ""),)),
    Mutation("visits.api.kinds:_source_pieces", "SourceRelay.objects.visible_to(reader)", "SourceRelay.objects",
             ("/api/v1/sources/?limit=200",)),
    # Pages that are kept: what somebody signed in read is not for whoever comes next.
    Mutation("config.page_cache:may_be_kept", "not any(name in request.COOKIES for name in COOKIES)", "True",
             (f"member:{_HOST}", _HOST), also=(("config.page_cache:is_public", _OWN, ""),)),
    # The admin.
    Mutation("visits.admin_base:ActionAdmin.get_queryset", "readable(self.model, request)", "self.model.objects.all()",
             ("/admin/visits/visit/?q=",), "editor"),
    Mutation("visits.admin_names:readable", "gate(request.user) if gate else rows", "rows",
             ("/admin/autocomplete/?app_label=visits&model_name=meeting&field_name=visit&term=canary",), "editor"),
    Mutation("visits.admin_base:ActionAdmin.has_delete_permission", "return False", "return True",
             ("/admin/visits/visit/{host_pk}/delete/",), "editor"),
    Mutation("visits.admin_lists:GuardedList.lookup_allowed", "return name in offered and", "return True or",
             ("/admin/visits/visit/?meetings__title__startswith={meeting.title}",), "editor"),
)  # fmt: skip
