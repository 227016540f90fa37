"""What of `statements` is erased with a removed record, told to `visits.erasure`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import unquote_plus

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from statements import publishing, staging
from statements.intake.paragraphs import tidy
from statements.models import (
    Citation,
    Commitment,
    CommitmentEvidence,
    Position,
    PositionEvidence,
    Review,
    ReviewComment,
    SavedSearch,
    Statement,
    StatementLink,
    StatementText,
    Topic,
)
from visits import admin_drafts, drafts
from visits.actions import changes_public, clean_and_save, raise_stamp
from visits.addressed import pattern_of_slugs, slugs_of
from visits.choices import Workflow
from visits.erasure import Erasure, register_eraser, register_going
from visits.folding import fold
from visits.imports.forgetting import forget
from visits.models import Alias, Draft, Organisation, Participant, Person, Source, User, Visit
from visits.stored_files import digest


def _statement(statement: Any, erasure: Erasure) -> None:
    """Erase what leads to a statement without being a part of it, and what reviewers wrote of it."""
    erasure.naming(StatementLink, "to_statement", statement)
    # A position was worded from all of its evidence: without this one it is to be written anew before anybody reads it.
    resting = PositionEvidence._base_manager.filter(statement=statement).values("position_id")
    settled = [Workflow.DRAFT, Workflow.REMOVED]
    for position in Position._base_manager.filter(pk__in=resting).exclude(workflow__in=settled):
        shown = changes_public(position)
        position.workflow, position.withdrawn_note = Workflow.DRAFT, ""
        clean_and_save(position)
        if shown:
            raise_stamp()
    for model in (PositionEvidence, CommitmentEvidence, Review):
        erasure.naming(model, "statement", statement)
    comments = ReviewComment.objects.filter(statement=statement)
    for public_id in comments.values_list("public_id", flat=True):
        drafts.forget(public_id)
    erasure.naming(ReviewComment, "statement", statement)
    # Of several statements of a source is decided in one form.
    cited = {*Citation.objects.filter(statement=statement).values_list("source_id", flat=True)}
    cited |= {*Citation.history.filter(statement_id=statement.pk).values_list("source_id", flat=True)}
    for public_id in Source._base_manager.filter(pk__in=cited - {None}).values_list("public_id", flat=True):
        Draft.objects.filter(key=f"review:source:{public_id}").delete()


def _handed_in(source: Any, erasure: Erasure) -> None:
    """Erase what was handed in once more and not saved: the same file, and drafts of the intake with its words."""
    versions = [source, *source.history.all()]
    files = {version.sha256 for version in versions} - {""}
    texts = {tidy(version.extracted_text) for version in versions} - {""}
    addresses = {version.url for version in versions} - {""}

    def holds(user: User, data: drafts.Fields) -> bool:
        words = [text for name in ("text", "html", "extracted_text") for text in data.get(name, [])]
        same = any(tidy(text) in texts or digest(text.encode()) in files for text in words)
        same = same or bool(addresses & set(data.get("url", [])))
        return same or any(staging.digest_of(word, by=user) in files for word in data.get("staged", []))

    drafts.forget_where(("source:new", "source:check", admin_drafts.key_of(Source)), holds)

    def forget_files() -> None:
        # The files of what was merged into it are told later than this.
        gone = files | {name.rpartition("/")[2] for name in erasure.file_names}
        staging.forget(gone)
        publishing.forget_unless_published(gone)

    transaction.on_commit(forget_files)


def _searched(person: Person, _erasure: Erasure) -> None:
    """Erase the searches that somebody saved by a name of a person who is erased."""
    names = {person.name, *person.names.values_list("text", flat=True)}
    names |= {*Alias.objects.filter(person=person).values_list("text", flat=True)}
    _forget_searches(names, slugs_of(person))


def _searched_organisation(organisation: Organisation, _erasure: Erasure) -> None:
    """Erase the searches that somebody saved by a name of an organisation that is erased."""
    names = {organisation.name, *Alias.objects.filter(organisation=organisation).values_list("text", flat=True)}
    names |= {*organisation.history.values_list("name", flat=True)}
    _forget_searches(names, slugs_of(organisation))


def _searched_topic(topic: Topic, _erasure: Erasure) -> None:
    """Erase the searches that somebody saved by a topic that is erased; of names of one word many are just a word."""
    names = {topic.name, *topic.aliases.values_list("text", flat=True), *topic.history.values_list("name", flat=True)}
    _forget_searches({name for name in names if len(name.split()) > 1}, slugs_of(topic))


def _searched_visit(visit: Visit, _erasure: Erasure) -> None:
    """Erase the searches that somebody narrowed to a visit that is erased."""
    _forget_searches(set(), slugs_of(visit))


def _labelled(participant: Participant, _erasure: Erasure) -> None:
    """Erase the searches that somebody saved by the label of a participant who is protected."""
    _forget_searches({participant.label, *participant.history.values_list("label", flat=True)})


def _forget_searches(names: set[str], slugs: Collection[str] = ()) -> None:
    """Erase the searches that have one of `names` in them, or lead to one of `slugs`."""
    told = {fold(name) for name in names} - {""}
    pattern = pattern_of_slugs(slugs) if slugs else None
    for search in SavedSearch._base_manager.all():
        query = unquote_plus(search.query)
        words = fold(f"{search.name} {query}")
        if (pattern and pattern.search(query)) or any(f" {name} " in f" {words} " for name in told):
            search.delete()


def _cited(column: str) -> Any:
    """Return what is erased with a source or note that statements with another proof cite as well."""

    def erase(proof: Any, erasure: Erasure) -> None:
        erasure.naming(Citation, column, proof)
        if column == "source":
            erasure.naming(StatementText, column, proof)
            erasure.naming(CommitmentEvidence, column, proof)

    return erase


def _resting_on(column: str) -> Any:
    """Return the statements that a source or note alone proves, or whose only words are the source's."""

    def going(proof: Any) -> QuerySet[Any]:
        cited = Citation._base_manager.filter(statement_id=OuterRef("pk"))
        alone = Exists(cited.filter(**{column: proof})) & ~Exists(cited.exclude(**{column: proof}))
        if column == "source":
            words = StatementText._base_manager.filter(statement_id=OuterRef("pk"))
            alone |= Exists(words.filter(source=proof)) & ~Exists(words.exclude(source=proof))
        return Statement._base_manager.filter(Q(alone))

    return going


def register() -> None:
    """Register all of it."""
    for model in ("statements.Statement", "statements.Position", "statements.Commitment"):
        register_eraser(model, forget)
    register_eraser("statements.Statement", _statement)
    register_eraser("visits.Person", _searched)
    register_eraser("visits.Organisation", _searched_organisation)
    register_eraser("statements.Topic", _searched_topic)
    register_eraser("visits.Visit", _searched_visit)
    register_eraser("visits.Participant", _labelled)
    register_eraser("visits.Source", _cited("source"))
    register_eraser("visits.Source", _handed_in)
    register_eraser("visits.MeetingNote", _cited("note"))
    register_going("statements.Statement", lambda row: Commitment._base_manager.filter(statement=row))
    register_going("visits.Source", _resting_on("source"))
    register_going("visits.MeetingNote", _resting_on("note"))
    register_going("visits.Meeting", lambda row: Statement._base_manager.filter(meeting=row))
    register_going("visits.Visit", lambda row: Statement._base_manager.filter(visit=row))
    register_going("visits.Visit", lambda row: Position._base_manager.filter(visit=row))
    register_going("visits.Visit", lambda row: Commitment._base_manager.filter(visit=row))
