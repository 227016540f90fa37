"""Room on Python's stack for what builds a page.

CPython keeps the frames of Python functions in chunks of 16 KiB. Where a loop calls functions right at the end of a
chunk, each call maps a new chunk and each return gives it back: a template rendered at such a depth takes twice as long
(23 ms at the top of the stack, up to 46 ms some 60 frames down, which is where middleware puts it). A frame that claims
more than a chunk gets one that is large enough, and what it calls has the rest of it: CPython doubles the size until
the frame fits, `_PyThreadState_PushFrame` and `push_chunk` in Python/pystate.c.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

# In words of 8 bytes. It fits into a chunk of 256 KiB and leaves nearly half of it.
CLAIMED = 17_000
Handler = Callable[[HttpRequest], HttpResponseBase]


def give_room(get_response: Handler) -> Handler:
    """Answer from a chunk of the stack that all of the answer fits into."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    middleware.__code__ = middleware.__code__.replace(co_stacksize=CLAIMED)
    return middleware
