"""Handing a source in: two forms at one address, suggestions that are never set unasked, nothing half-made."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from statements.intake.failures import MAX_BYTES, IntakeError, Reason
from statements.intake.fetching import Fetched
from statements.intake_forms import HandInForm
from tests import factories
from tests.cast import NAMES, cast
from tests.statements.intake import files
from visits.choices import Visibility
from visits.models import Draft, Source, SourceRelay
from visits.stored_files import digest

pytestmark = pytest.mark.django_db
ADDRESS = "/desk/sources/new/"
TEXT = "Minister denies it\n\nThe minister said: “No.”\n\nShe said no more."
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def media(settings, tmp_path: Path) -> Path:
    """Return the folder for files of this test."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def client(db) -> Client:
    """Return a client of the editor."""
    found = Client()
    found.force_login(cast().editor, backend=BACKEND)
    return found


def stored_files(media: Path) -> list[Path]:
    """Return the files of sources."""
    return [path for path in (media / "sources").rglob("*") if path.is_file() and ".locks" not in str(path)]


def page(response) -> str:
    """Return the text of a page, with its entities read."""
    return unescape(response.content.decode())


def errors(response) -> list[str]:
    """Return the errors that a page shows."""
    shown = re.findall(r'<ul class="errorlist[^>]*>(.*?)</ul>', response.content.decode(), re.S)
    return [unescape(" ".join(re.sub("<[^>]+>", " ", one).split())) for one in shown]


def hand_in(client: Client, **given: object):
    """Answer the first form."""
    return client.post(ADDRESS, {"kind": "news", **given})


def word_in(response) -> str:
    """Return the word for what was handed in."""
    found = re.search(r'name="staged" value="([^"]+)"', response.content.decode())
    assert found, page(response)
    return found[1]


def check(client: Client, first, **given: object):
    """Answer the second form."""
    values = {"kind": "news", "published_basis": "stated", "visibility": "", "extracted_text": TEXT}
    return client.post(ADDRESS, {**values, "staged": word_in(first), **given})


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    """Return a file as a browser sends it; its type is what the name claims."""
    return SimpleUploadedFile(name, data, content_type="application/octet-stream")


@pytest.mark.parametrize("name", NAMES)
def test_editors_and_above_hand_sources_in(name: str) -> None:
    person, client = cast().named(name), Client()
    if name != "anonymous":
        client.force_login(person, backend=BACKEND)
    allowed = name in {"editor", "reviewer", "admin"}
    for response in (client.get(ADDRESS), hand_in(client, text=TEXT)):
        assert response.status_code == (200 if allowed else 302 if name == "anonymous" else 403)
    if allowed:
        assert check(client, response, title="Title", do="save").status_code == 302
    assert Source.objects.count() == int(allowed)


def test_a_paste_is_shown_with_suggestions_and_nothing_is_set_or_stored(client: Client, media: Path) -> None:
    response = hand_in(client, text=TEXT, url="https://news.example/a")
    shown = page(response)
    assert response.status_code == 200
    assert TEXT in shown
    assert "3 paragraphs" in shown
    assert re.search(r'value="title"\s+data-offer="Minister denies it"', shown)
    assert re.search(r'value="publisher"\s+data-offer="news.example"', shown)
    assert re.search(r'<input type="text" name="title"[^>]*>', shown)
    assert 'value="Minister' not in shown
    assert not Source.objects.exists()
    assert stored_files(media) == []


