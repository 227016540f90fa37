"""A source and its file are stored together or not at all."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from tests import factories
from visits.access import Role
from visits.choices import Visibility, Workflow
from visits.models import Source, SourceRelay
from visits.source_actions import take_in_source
from visits.stored_files import keeping, stored_name

DATA = b"the bytes of a file"
SHA = hashlib.sha256(DATA).hexdigest()

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path: Path) -> Path:
    """Return the folder for files of this test."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


def files(media: Path) -> list[str]:
    """Return the names of all stored files."""
    return sorted(
        str(path.relative_to(media)) for path in media.rglob("*") if path.is_file() and ".locks" not in str(path)
    )


@pytest.fixture
def editor(db):
    return factories.user(role=Role.EDITOR)


def test_the_file_stands_under_its_sha_and_only_the_site_reads_it(media: Path, editor) -> None:
    source = take_in_source(source=Source(title="A", extracted_text="Words."), by=editor, data=DATA)
    stored = Source.objects.get(pk=source.pk)
    assert stored.stored_file.name == f"sources/{SHA[:2]}/{SHA}"
    assert stored.sha256 == SHA
    assert stored.workflow == Workflow.DRAFT
    assert stored.visibility == Visibility.INTERNAL
    assert stored.entered_by == editor
    assert (media / stored.stored_file.name).read_bytes() == DATA
    assert (media / stored.stored_file.name).stat().st_mode & 0o777 == 0o600
    assert files(media) == [f"sources/{SHA[:2]}/{SHA}"]


def test_the_same_file_is_stored_once_and_a_source_may_have_none(media: Path, editor) -> None:
    for _time in range(2):
        take_in_source(source=Source(title="A"), by=editor, data=DATA)
    assert take_in_source(source=Source(title="B"), by=editor).stored_file.name == ""
    assert files(media) == [f"sources/{SHA[:2]}/{SHA}"]
    assert Source.objects.with_file(SHA).count() == 2
    assert Source.objects.with_file("").count() == 0


@pytest.mark.parametrize("stood_before", [False, True])
def test_what_fails_leaves_no_row_and_no_file(media: Path, editor, stood_before: bool) -> None:
    if stood_before:
        take_in_source(source=Source(title="Before"), by=editor, data=DATA)
    before = Source.objects.count(), files(media)
    with pytest.raises(ValidationError):
        take_in_source(source=Source(title=""), by=editor, data=DATA)
    original = Source(title="Original", consulted=False)
    with pytest.raises(ValidationError):
        take_in_source(source=Source(title="A"), by=editor, data=DATA, relays=[(original, "no such kind")])
    assert (Source.objects.count(), files(media)) == before
    assert len(before[1]) == int(stood_before)


@pytest.mark.parametrize("role", [Role.NONE, Role.READER, Role.MEMBER])
def test_whoever_may_not_edit_stores_nothing(media: Path, role: Role) -> None:
    with pytest.raises(PermissionDenied):
        take_in_source(source=Source(title="A"), by=factories.user(role=role), data=DATA)
    assert not Source.objects.exists()
    assert not media.exists()


def test_a_stored_source_is_not_taken_in_again(media: Path, editor) -> None:
    with pytest.raises(ValidationError):
        take_in_source(source=factories.source(), by=editor, data=DATA)
    assert not media.exists()


def test_a_new_original_is_as_visible_as_what_passes_it_on(editor) -> None:
    source = Source(title="Recording of a post", kind="recording")
    original = Source(title="The post", kind="social_post", consulted=False)
    take_in_source(source=source, by=editor, relays=[(original, "excerpts")])
    relay = SourceRelay.objects.get()
    assert (relay.source, relay.original, relay.kind) == (source, original, "excerpts")
    assert source.visibility == original.visibility == Visibility.CONFIDENTIAL
    assert source.compartment == original.compartment
    assert source.compartment.memberships.get().user == editor
    other = factories.user(role=Role.ADMIN)
    assert not Source.objects.visible_to(other).exists()
    assert Source.objects.visible_to(editor).count() == 2


def test_who_stores_the_same_bytes_waits_for_the_one_before(media: Path) -> None:
    inside, leave, done = threading.Event(), threading.Event(), threading.Event()

    def fail() -> None:
        with pytest.raises(RuntimeError), keeping(DATA):
            inside.set()
            leave.wait(5)
            raise RuntimeError

    def store() -> None:
        with keeping(DATA):
            done.set()

    first, second = threading.Thread(target=fail), threading.Thread(target=store)
    first.start()
    assert inside.wait(5)
    second.start()
    assert not done.wait(0.2)
    leave.set()
    first.join(5)
    second.join(5)
    assert done.is_set()
    assert (media / stored_name(SHA)).read_bytes() == DATA


@pytest.mark.django_db(transaction=True)
def test_the_transaction_is_the_outermost_so_that_the_file_goes_with_it(media: Path) -> None:
    from django.db import transaction

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        take_in_source(source=Source(title="A"), by=None, data=DATA)
    assert files(media) == []
    assert not connection.in_atomic_block


def test_an_address_is_found_however_it_is_written() -> None:
    source = factories.source(url="https://www.news.example/a/b/?utm_source=x")
    archived = factories.source(url="https://x.example/", archive_url="http://news.example/a/b")
    factories.source(url="https://news.example/a/b/c")
    factories.source(url="https://news.example/a/b?id=1")
    assert set(Source.objects.at_address("http://news.example/a/b")) == {source, archived}
    assert not Source.objects.at_address("").exists()
    assert not Source.objects.at_address("no address").exists()


def test_words_are_looked_for_in_all_that_names_a_source() -> None:
    source = factories.source(title="Premier on a post", publisher="The Courier", url="https://news.example/a")
    factories.source(title="Premier", publisher="Other")
    assert list(Source.objects.with_words("premier COURIER news.example")) == [source]
