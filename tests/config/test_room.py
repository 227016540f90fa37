"""Room on the stack: a frame that claims more than a chunk, and changes nothing else."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.room import CLAIMED, give_room

CHUNK = 16 * 1024 // 8


def test_a_frame_claims_more_than_a_chunk_and_answers_as_before() -> None:
    answer = HttpResponse("as before")
    middleware = give_room(lambda _request: answer)
    assert middleware.__code__.co_stacksize == CLAIMED > CHUNK  # type: ignore[attr-defined]
    assert middleware(HttpRequest()) is answer


def test_what_follows_fits_into_the_rest_of_the_chunk() -> None:
    size = CHUNK
    while size < CLAIMED:
        size *= 2
    # A page is some 100 frames deep, of 20 to 60 words each.
    assert size - CLAIMED > 100 * 60


def test_pages_are_built_within_it() -> None:
    place = settings.MIDDLEWARE.index("config.room.give_room")
    assert place < settings.MIDDLEWARE.index("config.page_cache.serve_public_pages")