def test_saving_stores_the_row_the_text_and_the_file_and_leads_to_it(client: Client, media: Path) -> None:
    data = files.PAGE.encode()
    first = hand_in(client, file=upload("a.html", data), url="https://courrier.example/x")
    response = check(
        client, first, title="Le ministre dément", publisher="Le Courrier", published="2022-08-17", language="FR",
        url="https://courrier.example/x", accessed="2022-08-18", visibility="public", extracted_text="Un.\n\nDeux.",
        do="save",
    )  # fmt: skip
    source = Source.objects.get()
    assert response.status_code == 302
    assert response.headers["Location"] == reverse("desk_capture", args=[source.public_id])
    assert (source.title, source.publisher, source.published, source.language) == (
        "Le ministre dément", "Le Courrier", "2022-08-17", "fr",
    )  # fmt: skip
    assert (source.visibility, source.workflow, source.kind) == ("public", "draft", "news")
    assert source.entered_by == cast().editor
    assert source.extracted_text == "Un.\n\nDeux."
    assert source.sha256 == digest(data)
    assert [path.read_bytes() for path in stored_files(media)] == [data]
    assert not list((media / "incoming").iterdir())
    # The word has been used: pressing the button twice makes no second row, and loses no text.
    again = page(check(client, first, title="Again", extracted_text="Edited by hand.", do="save"))
    assert "hand it in again" in again
    assert "Edited by hand." in again
    assert Source.objects.count() == 1


def test_line_ends_of_the_browser_do_not_get_into_the_stored_text(client: Client) -> None:
    first = hand_in(client, text=TEXT.replace("\n", "\r\n"))
    check(client, first, title="T", extracted_text=TEXT.replace("\n", "\r\n"), do="save")
    source = Source.objects.get()
    assert source.extracted_text == TEXT
    assert source.sha256 == digest(TEXT.encode())


def test_a_suggestion_is_taken_by_its_button_and_all_fill_only_what_is_empty(client: Client) -> None:
    first = hand_in(client, html=files.PAGE)
    one = page(check(client, first, accept="title", author="By hand"))
    assert 'name="title" value="Le ministre dément"' in one
    assert 'name="author" value="By hand"' in one
    assert 'name="publisher" maxlength' in one
    every = page(check(client, first, accept="all", author="By hand"))
    for wanted in ('"title" value="Le ministre dément"', '"publisher" value="Le Courrier"', '"author" value="By hand"',
                   '"published" value="2022-08-17"', '"language" value="fr"'):  # fmt: skip
        assert f"name={wanted}" in every
    # Anne Martin is still offered beside what was typed.
    assert 'data-offer="Anne Martin"' in every
    assert not Source.objects.exists()


def test_the_whole_page_can_be_taken_in_place_of_its_article(client: Client) -> None:
    first = hand_in(client, html=files.PAGE)
    assert "Accueil Politique" not in page(first)
    assert "Accueil Politique" in page(check(client, first, do="whole"))


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.pdf", b"MZ\x90\x00" + bytes(range(256)) * 4, "none of the files that are read here"),
        ("a.pdf", files.pdf([["x"]], password="word"), "locked with a password"),
        ("a.pdf", files.pdf([[]]), "may be a scan"),
        ("a.pdf", b"%PDF-1.7 and no more", "broken"),
        ("a.docx", b"PK\x03\x04 and no more", "broken"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Save it as DOCX or PDF"),
        ("a.pdf", files.PAGE.encode(), "this file is: web page. Its name says something else"),
        ("a.pdf", files.PAGE.encode(), "a name that ends in .html"),
        ("a.html", b"Only words.", "a name that ends in .txt"),
        ("a.txt", b"", "empty"),
        ("a.txt", b"  \n ", "empty"),
    ],
)
def test_what_cannot_be_read_is_told_of_and_leaves_nothing(
    name: str, data: bytes, told: str, client: Client, media: Path
) -> None:
    response = hand_in(client, file=upload(name, data), url="https://news.example/kept")
    assert response.status_code == 200
    (error,) = errors(response)
    assert told in error
    # What was typed stays.
    assert "https://news.example/kept" in page(response)
    assert not Source.objects.exists()
    assert not media.exists()


def test_an_oversized_file_is_refused_by_its_size_before_it_is_read(client: Client, media: Path) -> None:
    large = upload("a.txt", b"a")
    large.size = MAX_BYTES + 1
    large.file = None  # reading it would break
    form = HandInForm({"kind": "news"}, {"file": large})
    assert not form.is_valid()
    assert "larger than 25 MB" in form.errors["file"][0]
    (error,) = errors(hand_in(client, file=upload("a.txt", b"a" * (MAX_BYTES + 1))))
    assert "larger than 25 MB" in error
    assert not media.exists()


