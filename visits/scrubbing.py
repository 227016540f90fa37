"""A name is replaced by a code name in everything that editors wrote, as it stands and in every version of old.

What others said or wrote stays as it is, for it is evidence: `left_in` tells where the name still stands in that.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast

from visits import drafts
from visits.after_save import keys_of, refresh, together
from visits.imports.forgetting import forget_waiting
from visits.models import Draft, ImportRow, Redirect, Versioned
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
# Kept as JSON, of which rows go whole (`forget_elsewhere`), or of words of others.
_JSON_APART = {"visits.Draft", "visits.ImportRow", "statements.Citation"}
# One word alone is replaced where the row names the person; elsewhere it may be anybody's, or a word.
SHORTEST = 4
_TWO_WORDS = re.compile(r"\S\s+\S")
# Between two words of a name, as a text has them: spaces of any kind, and signs that nobody sees.
_APART_FROM_NEXT = r"[\s\u200b\u200c\u200d\u2060\ufeff]+"


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
    """Return what finds any of `names` as whole words, the longest first; None where there is none.

    Whatever parts two words of a name in a text (a line break, a space that does not break, two of them) parts them
    here, and letters with marks are found as one sign or as two. A mark of Markdown is no letter beside a name.
    """
    told = sorted({written for name in names for written in _writings(name) if name.strip()}, key=len, reverse=True)
    ways = "|".join(_APART_FROM_NEXT.join(map(re.escape, name.split())) for name in told)
    return re.compile(rf"(?<![^\W_])(?:{ways})(?![^\W_])", re.IGNORECASE) if told else None


def _writings(text: str) -> set[str]:
    """Return a text with its marks as parts of letters, and as signs of their own."""
    return {text, *(unicodedata.normalize(form, text) for form in ("NFC", "NFD"))}


def _holding(columns: Iterable[str], names: Iterable[str]) -> Q:
    """Return the condition that a column has all words of a name: more than `pattern_of` finds, never less."""
    condition = Q(pk__in=[])
    for column in columns:
        for name in names:
            every = Q()
            for word in name.split():
                every &= reduce(or_, (Q(**{f"{column}__icontains": way}) for way in _asked(word)))
            condition |= every if name.strip() else Q(pk__in=[])
    return condition


def _asked(word: str) -> list[str]:
    """Return what is asked of a database to find a word: beyond ASCII, SQLite takes a capital for another letter.

    Its longest run of plain letters is the same in every writing; without one, it is asked for in each.
    """
    plain = max(re.findall(r"[\x21-\x7e]+", unicodedata.normalize("NFC", word)), key=len, default="")
    if len(plain) >= SHORTEST - 1:
        return [plain]
    return sorted({way for text in _writings(word) for way in (text, text.lower(), text.upper(), text.title())})


def scrub_rows(rows: models.QuerySet[Any], names: set[str], code: str, pattern: re.Pattern[str] | None = None) -> bool:
    """Put `code` in place of `names` in what editors wrote in `rows`; return whether everybody reads one that changed.

    `pattern` finds `names` where they are not found as the names of somebody.

    Written past the history, which would keep what is taken out; the version rises, so that no open form puts it back.
    """
    model, pattern = rows.model, pattern or pattern_of(names)
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
    scrub_json(pattern_of(long), code)
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

    # A list that waits would bring the name back, and a file is not searched: it may be of any kind.
    forget_waiting()
    drafts.forget_where(set(Draft.objects.values_list("key", flat=True)), held)
    # JSON is stored with letters escaped or not, as the database has it.
    spelled = names | {json.dumps(name)[1:-1] for name in names}
    texts = {f"as_{name}": Cast(name, models.TextField()) for name in ("told", "answers")}
    ImportRow.objects.annotate(**texts).filter(_holding(["about", "key", *texts], spelled)).delete()
    LogEntry.objects.filter(_holding(["object_repr", "change_message"], spelled)).delete()


def scrub_json(pattern: re.Pattern[str] | None, code: str) -> None:
    """Put `code` in place of what `pattern` finds in what is kept as JSON: rows that merges keep, headings of lists.

    Each row is read: JSON has letters escaped or not, as the database has it, and is not asked for words.
    """
    if pattern is None:
        return

    def scrubbed(value: Any) -> Any:
        if isinstance(value, dict):
            return {scrubbed(name): scrubbed(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [scrubbed(inner) for inner in value]
        return pattern.sub(lambda _found: code, value) if isinstance(value, str) else value

    for model in written_in():
        columns = [column.attname for column in model._meta.concrete_fields if isinstance(column, models.JSONField)]
        if not columns or _kept(model) in _JSON_APART:
            continue
        for row in model._base_manager.only(*columns):
            values = {name: after for name in columns if (after := scrubbed(before := getattr(row, name))) != before}
            if values and issubclass(model, Versioned):
                values["version"] = F("version") + 1
            if values:
                model._base_manager.filter(pk=row.pk).update(**values)


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
