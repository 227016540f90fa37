"""What an answer of the site is to a copy: a public body, or nothing."""

from __future__ import annotations

import pytest
from django.http import FileResponse, HttpResponse

from config.lifeboat.reading import Answer, Unreadable, _read


def read(response) -> Answer:  # type: ignore[no-untyped-def]
    return _read("/x/", response, [])


def test_pages_and_files_are_kept_and_what_was_withdrawn_is_known():
    assert read(HttpResponse(b"page", content_type="text/html; charset=utf-8")) == Answer("text/html", b"page")
    assert read(HttpResponse(b"gone", status=410)) == Answer("text/html", b"gone", gone=True)
    assert read(HttpResponse(status=302, headers={"Location": "/y/"})).location == "/y/"


@pytest.mark.parametrize("status", [204, 400, 401, 403, 404, 405, 429])
def test_what_is_refused_or_not_there_is_none(status):
    assert read(HttpResponse(b"no", status=status)).body is None


def test_a_form_that_is_somebodys_own_is_none():
    assert read(HttpResponse(b'<input name="csrfmiddlewaretoken">')).body is None


@pytest.mark.parametrize(
    ("media_type", "kept"), [("application/pdf", True), ("text/html", False), ("image/svg+xml", False)]
)
def test_a_file_that_a_browser_would_run_is_left_out(media_type, kept, tmp_path):
    (tmp_path / "file").write_bytes(b"<script>")
    # Closing the answer would end a request that there was not, and with it the connection to the database.
    with (tmp_path / "file").open("rb") as file:
        response = FileResponse(file, as_attachment=True, content_type=media_type)
        assert (read(response).body is not None) is kept


def test_a_site_that_fails_is_not_copied():
    with pytest.raises(Unreadable, match="/x/ answers 500"):
        read(HttpResponse(status=500))
