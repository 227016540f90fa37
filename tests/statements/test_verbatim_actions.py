"""The verbatim check, stored: computed on entry, recomputed when words or source change, and shown."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.test import Client

from statements.choices import Mode, Verdict
from statements.models import Citation, Statement
from statements.review_actions import differing
from statements.verbatim_actions import check_all
from tests import factories as make
from tests.cast import cast
from visits import actions
from visits.models import PublicationStamp, Source

pytestmark = pytest.mark.django_db

TEXT = "The clerk was there. “The gate was shut at noon,” she said. Nobody came.\n\n“Ask the guard,” he added."


def cited(words: str = "“The gate was shut at noon,”", *, exact: str = "", held: str = TEXT, **fields) -> Citation:
    """Return the citation of a new statement, as it is stored."""
    source = make.source(extracted_text=held, language="en")
    kind = fields.pop("kind", "press")
    fields = {"workflow": "draft", "published_at": None, **fields} if fields.pop("draft", False) else fields
    make.statement(
        texts=(make.text(words, kind=kind, preferred=True),),
        citations=(Citation(source=source, exact=exact),),
        **{"mode": "direct", **fields},
    )
    return Citation.objects.get(source=source)


def stamp() -> int:
    return PublicationStamp.objects.values_list("value", flat=True).first() or 0


@pytest.mark.parametrize(
    ("words", "how"),
    [
        ("“The gate was shut at noon,”", "exact"),
        ('"The gate  was shut at noon"', "normalised"),
        ("“The gate … at noon”", "ellipsis"),
        ("“The gate was [closed] at noon”", "insertion"),
    ],
)
def test_quoted_words_that_stand_in_the_text_match_with_their_place_and_context(words, how):
    row = cited(words)
    assert (row.verdict, row.how, row.differing) == (Verdict.MATCH, how, {})
    assert TEXT[row.start : row.end].startswith("The gate")
    assert row.prefix.endswith("“")
    assert row.suffix.endswith("she said.")


def test_a_quotation_over_two_paragraphs_says_so():
    held = "“The gate was shut.\n\n“Nobody came back,” she said."
    assert cited("“The gate was shut. Nobody came back”", held=held).how == "paragraphs"


def test_words_that_differ_are_stored_in_both_wordings():
    row = cited("“The gate was open at noon”", draft=True)
    assert (row.verdict, row.how) == (Verdict.DIFFERS, "differs")
    assert row.differing["quoted"] == [["The gate was ", False], ["open", True], [" at noon", False]]
    assert ["shut", True] in row.differing["source"]


def test_words_that_stand_nowhere_differ():
    row = cited("“Quite something else entirely”", draft=True)
    assert (row.how, row.verdict, row.start) == ("absent", "differs", None)


def test_without_quoted_words_it_is_a_paraphrase_and_without_text_nothing_is_compared():
    assert cited("The gate was shut, the clerk says.", mode="indirect").verdict == Verdict.PARAPHRASE
    assert cited(held="").verdict == Verdict.NOT_HELD
    assert cited("Ours", kind="editors_words", held=TEXT).verdict == Verdict.PARAPHRASE


def test_quotation_marks_count_in_indirect_speech_too():
    assert cited("The gate was “wide open”.", mode="indirect", draft=True).verdict == Verdict.DIFFERS
    assert cited("The gate was “shut at noon”.", mode="indirect").verdict == Verdict.MATCH
    altered = {"kind": "editors_words", "mode": "indirect", "draft": True}
    assert cited("It was closed.", exact="The gate was “wide open”.", **altered).verdict == Verdict.DIFFERS
    assert cited("She said it was “wide open”.", **altered).verdict == Verdict.DIFFERS
    assert cited("She said it was “shut at noon”.", **altered).verdict == Verdict.MATCH


def test_beside_our_own_words_the_cited_ones_are_compared():
    assert cited("Ours", kind="editors_words", exact="shut at noon").verdict == Verdict.MATCH
    assert cited("Ours", kind="editors_words", exact="shut at night", draft=True).verdict == Verdict.DIFFERS


def test_a_version_in_another_language_than_the_source_is_not_compared():
    source = make.source(extracted_text=TEXT, language="fr")
    make.statement(mode="direct", texts=(make.text("“Gate shut”", kind="press"),), citations=(Citation(source=source),))
    assert Citation.objects.get(source=source).verdict == Verdict.PARAPHRASE


def test_a_note_is_a_source_too():
    meeting = make.meeting(visibility="internal")
    note = make.note(meeting=meeting, text="She said: “We were never asked.”", visibility="internal")
    make.statement(meeting=meeting, visibility="internal", mode="direct", citations=(Citation(note=note),),
                   texts=(make.text("“We were never asked.”", kind="original"),))  # fmt: skip
    row = Citation.objects.get(note=note)
    assert (row.verdict, row.start) == (Verdict.MATCH, note.text.index("We"))
    note.text = "She said nothing."
    actions.save_record(record=note, by=None)
    row.refresh_from_db()
    assert row.verdict == Verdict.DIFFERS


def test_a_changed_source_is_compared_again_and_raises_the_stamp():
    row = cited()
    source, before = row.source, (stamp(), row.version)
    source.extracted_text = TEXT.replace("shut", "open")
    actions.save_record(record=source, by=None)
    row.refresh_from_db()
    assert (row.verdict, row.version) == (Verdict.DIFFERS, before[1])
    assert stamp() > before[0]


def test_changed_words_citations_and_modes_are_compared_again():
    row = cited(draft=True)
    text = row.statement.texts.get()
    text.text = "“The gate was open at noon,”"
    actions.save_part(part=text, by=None)
    assert Citation.objects.get(pk=row.pk).verdict == Verdict.DIFFERS
    statement = Statement.objects.get(pk=row.statement_id)
    text.text = "The gate was shut."
    actions.save_part(part=text, by=None)
    statement = Statement.objects.get(pk=row.statement_id)
    statement.mode = "indirect"
    actions.save_record(record=statement, by=None)
    assert Citation.objects.get(pk=row.pk).verdict == Verdict.PARAPHRASE


def differing_draft() -> Statement:
    return cited("“The gate was open at noon”", workflow="in_review", published_at=None).statement


def test_a_quotation_that_differs_is_published_for_a_written_reason_only():
    reviewer, statement = cast().reviewer, differing_draft()
    with pytest.raises(ValidationError, match="differ from the source"):
        actions.publish(record=statement, by=reviewer)
    statement = Statement.objects.get(pk=statement.pk)
    statement.differs_reason = "The newspaper corrected the word the next day."
    actions.save_record(record=statement, by=reviewer)
    actions.publish(record=statement, by=reviewer)
    assert Statement.objects.get(pk=statement.pk).workflow == "published"


@pytest.mark.parametrize("mode", Mode.values)
def test_altered_words_in_quotation_marks_are_published_in_no_mode_without_a_reason(mode):
    waiting = {"mode": mode, "workflow": "in_review", "published_at": None}
    statement = cited("The gate was “wide open”.", **waiting).statement
    assert differing([statement], None) == {statement.pk}
    with pytest.raises(ValidationError, match="differ from the source"):
        actions.publish(record=statement, by=cast().reviewer)


@pytest.mark.parametrize("mode", ["indirect", "summary"])
def test_a_paraphrase_is_published_without(mode):
    waiting = {"mode": mode, "workflow": "in_review", "published_at": None}
    statement = cited("The gate was wide open.", **waiting).statement
    assert differing([statement], None) == set()
    actions.publish(record=statement, by=cast().reviewer)


def test_only_reviewers_write_the_reason():
    statement = differing_draft()
    statement = Statement.objects.get(pk=statement.pk)
    statement.differs_reason = "It is fine."
    with pytest.raises(PermissionDenied):
        actions.save_record(record=statement, by=cast().editor)


def test_a_new_statement_with_a_reason_is_refused_to_editors():
    with pytest.raises(PermissionDenied):
        make.statement(by=cast().editor, workflow="draft", published_at=None, differs_reason="Because.")


def test_published_words_are_not_changed_into_words_that_differ_without_a_reason():
    row = cited()
    text = row.statement.texts.get()
    text.text = "“The gate was open at noon,”"
    with pytest.raises(ValidationError, match="differ from the source"):
        actions.save_part(part=text, by=cast().reviewer)
    assert Citation.objects.get(pk=row.pk).verdict == Verdict.MATCH


def test_the_command_recomputes_all_and_counts():
    row = cited()
    cited("“The gate was open at noon”", mode="indirect", differs_reason="Corrected the next day.")
    Source.objects.filter(pk=row.source_id).update(extracted_text="Nothing of the kind.")
    out = StringIO()
    call_command("check_quotations", stdout=out, stderr=StringIO())
    assert out.getvalue() == "2 checked, 1 changed; 2 differ from their source.\n"
    assert check_all() == (2, 0)


def shown(row: Citation, user=None) -> str:
    client = Client()
    if user is not None:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.get(row.statement.get_absolute_url()).content.decode()


def test_pages_show_how_the_words_match():
    page = shown(cited("“The gate … at noon”"))
    assert "quoted words match" in page
    assert "(with an ellipsis)" in page


def test_pages_mark_the_words_that_differ_and_show_the_source_to_those_who_may_read_it():
    row = cited("The gate was “wide open at noon”.", mode="indirect", differs_reason="Corrected the next day.")
    assert "<mark>" in shown(row)
    assert "quoted words differ" in shown(row)
    assert "in the source" not in shown(row)
    assert "in the source" in shown(row, cast().member)
    Source.objects.filter(pk=row.source_id).update(publishable=True)
    assert "in the source" in shown(row)