def test_a_request_that_is_too_long_is_refused_before_its_body_is_read(client: Client) -> None:
    class Untouched:
        def read(self, *_sizes: int) -> bytes:
            pytest.fail("the body was read")

        readline = read

    response = client.generic("POST", ADDRESS, b"", CONTENT_LENGTH=str(MAX_BYTES * 2), **{"wsgi.input": Untouched()})
    assert response.status_code == 413
    assert "larger than 25 MB" in page(response)


def test_a_nul_in_what_is_looked_up_breaks_nothing(client: Client) -> None:
    first = hand_in(client, text=TEXT)
    nul = {"relay_find": "a\0b", "relay_original": "\0", "url": "http://a.example/\0"}
    assert check(client, first, do="find", **nul).status_code == 200
    assert check(client, first, title="T\0", do="save", **nul).status_code == 200
    assert not Source.objects.exists()


def test_a_form_without_its_token_is_refused() -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast().editor, backend=BACKEND)
    assert hand_in(strict, text=TEXT).status_code == 403


def test_nothing_and_two_ways_at_once_are_refused(client: Client) -> None:
    assert "Paste the text, paste its HTML, or upload" in page(hand_in(client))
    assert "in one way only" in page(hand_in(client, text=TEXT, html=files.PAGE))
    assert "valid URL" in page(hand_in(client, text=TEXT, url="javascript:alert(1)"))
    assert not Source.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ""), ("title", "t" * 301), ("published", "yesterday"), ("language", "gibberish"), ("visibility", "all"),
     ("extracted_text", " "), ("url", "ftp://a.example/"), ("accessed", "soon"), ("kind", "rumour")],
)  # fmt: skip
def test_a_wrong_field_is_told_of_and_what_was_typed_stays(field: str, value: str, client: Client, media: Path) -> None:
    response = check(
        client, hand_in(client, text=TEXT), **{"title": "Typed title", "author": "Kept", field: value, "do": "save"}
    )
    assert response.status_code == 200
    assert len(errors(response)) == 1
    assert 'name="author" value="Kept"' in page(response)
    assert not Source.objects.exists()
    assert stored_files(media) == []


class TestWhatIsStoredAlready:
    """The same file or address is offered where the editor may see it; a hidden one changes nothing."""

    def test_a_visible_one_is_offered_and_a_second_is_stored_only_on_purpose(self, client: Client) -> None:
        old = factories.source(title="The old one", sha256=digest(TEXT.encode()))
        same = factories.source(title="Same address", url="https://www.news.example/a/?utm_source=x")
        first = hand_in(client, text=TEXT, url="http://news.example/a")
        for source in (old, same):
            assert source.title in page(first)
            assert source.get_absolute_url() in page(first)
        again = check(client, first, title="T", url="http://news.example/a", do="save")
        assert "stored already" in errors(again)[0]
        assert Source.objects.count() == 2
        saved = check(client, first, title="T", url="http://news.example/a", anyway="on", do="save")
        assert saved.status_code == 302
        assert Source.objects.count() == 3

    def test_a_hidden_one_leaves_no_trace(self, client: Client) -> None:
        def answers() -> list[tuple[int, str]]:
            client.get("/desk/")  # what the last save left to be told
            first = hand_in(client, text=TEXT, url="http://news.example/a")
            second = check(client, first, title="", url="http://news.example/a", relay_find="canary", do="find")
            saved = check(client, first, title="T", url="http://news.example/a", do="save")
            Source.objects.filter(title="T").delete()
            return [(r.status_code, without_random(r)) for r in (first, second, saved)]

        def without_random(response) -> str:
            text = re.sub(r'value="[\w:.-]{60,}"', "", page(response))
            # The offer to undo the last save stands on every page for a while.
            text = re.sub(r'\s*<form class="note undo".*?</form>', "", text, flags=re.DOTALL)
            text = re.sub(r'name="form_token" value="source:\w+ [\w-]+"', "", text)
            return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)

        before = answers()
        others = factories.compartment(members=(cast().admin,))
        factories.source(
            title="canary", url="http://news.example/a", sha256=digest(TEXT.encode()), **factories.confidential(others)
        )
        after = answers()
        for one, other in zip(before, after, strict=True):
            assert one[0] == other[0]
            assert one[1].split() == other[1].split()
        assert after[2][0] == 302


