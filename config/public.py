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

PUBLIC_PAGES = frozenset(
    {
        # The machine and crawlers.
        "health_live",
        "health_ready",
        "robots",
        # The way in and out.
        "account_login",
        "account_logout",
        "account_inactive",
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
        # The lists as files and calendars.
        "visit_export",
        "visit_calendar",
        "visit_event",
        "statement_export",
        "commitment_export",
        # Whoever holds the address: a secret one of a feed, a signed one out of a mail.
        "saved_feed",
        "saved_search_stop",
    }
)

# Pages that are the same for everybody without a session: all but the way in, what tells of the machine, what is
# somebody's own by its address, feeds and files, which know by themselves whether they changed, and what is asked at
# every key.
CACHED_PAGES = PUBLIC_PAGES - {
    "health_live",
    "health_ready",
    "robots",
    "account_login",
    "account_logout",
    "account_inactive",
    "statement_feed",
    "saved_feed",
    "saved_search_stop",
    "suggest",
    "visit_export",
    "visit_calendar",
    "visit_event",
    "statement_export",
    "commitment_export",
}


def public_page(view: View) -> View:
    """Open a view to everybody, for reading alone.

    It answers any other method by an empty 405, before a row is looked for: a hidden and a missing one answer alike.
    The check of forms would come first and call it a form that has expired; a page that takes no form needs none.
    """
    return login_not_required(csrf_exempt(require_safe(view)))
