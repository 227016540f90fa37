"""The capture page: what it proposes, saves, refuses and hides."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from statements.models import Citation, Commitment, SetAside, Statement, Topic
from tests import factories as make
from tests.cast import cast, signed_in
from visits.compartments import key_of
from visits.models import Office, Organisation, Person, Source, User

pytestmark = pytest.mark.django_db

TEXT = (
    "Minister Lena Brook met the envoy on 12 March.\n\n"
    "“The dam is safe. Nobody has to leave,” Brook said.\n\n"
    "She denied that the valley had been mapped in secret.\n\n"
    "A villager who asked not to be named said the water was rising."
)
FIRST = "“The dam is safe. Nobody has to leave,”"


@pytest.fixture
def editor() -> User:
    return cast().editor


@pytest.fixture
def source(db) -> Source:
    return make.source(title="Valley paper", extracted_text=TEXT, language="en", published="2024-03-13")


def address(source: Source, query: str = "") -> str:
    return reverse("desk_capture", args=[source.public_id]) + query


def form_of(page: str) -> dict[str, str]:
    """Return what a browser would send of the form on the page."""
    form = re.search(r'<form\s+method="post"\s+class="entry".*?</form>', page, re.DOTALL)
    assert form
    values = {}
    for tag in re.findall(r"<input [^>]*>", form[0]):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="checkbox"' not in tag:
            values[name[1]] = unescape(value[1]) if value else ""
    for name, inner in re.findall(r'<textarea name="(\w+)"[^>]*>(.*?)</textarea>', form[0], re.DOTALL):
        values[name] = unescape(inner).removeprefix("\n")
    for name, inner in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', form[0], re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        values[name] = chosen[1] if chosen else ""
    return values


def proposed(client: Client, source: Source, query: str = "") -> dict[str, str]:
    return form_of(client.get(address(source, query)).content.decode())


def save(client: Client, source: Source, query: str = "", **changes: str):
    """Send the form of the page with `changes`; return the answer."""
    return client.post(address(source, query), {**proposed(client, source, query), "action": "save", **changes})


def brook() -> Office:
    person = make.person(name="Lena Brook")
    return make.office(person=person, title="Minister of Water", since="2023")


def test_the_first_open_passage_is_proposed_with_its_known_speaker_office_and_act(editor, source):
    office = brook()
    topic = make.topic(name="Dam")
    values = proposed(signed_in(editor), source)
    assert values["passage"] == FIRST
    assert values["speaker"] == office.person.name
    assert values["office"] == "Minister of Water"
    assert (values["side"], values["act"], values["mode"]) == ("government", "asserts", "direct")
    assert (values["date"], values["date_basis"]) == ("2024-03-13", "publication")
    assert values["topic1"] == topic.name


def test_one_request_saves_the_statement_whole_and_the_next_passage_is_in_hand(editor, source):
    office, topic = brook(), make.topic(name="Dam")
    client = signed_in(editor)
    answer = save(client, source, promised="Nobody has to leave", due="2025", addressee1="the valley")
    assert answer.status_code == 302
    statement = Statement.objects.get(citations__source=source)
    assert (statement.act, statement.mode, statement.workflow, statement.entered_by) == (
        "asserts",
        "direct",
        "draft",
        editor,
    )
    assert statement.speakers.get().office == office
    assert list(statement.topics.all()) == [topic]
    assert statement.addressees.get().label == "the valley"
    assert Commitment.objects.get(statement=statement).due == "2025"
    citation = Citation.objects.get(statement=statement)
    assert (citation.exact, citation.verdict, citation.how) == (FIRST, "match", "exact")
    assert source.extracted_text[citation.start : citation.end] == FIRST
    page = client.get(answer.url).content.decode()
    assert "Saved: Lena Brook asserts." in page
    assert "1 of 1 quoted passage entered" in page
    assert f'<a href="{statement.get_absolute_url()}">{FIRST}</a>' in page
    assert form_of(page)["passage"].startswith("that the valley") or "valley" in form_of(page)["passage"]


def test_a_passage_that_is_sent_twice_is_entered_once(editor, source):
    brook()
    client = signed_in(editor)
    sent = proposed(client, source)
    assert sent["form_token"].startswith(f"statement:new:{source.public_id} ")
    told = [client.post(address(source), {**sent, "action": "save"}) for _time in range(2)]
    assert told[0].status_code == told[1].status_code == 302
    assert told[0].headers["Location"] == told[1].headers["Location"]
    assert Statement.objects.count() == 1


def test_a_new_person_office_organisation_and_topic_are_made_in_the_same_request(editor, source):
    client = signed_in(editor)
    values = proposed(client, source)
    assert (values["speaker"], values["speaker_is"]) == ("Lena Brook", "person")
    answer = save(client, source, side="government", office="Minister of Water", office_of="Ministry of Water",
                  topic1="Dams", new_topics="on", private="on")  # fmt: skip
    assert answer.status_code == 302
    office = Office.objects.get(title="Minister of Water")
    assert (office.person.name, office.organisation.name, office.seen) == (
        "Lena Brook",
        "Ministry of Water",
        "2024-03-13",
    )
    assert office.person.private
    assert Topic.objects.get().name == "Dams"
    assert Statement.objects.get(citations__source=source).speakers.get().office == office
    assert proposed(client, source)["office"] in {"Minister of Water, Ministry of Water", ""}


def test_a_new_organisation_or_a_label_may_speak(editor, source):
    client = signed_in(editor)
    save(client, source, speaker="Dam Board", speaker_is="organisation", side="private_sector", office="")
    assert Organisation.objects.get().name == "Dam Board"
    answer = save(client, source, "?p=3", speaker="a villager", speaker_is="label", side="affected", office="")
    assert answer.status_code == 302
    assert Statement.objects.latest("id").speakers.get().label == "a villager"


def test_what_the_editor_chose_of_a_name_is_what_is_stored(editor, source):
    known = brook().person
    client = signed_in(editor)
    assert proposed(client, source)["speaker_is"] == ""
    answer = save(client, source, speaker_is="label", office="", side="affected")
    assert answer.status_code == 302
    speaker = Statement.objects.latest("id").speakers.get()
    assert (speaker.label, speaker.person) == ("Lena Brook", None)
    answer = save(client, source, "?p=3", speaker="Lena Brook", speaker_is="person", office="", side="affected")
    assert answer.status_code == 302
    speaker = Statement.objects.latest("id").speakers.get()
    assert speaker.person not in {known, None}
    assert speaker.person.name == "Lena Brook"


def test_a_choice_offered_for_another_name_is_asked_about_once(editor, source):
    office = brook()
    client = signed_in(editor)
    villager = "?p=3"
    offered = proposed(client, source, villager)
    assert offered["speaker_is"] == "label"
    typed = {"speaker": "Lena Brook", "side": "affected"}
    asked = save(client, source, villager, **typed)
    page = asked.content.decode()
    assert asked.status_code == 200
    assert "This name is known: Lena Brook, Minister of Water." in page
    assert not Statement.objects.filter(citations__source=source).exists()
    again = {**form_of(page), "action": "save"}
    assert (again["speaker"], again["speaker_is"]) == ("Lena Brook", "label")
    assert client.post(address(source, villager), {**again, "speaker_is": ""}).status_code == 302
    assert Statement.objects.latest("id").speakers.get().person == office.person
    assert client.post(address(source, villager), {**again, "form_token": ""}).status_code == 302
    assert Statement.objects.latest("id").speakers.get().label == "Lena Brook"


def test_what_a_mandate_is_about_names_nobody(editor, source):
    mandate = make.mandate(scope="Privacy", name="Special Rapporteur on privacy")
    client = signed_in(editor)
    refused = save(client, source, speaker="Privacy", speaker_is="", side="other").content.decode()
    assert "Nobody of this name is known" in refused
    assert save(client, source, addressee1="Privacy", side="government").status_code == 302
    statement = Statement.objects.latest("id")
    assert (statement.addressees.get().label, statement.addressees.get().mandate) == ("Privacy", None)
    answer = save(client, source, "?p=3", speaker=mandate.name, speaker_is="", side="", office="")
    assert answer.status_code == 302
    assert Statement.objects.latest("id").speakers.get().mandate == mandate


def test_whom_a_field_means_is_shown_and_words_in_quotation_marks_mean_nobody(editor, source):
    office = brook()
    client = signed_in(editor)
    looked = {**proposed(client, source), "action": "preview", "addressee1": "Lena Brook", "chain1": "“Lena Brook”"}
    page = client.post(address(source), looked).content.decode()
    assert page.count("is Lena Brook, Minister of Water") == 2
    answer = client.post(address(source), {**looked, "action": "save"})
    assert answer.status_code == 302
    statement = Statement.objects.latest("id")
    assert statement.addressees.get().person == office.person
    assert (statement.attributions.get().label, statement.attributions.get().person) == ("Lena Brook", None)


def test_several_may_speak_jointly(editor, source):
    office, group = brook(), make.organisation(name="Dam Board", side="private_sector")
    client = signed_in(editor)
    answer = save(client, source, speaker2="Dam Board", speaker3="Ada Holt", speaker_is3="person",
                  office3="Envoy", side3="other_state")  # fmt: skip
    assert answer.status_code == 302
    statement = Statement.objects.latest("id")
    first, second, third = statement.speakers.order_by("order")
    assert (first.office, second.organisation, second.side) == (office, group, "private_sector")
    assert (third.person.name, third.office.title, third.side) == ("Ada Holt", "Envoy", "other_state")
    assert "Saved: Lena Brook, Dam Board, Ada Holt asserts." in client.get(answer.url).content.decode()


def test_a_joint_speaker_is_asked_for_what_a_single_one_is(editor, source):
    brook()
    client = signed_in(editor)
    unknown = save(client, source, speaker2="Some Body").content.decode()
    assert "say who this is" in unknown
    assert "Say in which column this speaker stands." in unknown
    twice = save(client, source, speaker2="Lena Brook").content.decode()
    assert "This speaker is named already." in twice
    assert not Statement.objects.filter(citations__source=source).exists()


def test_joint_speakers_of_the_text_are_proposed_each_by_itself(editor):
    office = brook()
    text = "Minister Lena Brook met Ada Holt.\n\n“The dam is safe,” Lena Brook and Ada Holt said."
    values = proposed(signed_in(editor), make.source(extracted_text=text, language="en"))
    assert (values["speaker"], values["speaker_is"]) == (office.person.name, "")
    assert (values["speaker2"], values["speaker_is2"], values["speaker3"]) == ("Ada Holt", "person", "")
    text = "“The dam is safe,” the Department of Land and Water said."
    values = proposed(signed_in(editor), make.source(extracted_text=text, language="en"))
    assert (values["speaker"], values["speaker2"]) == ("Department of Land and Water", "")


def test_an_error_comes_back_with_everything_that_was_typed_and_nothing_is_stored(editor, source):
    client = signed_in(editor)
    typed = {
        "speaker": "Some Body",
        "speaker_is": "",
        "date": "13 March",
        "topic1": "No such",
        "words": "My own",
        "visit": "nowhere",
    }
    page = save(client, source, **typed).content.decode()
    assert "Not saved" in page
    assert "is no date" in page
    assert {name: form_of(page)[name] for name in typed} == typed
    page = save(client, source, **{**typed, "date": "2024-03-13"}).content.decode()
    for words in ("Nobody of this name is known", "This topic is not known", "No visit of this address"):
        assert words in page
    assert not Statement.objects.filter(citations__source=source).exists()
    assert not Person.objects.filter(name="Some Body").exists()


@pytest.mark.parametrize("code", ["english", "xx", "qqq", "en-XX", "en_US", "e", "fr-x", "<b>"])
def test_what_is_no_language_is_refused(editor, source, code):
    brook()
    page = save(signed_in(editor), source, language=code).content.decode()
    assert "is no code of a language" in page
    assert form_of(page)["language"] == code
    assert not Statement.objects.exists()


def test_a_language_is_stored_in_its_usual_writing(editor, source):
    brook()
    assert save(signed_in(editor), source, language="zh-hant").status_code == 302
    assert Statement.objects.get().texts.get().language == "zh-Hant"


def test_a_meeting_of_another_visit_is_refused_in_words(editor, source):
    brook()
    meeting = make.meeting(visit=make.visit())
    page = save(signed_in(editor), source, meeting=meeting.public_id, visit=make.visit().slug).content.decode()
    assert "This meeting is none of the visit" in page
    assert not Statement.objects.exists()


def test_a_failed_save_leaves_nobody_behind(editor, source, monkeypatch):
    from django.core.exceptions import ValidationError

    from statements import capture_actions

    def refuse(**_parts):
        raise ValidationError("Refused for the test.")

    monkeypatch.setattr(capture_actions, "enter_statement", refuse)
    page = save(signed_in(editor), source, side="government").content.decode()
    assert "Refused for the test." in page
    assert not Person.objects.filter(name="Lena Brook").exists()


def test_namesakes_are_told_apart_by_their_slug(editor, source):
    one, other = make.person(name="Lena Brook"), make.person(name="Lena Brook")
    client = signed_in(editor)
    page = save(client, source, speaker="Lena Brook", speaker_is="", side="government").content.decode()
    assert one.slug in page
    assert other.slug in page
    save(client, source, speaker=f"Lena Brook [{other.slug}]", speaker_is="", side="government", office="")
    assert Statement.objects.get(citations__source=source).speakers.get().person == other


def test_where_only_the_speaker_is_changed_office_and_side_are_found_anew(editor, source):
    brook()
    envoy = make.term(person=make.person(name="Ada Holt"), since="2020")
    client = signed_in(editor)
    assert save(client, source, speaker="Ada Holt").status_code == 302
    speaker = Statement.objects.get(citations__source=source).speakers.get()
    assert (speaker.term, speaker.office, speaker.side) == (envoy, None, "mandate_holder")


def test_what_was_said_last_is_carried_over(editor, source):
    brook()
    visit = make.visit(steps=("started 2024-03-10", "ended 2024-03-14"))
    client = signed_in(editor)
    save(client, source, visit=visit.slug, date="2024-03-12", date_basis="inferred", occasion="press_conference")
    values = proposed(client, source)
    assert values["speaker"] == "Lena Brook"
    assert (values["visit"], values["date"], values["date_basis"]) == (visit.slug, "2024-03-12", "inferred")
    assert values["occasion"] == "press_conference"


def test_the_meeting_is_carried_over_to_those_who_were_there_only(editor, source):
    office = brook()
    visit = make.visit(
        steps=("started 2024-03-10", "ended 2024-03-14"),
        experts=((make.term(person=make.person(name="Ada Holt")), ()),),
    )
    meeting = make.meeting(visit=visit, date="2024-03-12", visibility="internal")
    make.participant(meeting=meeting, person=office.person)
    client = signed_in(editor)
    save(client, source, visit=visit.slug)
    first = proposed(client, source, "?p=2")
    assert first["visit"] == visit.slug
    text = TEXT + "\n\n“We saw the dam,” Ada Holt told Lena Brook on 12 March."
    Source.objects.filter(pk=source.pk).update(extracted_text=text)
    other = make.source(extracted_text=text, language="en", published="2024-03-13")
    values = proposed(client, other)
    assert (values["visit"], values["meeting"], values["date"]) == (visit.slug, meeting.public_id, "2024-03-12")
    assert values["occasion"] == "meeting"
    villager = proposed(client, other, "?p=3")
    assert (villager["meeting"], villager["date_basis"]) == ("", "publication")


def test_an_answer_is_linked_to_the_earlier_statement(editor, source):
    office = brook()
    earlier = make.statement(visit=make.visit())
    client = signed_in(editor)
    answers = {"reply_to": f"Somebody asserts [{earlier.public_id}]", "reply_kind": "denies", "answers_text": "A leak"}
    chain = {"chain1": office.person.name, "cue1": "quoting"}
    answer = save(client, source, visit=earlier.visit.slug, act="denies", **answers, **chain)
    assert answer.status_code == 302
    statement = Statement.objects.get(citations__source=source)
    assert [(link.kind, link.to_statement) for link in statement.links.all()] == [("denies", earlier)]
    assert statement.attributions.get().cue == "quoting"
    assert statement.answers_text == "A leak"


def test_own_words_may_stand_in_for_the_passage(editor, source):
    brook()
    save(signed_in(editor), source, words="The dam holds.")
    statement = Statement.objects.get(citations__source=source)
    assert [(text.kind, text.text) for text in statement.texts.all()] == [("editors_words", "The dam holds.")]
    assert Citation.objects.get(statement=statement).verdict == "match"


def test_a_passage_set_aside_is_not_offered_again_until_it_is_taken_back(editor, source):
    client = signed_in(editor)
    values = proposed(client, source)
    answer = client.post(address(source), {**values, "action": "aside"})
    row = SetAside.objects.get()
    assert (row.exact, row.by) == (FIRST, editor)
    page = client.get(answer.url).content.decode()
    assert form_of(page)["passage"] != FIRST
    assert 'class="aside"' in page
    client.post(address(source), {"action": "back", "span_start": row.start, "span_end": row.end})
    assert not SetAside.objects.exists()
    assert proposed(client, source)["passage"] == FIRST


@pytest.mark.parametrize(("start", "end"), [("5", "5"), ("0", "99999"), ("-1", "4"), ("x", "y")])
def test_what_is_no_place_of_the_text_is_not_set_aside(editor, source, start, end):
    signed_in(editor).post(address(source), {"action": "aside", "span_start": start, "span_end": end})
    assert not SetAside.objects.exists()


def test_passages_are_chosen_by_number_place_or_ticked_paragraphs(editor, source):
    client = signed_in(editor)
    second = proposed(client, source, "?at=2")["passage"]
    assert second in TEXT
    assert second != FIRST
    assert proposed(client, source, "?p=0&p=1")["passage"] == TEXT.partition("\n\nShe")[0]
    start = TEXT.index("Nobody")
    assert proposed(client, source, f"?start={start}&end={start + 6}")["passage"] == "Nobody"


@pytest.mark.parametrize(
    "query", ["?at=99", "?at=x", "?p=77", "?start=9&end=3", "?start=0&end=100000", "?after=" + "9" * 30]
)
def test_a_wrong_address_shows_the_next_open_passage(editor, source, query):
    assert proposed(signed_in(editor), source, query)["passage"] == FIRST


def test_a_passage_is_looked_at_without_saving(editor, source):
    client = signed_in(editor)
    values = {**proposed(client, source), "passage": "“The dam is sound. Nobody has to leave,”", "action": "preview"}
    page = client.post(address(source), values).content.decode()
    assert "The quoted words differ from the stored text." in page
    assert "<mark>sound" in page
    assert "Not saved" not in page
    assert form_of(page)["passage"] == values["passage"]
    assert not Statement.objects.filter(citations__source=source).exists()


def test_the_line_says_where_the_wording_stands(editor, source):
    page = signed_in(editor).get(address(source)).content.decode()
    assert "Wording found in the stored text, paragraph 2, characters 1 to 39" in page


def test_the_check_answers_scripts_as_the_page_does(editor, source):
    ask = reverse("desk_capture_check", args=[source.public_id])
    client = signed_in(editor)
    found = client.post(ask, {"passage": FIRST, "mode": "direct", "start": "48"}).json()
    assert (found["verdict"], found["quoted"]) == ("match", [])
    differs = client.post(ask, {"passage": "“The dam is sound”", "mode": "direct"}).json()
    assert differs["verdict"] == "differs"
    assert ["sound", True] in differs["quoted"]
    assert client.post(ask, {"passage": "It holds.", "mode": "indirect"}).json()["verdict"] == "paraphrase"
    altered = client.post(ask, {"passage": "The dam is “sound and well”.", "mode": "indirect"}).json()
    assert altered["verdict"] == "differs"
    assert client.post(ask, {"passage": "", "mode": ""}).json()["verdict"] == "not_held"


def test_a_source_without_its_text_still_takes_statements(editor):
    source = make.source(extracted_text="")
    answer = save(
        signed_in(editor),
        source,
        passage="“We wait.”",
        speaker="a caller",
        speaker_is="label",
        side="other",
        mode="direct",
    )
    assert answer.status_code == 302
    assert Citation.objects.get(source=source).verdict == "not_held"


@pytest.mark.parametrize("name", ["outsider", "reader", "member"])
def test_below_editor_nobody_enters(name, source):
    client = signed_in(cast().named(name))
    assert client.get(address(source)).status_code == 403
    assert client.post(reverse("desk_capture_check", args=[source.public_id])).status_code == 403


def hidden_source(editor: User) -> Source:
    closed = make.compartment(members=(cast().reviewer,))
    return make.source(extracted_text=TEXT, **make.confidential(closed))


@pytest.mark.parametrize("name", ["desk_capture", "desk_capture_check"])
def test_a_hidden_source_and_a_missing_one_answer_alike(editor, name):
    client, source = signed_in(editor), hidden_source(editor)
    hidden = client.post(reverse(name, args=[source.public_id]), {"passage": "dam"})
    missing = client.post(reverse(name, args=["2222222222222222"]), {"passage": "dam"})
    assert hidden.status_code == missing.status_code == 404
    strip = re.compile(rb"[A-Za-z0-9]{40,}|2{16}|" + source.public_id.encode())
    assert strip.sub(b"", hidden.content) == strip.sub(b"", missing.content)


def test_what_is_hidden_is_neither_offered_nor_resolved(editor, source):
    closed = make.compartment(members=(cast().reviewer,))
    secret = make.person(name="Lena Brook")
    topic = make.topic(name="Dam")
    visit = make.visit(**make.confidential(closed))
    hidden = make.statement(speakers=(make.speaker(person=secret),), topics=(topic,), visit=visit,
                            citations=(Citation(source=source, exact=FIRST),), **make.confidential(closed))  # fmt: skip
    client = signed_in(editor)
    page = client.get(address(source)).content.decode()
    for told in (secret.slug, visit.slug, hidden.public_id, 'value="Dam"'):
        assert told not in page
    assert form_of(page)["speaker_is"] == "person"
    assert form_of(page)["passage"] == FIRST
    answers = [save(client, source, side="government", visit=slug, reply_to=f"[{key}]").content.decode()
               for slug, key in ((visit.slug, hidden.public_id), ("nowhere", "2222222222222222"))]  # fmt: skip
    assert all("No visit of this address" in page for page in answers)
    assert "Lena Brook" in signed_in(cast().reviewer).get(address(source)).content.decode()


def test_a_statement_is_no_more_open_than_its_source_and_visit(editor):
    closed = make.compartment(members=(editor,))
    source = make.source(extracted_text=TEXT, language="en", **make.confidential(closed))
    save(signed_in(editor), source, side="government", visibility="public")
    statement = Statement.objects.get(citations__source=source)
    assert (statement.visibility, statement.compartment) == ("confidential", closed)


def test_a_confidential_statement_of_an_open_source_asks_for_a_compartment_of_the_editor(editor, source):
    others = make.compartment(name="Of others", members=(cast().reviewer,))
    client = signed_in(editor)
    sent = {"side": "government", "visibility": "confidential"}
    page = save(client, source, **sent).content.decode()
    assert "You are named in no compartment that fits" in page
    assert "Of others" not in page
    closed = make.compartment(name="Witnesses", members=(editor, cast().reviewer))
    page = save(client, source, **sent).content.decode()
    assert "choose the compartment whose people may see it" in page
    assert "Witnesses: you and 1 other" in page
    assert save(client, source, **sent, open_to=key_of(others)).status_code == 200
    assert (
        "A compartment goes with"
        in save(client, source, side="government", visibility="internal", open_to=key_of(closed)).content.decode()
    )
    assert not Statement.objects.exists()
    assert save(client, source, **sent, open_to=key_of(closed)).status_code == 302
    statement = Statement.objects.get()
    assert (statement.visibility, statement.compartment) == ("confidential", closed)
    assert Statement.objects.visible_to(cast().reviewer).filter(pk=statement.pk).exists()
    carried = proposed(client, source)
    assert (carried["visibility"], carried["open_to"]) == ("confidential", key_of(closed))


def test_a_compartment_of_another_visit_or_than_the_source_has_is_refused(editor):
    closed, other = (make.compartment(name=name, members=(editor,)) for name in ("One", "Two"))
    far = make.compartment(name="Far", members=(editor,), visit=make.visit())
    source = make.source(extracted_text=TEXT, language="en", **make.confidential(closed))
    client = signed_in(editor)
    page = save(client, source, side="government", open_to=key_of(other)).content.decode()
    assert "open to another compartment" in page
    opened = make.source(extracted_text=TEXT, language="en")
    refused = save(
        client, opened, side="government", visibility="confidential", visit=make.visit().slug, open_to=key_of(far)
    )
    assert "belongs to another visit" in refused.content.decode()
    assert not Statement.objects.exists()


def queries_of(client: Client, source: Source, counter) -> int:
    with counter as counted:
        assert client.get(address(source)).status_code == 200
    return len(counted)


def test_the_page_costs_the_same_number_of_queries_whatever_is_entered(editor):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    brook()
    visit = make.visit(steps=("started 2024-03-10", "ended 2024-03-14"))
    said = "\n\n".join(f"“The dam of year {year} is safe,” Lena Brook said." for year in range(2001, 2007))
    source = make.source(extracted_text=said, language="en", published="2024-03-13")
    client = signed_in(editor)
    save(client, source, visit=visit.slug)
    one = queries_of(client, source, CaptureQueriesContext(connection))
    for _again in range(2):
        save(client, source)
    three = queries_of(client, source, CaptureQueriesContext(connection))
    assert Statement.objects.filter(citations__source=source).count() == 3
    assert (one, three) == (26, 26)