class TestRelays:
    """A source that passes another on."""

    def test_a_visible_original_is_found_and_chosen(self, client: Client) -> None:
        original = factories.source(title="A post of the premier", kind="social_post")
        factories.source(title="Another thing")
        first = hand_in(client, text=TEXT)
        found = check(client, first, relay_find="premier post", do="find")
        assert original.public_id in page(found)
        assert "Another thing" not in page(found)
        response = check(client, first, title="T", relay_kind="relays", relay_original=original.public_id, do="save")
        assert response.status_code == 302
        relay = SourceRelay.objects.get()
        assert (relay.source.title, relay.original, relay.kind) == ("T", original, "relays")

    def test_a_new_original_is_stored_as_not_opened(self, client: Client) -> None:
        response = check(
            client, hand_in(client, text=TEXT), title="T", visibility="public", relay_kind="relays",
            relay_title="The post", relay_url="https://social.example/1", relay_source_kind="social_post", do="save",
        )  # fmt: skip
        assert response.status_code == 302
        original = SourceRelay.objects.get().original
        assert (original.title, original.url, original.kind) == ("The post", "https://social.example/1", "social_post")
        assert not original.consulted
        assert original.visibility == Visibility.PUBLIC
        assert original.extracted_text == original.stored_file.name == ""

    def test_a_hidden_original_is_no_choice_and_answers_like_none(self, client: Client) -> None:
        hidden = factories.source(title="canary", **factories.confidential(factories.compartment()))
        first = hand_in(client, text=TEXT)
        assert "canary" not in page(check(client, first, relay_find="CANARY"[:5], do="find"))
        told = []
        for public_id in (hidden.public_id, "23456789bcdfghjk"):
            response = check(client, first, title="T", relay_kind="relays", relay_original=public_id, do="save")
            assert response.status_code == 200
            told.append(errors(response))
        assert told[0] == told[1] != []
        assert not SourceRelay.objects.exists()

    @pytest.mark.parametrize(
        "given",
        [{"relay_kind": "relays"}, {"relay_title": "x"}, {"relay_kind": "relays", "relay_url": "https://a.example/"}],
    )
    def test_half_a_relay_is_refused(self, given: dict[str, str], client: Client, media: Path) -> None:
        response = check(client, hand_in(client, text=TEXT), title="T", do="save", **given)
        assert errors(response)
        assert not Source.objects.exists()
        assert stored_files(media) == []


class TestFetching:
    """The server asks nobody for anything unless the operator allows it."""

    def test_it_is_not_offered_and_not_done_unless_it_is_allowed(self, client: Client, monkeypatch) -> None:
        monkeypatch.setattr("statements.intake.fetching.fetch", lambda *_: pytest.fail("fetched"))
        assert 'value="fetch"' not in page(client.get(ADDRESS))
        response = hand_in(client, url="https://news.example/", do="fetch")
        assert "Paste the text" in page(response)

    def test_where_it_is_allowed_the_page_is_read_from_where_it_ended(
        self, client: Client, monkeypatch, settings
    ) -> None:
        settings.ALLOW_FETCH = True
        answer = Fetched("https://courrier.example/end", files.PAGE.encode(), "utf-8")
        monkeypatch.setattr("statements.intake.fetching.fetch", lambda _url: answer)
        assert 'value="fetch"' in page(client.get(ADDRESS))
        shown = page(hand_in(client, url="https://courrier.example/start", do="fetch"))
        assert "Le ministre a dit que" in shown
        assert 'data-offer="https://courrier.example/articles/ministre"' in shown
        assert 'name="url" value="https://courrier.example/start"' in shown

    def test_why_nothing_was_fetched_is_told(self, client: Client, monkeypatch, settings) -> None:
        settings.ALLOW_FETCH = True

        def refuse(_url: str) -> Fetched:
            raise IntakeError(Reason.REFUSED, "403")

        monkeypatch.setattr("statements.intake.fetching.fetch", refuse)
        (error,) = errors(hand_in(client, url="https://news.example/", do="fetch"))
        assert "status 403" in error


