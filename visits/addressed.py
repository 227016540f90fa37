"""Addresses that are made of names, where they stand apart from their row: in texts, reports, rows of lists."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from visits.after_save import together
from visits.merge_plan import MODELS
from visits.merge_undo import merged_away
from visits.models import ImportRow, Redirect, Report
from visits.scrubbing import scrub_json, scrub_rows, written_in


def slugs_of(row: Any) -> set[str]:
    """Return every slug by which a row was ever found: those of what went up in it, and of old addresses, with its own.

    A record without a slug is found by its public id. Ask before redirects, merges and history are forgotten.
    """
    model = type(row)
    ids = {row.pk, *(merged_away(row) if model._meta.label in MODELS.values() else ())}
    if not hasattr(row, "slug"):
        return {row.public_id, *model.history.filter(id__in=ids).values_list("public_id", flat=True)}
    path = row.get_absolute_url()
    found = {row.slug, *model.history.filter(id__in=ids).values_list("slug", flat=True)}
    folder = path.removesuffix(f"{row.slug}/")
    leading = Q(new_path__startswith=path, old_path__startswith=folder)
    for redirects in (Redirect.objects, Redirect.history):
        for old in redirects.filter(leading).values_list("old_path", flat=True):
            found.add(old.removeprefix(folder).split("/")[0])
    return found - {""}


def pattern_of_slugs(slugs: Collection[str]) -> re.Pattern[str]:
    """Return what finds any of `slugs` whole. One of a single word is found in addresses alone: it is any word too."""
    ways = "|".join(
        (r"(?<![\w-])" if "-" in slug else r"(?:(?<=[/:=])|(?<=%3A))") + re.escape(slug)
        for slug in sorted(slugs, key=len, reverse=True)
    )
    return re.compile(rf"(?:{ways})(?![\w-])")


def scrub_slugs(slugs: Collection[str], slug: str) -> bool:
    """Put `slug` in place of `slugs` wherever editors wrote one, in every version of old, and where rows of lists led.

    Return whether everybody reads a row that changed.
    """
    pattern = pattern_of_slugs(slugs)
    ImportRow.objects.filter(record__in=slugs, batch__kind="people").update(record=slug)
    scrub_json(pattern, slug)
    with together():
        # Each is gone through, whatever the one before told.
        told = [scrub_rows(model._base_manager.all(), set(slugs), slug, pattern) for model in written_in()]
    return any(told)


def forget_addresses(slugs: Collection[str]) -> None:
    """Forget where rows of lists led, and about which page a report was, where one of `slugs` tells it."""
    ImportRow.objects.filter(record__in=slugs).delete()
    pattern = pattern_of_slugs(slugs)
    for report in Report.objects.filter(reduce(or_, (Q(page__contains=slug) for slug in slugs))):
        if pattern.search(report.page):
            Report.objects.filter(pk=report.pk).update(page="")
