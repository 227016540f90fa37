"""A name is replaced by a code name in everything that editors wrote, as it stands and in every version of old.

What others said or wrote stays as it is, for it is evidence: `left_in` tells where the name still stands in that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast

from visits import drafts
from visits.after_save import keys_of, refresh, together
from visits.models import Draft, ImportRow, Merge, Redirect, Versioned
from visits.told import is_read

# Words of others, by model: quotations, titles, stored texts. A shorter code in them would be another evidence.
EVIDENCE = {
    "visits.Source": {"title", "url", "archive_url", "extracted_text", "author", "publisher"},
    "statements.StatementText": {"text"},
    "statements.Citation": {"exact", "prefix", "suffix"},
}
# Sealed, counted or made anew out of the rest.
_APART = {
    "visits.ProtectedName", "visits.AuditEntry", "visits.AuditSeal", "visits.User", "visits.Redirect",
    "statements.SearchEntry", "statements.NameWord",
}  # fmt: skip
# One word alone is replaced where the row names the person; elsewhere it may be anybody's, or a word.
SHORTEST = 4
_TWO_WORDS = re.compile(r"\S\s+\S")


def _kept(model: type[models.Model]) -> str:
    """Return the label of a model, or of that whose history it is."""
    tracked = getattr(model, "instance_type", model)
    return str(tracked._meta.label)


def written_in() -> Iterator[type[Any]]:
    """Yield every model of the record in which somebody's words stand, histories among them."""
    for label in ("visits", "statements"):
        for model in apps.get_app_config(label).get_models(include_auto_created=True):
            if _kept(model) not in _APART:
                yield model


def columns_of(model: type[models.Model]) -> tuple[list[str], list[str]]:
    """Return the columns of a model in which words stand: those of editors, and those that are evidence."""
    found = [
        column.attname
        for column in model._meta.concrete_fields
        if isinstance(column, models.CharField | models.TextField)
        and not isinstance(column, models.SlugField)
        and not column.choices
        and column.name not in {"public_id", "history_type"}
    ]
    evidence = EVIDENCE.get(_kept(model), set())
    return [name for name in found if name not in evidence], [name for name in found if name in evidence]


def pattern_of(names: Iterable[str]) -> re.Pattern[str] | None:
    """Return what finds any of `names` as whole words, the longest first; None where there is none."""
    told = sorted({name for name in names if name.strip()}, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, told)) + r")(?!\w)", re.IGNORECASE) if told else None


def _holding(columns: Iterable[str], names: Iterable[str]) -> Q:
    condition = Q(pk__in=[])
    for column in columns:
        for name in names:
            condition |= Q(**{f"{column}__icontains": name})
    return condition


def scrub_rows(rows: models.QuerySet[Any], names: set[str], code: str) -> bool:
    """Put `code` in place of `names` in what editors wrote in `rows`; return whether everybody reads one that changed.

    Written past the history, which would keep what is taken out; the version rises, so that no open form puts it back.
    """
    model, pattern = rows.model, pattern_of(names)
    own, _evidence = columns_of(model)
    told = False
    if pattern is None or not own:
        return told
    for row in rows.filter(_holding(own, names)):
        values: dict[str, Any] = {}
        for name in own:
            before = getattr(row, name)
            after = pattern.sub(lambda _found: code, before) if before else before
            if after != before:
                values[name] = after[: model._meta.get_field(name).max_length or len(after)]
        if not values:
            continue
        if isinstance(row, Versioned):
            values["version"] = F("version") + 1
        model._base_manager.filter(pk=row.pk).update(**values)
        refresh(keys_of([row]))
        told = told or (not hasattr(model, "instance_type") and is_read(row))
    return told


def with_words(names: set[str]) -> set[str]:
    """Return names and their single words, as far as these are long enough to name somebody."""
    return names | {word for name in names for word in re.split(r"[\s,;]+", name) if len(word) >= SHORTEST}


def scrub_everywhere(names: set[str], code: str) -> bool:
    """Put `code` in place of each name of more than one word wherever editors wrote it.

    Return whether everybody reads a row that changed.
    """
    long = {name for name in names if _TWO_WORDS.search(name.strip())}
    scrub_merges(long, code)
    with together():
        # Each is gone through, whatever the one before told.
        told = [scrub_rows(model._base_manager.all(), long, code) for model in written_in()]
    return any(told)


def forget_elsewhere(names: set[str]) -> None:
    """Forget what was typed and not saved, handed in, or logged by the administration with one of `names` in it."""
    pattern = pattern_of(names)
    if pattern is None:
        return

    def held(_user: Any, data: drafts.Fields) -> bool:
        return any(pattern.search(text) for texts in data.values() for text in texts)

    drafts.forget_where(set(Draft.objects.values_list("key", flat=True)), held)
    # JSON is stored with letters escaped or not, as the database has it.
    spelled = names | {json.dumps(name)[1:-1] for name in names}
    texts = {f"as_{name}": Cast(name, models.TextField()) for name in ("told", "answers")}
    ImportRow.objects.annotate(**texts).filter(_holding(["about", "key", *texts], spelled)).delete()
    LogEntry.objects.filter(_holding(["object_repr", "change_message"], spelled)).delete()


def scrub_merges(names: set[str], code: str) -> None:
    """Put `code` in place of `names` in what merges keep of rows, by which they are undone."""
    pattern = pattern_of(names)
    if pattern is None:
        return
    escaped = json.dumps(code)[1:-1]
    for merge in Merge.objects.all():
        text = json.dumps(merge.changes, ensure_ascii=False)
        changes = json.loads(pattern.sub(lambda _found: escaped, text))
        if changes != merge.changes:
            Merge.objects.filter(pk=merge.pk).update(changes=changes)


def forget_address(row: Any, old_path: str, old_slug: str) -> None:
    """Forget the old address of a row: what led to it, drafts under it, and what the administration logged of it."""
    of_it = Q(old_path__startswith=old_path) | Q(new_path__startswith=old_path)
    ids = {*Redirect.objects.filter(of_it).values_list("pk", flat=True)}
    ids |= {*Redirect.history.filter(of_it).values_list("id", flat=True)}
    Redirect.objects.filter(pk__in=ids).delete()
    # The deletion has added to it.
    Redirect.history.filter(id__in=ids).delete()
    drafts.forget(old_slug)
    kind = ContentType.objects.get_for_model(type(row))
    LogEntry.objects.filter(content_type=kind, object_id=str(row.pk)).delete()


def left_in(names: set[str]) -> dict[str, list[Any]]:
    """Return the rows, by what their kind is called, in which a name still stands: mostly in words of others."""
    pattern = pattern_of({name for name in names if _TWO_WORDS.search(name.strip())} or names)
    found: dict[str, list[Any]] = {}
    for model in written_in():
        if pattern is None or hasattr(model, "instance_type"):
            continue
        own, evidence = columns_of(model)
        for row in model._base_manager.filter(_holding([*own, *evidence], names)):
            if any(pattern.search(getattr(row, name) or "") for name in (*own, *evidence)):
                found.setdefault(str(model._meta.verbose_name), []).append(row)
    return found