def test_stored_files_have_no_address(client: Client) -> None:
    check(client, hand_in(client, text=TEXT), title="T", visibility="public", do="save")
    name = Source.objects.get().stored_file.name
    for path in (f"/{name}", f"/media/{name}", f"/static/{name}", f"/files/{name}"):
        assert client.get(path).status_code == 404
        assert Client().get(path).status_code in {302, 404}


@pytest.mark.parametrize("rows", [1, 3])
def test_the_second_page_costs_the_same_whatever_it_finds(rows: int, client: Client, django_assert_num_queries) -> None:
    for _row in range(rows):
        factories.source(title="Known post", sha256=digest(TEXT.encode()), url="https://news.example/a")
    first = hand_in(client, text=TEXT)
    with django_assert_num_queries(6):
        response = check(client, first, url="https://news.example/a", relay_find="post", do="find")
    assert page(response).count("Known post") == rows * 2


def test_the_desk_leads_to_the_intake(client: Client) -> None:
    assert f'href="{reverse("desk_source_new")}"' in page(client.get("/desk/"))


def keep(client: Client, key: str, **typed: list[str]) -> None:
    """Keep what was typed as the script of the page does."""
    client.put(f"/desk/drafts/{key}/", {"data": typed}, content_type="application/json")


def test_what_was_handed_in_by_half_is_offered_back_and_forgotten_once_it_is_stored(client: Client) -> None:
    keep(client, "source:new", text=["half a page"], kind=["press_release"], url=[""])
    shown = page(client.get(ADDRESS))
    assert 'data-offer-of="source:new"' in shown and 'data-device="never"' in shown
    taken = page(client.get(f"{ADDRESS}?take=source:new"))
    assert re.search(r'<textarea name="text"[^>]*>\s*half a page</textarea>', taken)
    assert '<option value="press_release" selected>' in taken
    assert check(client, hand_in(client, text=TEXT), title="Title", do="save").status_code == 302
    assert not Draft.objects.exists()


def test_a_check_that_was_left_is_taken_up_with_its_file(client: Client, media: Path) -> None:
    first = hand_in(client, text=TEXT)
    word = word_in(first)
    assert 'data-autosave="source:check"' in page(first) and "data-fresh" not in page(first)
    keep(client, "source:check", staged=[word], title=["Half a ti"], extracted_text=["What I corrected"], kind=["news"])
    again = page(client.get(ADDRESS))
    assert 'data-offer-of="source:check"' in again and "Half a ti" in again
    assert word not in again
    # Another source that is checked meanwhile is kept apart.
    assert "data-fresh" in page(hand_in(client, text="Another text."))
    taken = client.get(f"{ADDRESS}?take=source:check&number=0")
    assert 'value="Half a ti"' in page(taken) and "What I corrected</textarea>" in page(taken)
    assert word_in(taken) == word
    assert check(client, taken, title="Half a title", do="save").status_code == 302
    assert Source.objects.get().sha256 == digest(TEXT.encode())
    assert not Draft.objects.exists()


def test_a_check_whose_file_is_gone_gives_its_text_back(client: Client, media: Path) -> None:
    keep(client, "source:check", staged=[word_in(hand_in(client, text=TEXT))], extracted_text=["What I corrected"])
    for path in (media / "incoming").iterdir():
        path.unlink()
    shown = page(client.get(f"{ADDRESS}?take=source:check"))
    assert "What I corrected</textarea>" in shown and "not kept any longer" in shown
    assert client.get(f"{ADDRESS}?take=source:check&number=7").status_code == 200
