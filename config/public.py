"""Which pages are open to everybody: the one list, by the names of their addresses.

Whatever is not named here asks for signing in (LoginRequiredMiddleware). Each view named here carries `public_page`
beside its code, but for those of the way in; tests/config/test_public.py holds list and views together.
"""

from collections.abc import Callable
from typing import TypeVar

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

# Lists and single pages as files, calendars and feeds, which know by themselves whether they changed.
FILES = frozenset(
    {
        "visit_export",
        "visit_calendar",
        "visit_event",
        "statement_export",
        "commitment_export",
        "commitment_calendar",
        "meeting_export",
        "meeting_calendar",
        "source_export",
        "source_atom",
        "person_popolo",
        *(f"{kind}_atom" for kind in ("visit", "meeting", "statement", "commitment", "correction")),
        *(
            f"{kind}_{way}"
            for kind in ("country", "mandate", "person", "organisation", "topic")
            for way in ("feed", "calendar", "export", "atom")
        ),
        "visit_feed",
        # What a source was read from, where that may be published.
        "source_file",
    }
)

# What a page is about, to be printed.
BRIEFINGS = frozenset(f"{kind}_briefing_file" for kind in ("visit", "country", "topic", "comparison"))
# The way in and out: open to everybody, and nobody else's.
WAY_IN = frozenset(
    {
        "account_login",
        "account_logout",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "invitation",
        "mfa_authenticate",
        "mfa_login_webauthn",
    }
)
PUBLIC_PAGES = WAY_IN | frozenset(
    {
        # The machine and crawlers.
        "health_live",
        "health_ready",
        "robots",
        # The record: each page shows a reader only what `visible_to` lets through.
        "home",
        "visit_list",
        "visit_detail",
        "visit_positions",
        "visit_commitments",
        "visit_sources",
        "visit_history",
        "visit_corrections",
        "visit_cite",
        "correction_list",
        "meeting_detail",
        "meeting_cite",
        "search",
        "suggest",
        "statement_list",
        "statement_feed",
        "statement_detail",
        "statement_cite",
        "source_detail",
        "source_cite",
        "country_list",
        "country_detail",
        "mandate_list",
        "mandate_detail",
        "person_list",
        "person_detail",
        "organisation_detail",
        "comparison",
        "commitment_list",
        "topic_list",
        "topic_detail",
        # Briefings: what they are to hold, and they themselves.
        "visit_briefing",
        "country_briefing",
        "topic_briefing",
        "comparison_briefing",
        *BRIEFINGS,
        # By which anybody reports an error or a danger; it takes a form.
        "report",
        # What other sites show: cards, how they are found, pictures; of everybody's rows alone.
        "oembed",
        "embed_visit",
        "embed_statement",
        "picture",
        "picture_of_the_site",
        *FILES,
        # Whoever holds the address: a secret one of a feed, a signed one out of a mail.
        "saved_feed",
        "saved_search_stop",
    }
)

# Endpoints of the API at which everybody reads as far as they may see; whatever else there is of it asks for a token
# (visits/api/guard.py). Writing always does.
PUBLIC_ENDPOINTS = frozenset(
    {
        "api_root",
        "api_docs",
        "api_schema",
        *(f"api_{name}{item}" for name in (
            "visits", "meetings", "statements", "citations", "sources", "people", "organisations", "offices",
            "mandates", "countries", "topics", "commitments",
        ) for item in ("", "_item")),
    }
)  # fmt: skip

# Pages that are the same for everybody without a session: all but the way in, what tells of the machine, what is
# somebody's own by its address, feeds and files, which know by themselves whether they changed, and what is asked at
# every key.
CACHED_PAGES = (
    PUBLIC_PAGES
    - FILES
    # Few and large: kept by themselves (statements/briefing/answers.py).
    - BRIEFINGS
    - WAY_IN
    - {
        "health_live",
        "health_ready",
        "robots",
        "statement_feed",
        "saved_feed",
        "saved_search_stop",
        "suggest",
        "report",
    }
)


def public_page(view: View) -> View:
    """Open a view to everybody, for reading alone.

    It answers any other method by an empty 405, before a row is looked for: a hidden and a missing one answer alike.
    The check of forms would come first and call it a form that has expired; a page that takes no form needs none.
    """
    return login_not_required(csrf_exempt(require_safe(view)))
