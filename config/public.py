"""Which pages are open to everybody: the one list, by the names of their addresses.

Whatever is not named here asks for signing in (LoginRequiredMiddleware). Each view named here carries
`login_not_required` beside its code; tests/config/test_public.py holds list and views together.
"""

PUBLIC_PAGES = frozenset(
    {
        # The machine and crawlers.
        "health_live",
        "health_ready",
        "robots",
        # The way in and out.
        "account_login",
        "account_logout",
        # The record: each page shows a reader only what `visible_to` lets through.
        "home",
        "visit_list",
        "visit_detail",
        "visit_positions",
        "visit_commitments",
        "visit_sources",
        "visit_history",
        "visit_corrections",
        "correction_list",
        "meeting_detail",
        "statement_detail",
        "source_detail",
        "country_list",
        "country_detail",
        "mandate_list",
        "mandate_detail",
        "person_list",
        "person_detail",
        "organisation_detail",
        "topic_list",
        "topic_detail",
    }
)
