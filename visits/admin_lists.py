"""Lists of the admin: what their columns name, what a search may look into, what an address may ask."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.text import smart_split, unescape_string_literal
from django.utils.translation import gettext_lazy as _

from visits.admin_names import foreign_keys, names_of, plain_id, readable
from visits.folding import fold


class GatedChangeList(ChangeList):
    """A list whose columns name only open rows."""

    def get_results(self, request: HttpRequest) -> None:
        """Fetch the rows and what their columns lead to, one query a model."""
        super().get_results(request)
        # Evaluated here once: rows that are edited in the list are these.
        len(self.result_list)
        relations = {field.name for field in foreign_keys(self.model)} & set(map(str, self.list_display))
        names_of(request).show(self.result_list, only=relations)


def search(model: Any, path: str, word: str, request: HttpRequest) -> Q:
    """Return the condition that `path` contains `word`, each related row on the way being readable."""
    head, _under, rest = path.partition("__")
    field = model._meta.get_field(head)
    if not rest or not field.is_relation:
        return Q(**{f"{path}__icontains": fold(word) if path.endswith("folded") else word})
    related = field.related_model
    rows = readable(related, request).filter(search(related, rest, word, request))
    if field.one_to_many:
        return Q(pk__in=rows.values(field.field.attname))
    return Q(**{f"{head}__in": rows.values("pk")})


# Each word is a condition on every column searched: a database gives up on some hundreds.
MOST_WORDS = 12


def words_of(typed: str) -> list[str]:
    """Return the words of a search, each once; what stands in quotation marks is one."""
    words = []
    for bit in smart_split(typed.replace("\x00", "")):
        quoted = bit[0] == bit[-1] and bit[0] in "\"'" and len(bit) > 1
        words.append(unescape_string_literal(bit) if quoted else bit)
    return list(dict.fromkeys(words))


def too_many(words: list[str], request: HttpRequest) -> bool:
    """Whether a search has more words than a database would take; the person is told."""
    if len(words) <= MOST_WORDS:
        return False
    told = _("Search for up to %(count)d words: nothing was searched for.") % {"count": MOST_WORDS}
    messages.warning(request, told)
    return True


class GuardedList:
    """Mixed into an admin: its list answers the questions of its own filters, and takes ids for ids only."""

    # What the links of Django's filters ask; a pattern could be one that no database reads.
    ASKED = frozenset({"", "exact", "isnull"})

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Allow the filters of the list and no other question by address.

        A question through a relation, or to a column that the list does not offer, would tell by the number of rows
        what stands in a row that the person may not see.
        """
        own: Any = self
        name, _under, rest = lookup.partition("__")
        offered = {field for field in own.list_filter if isinstance(field, str)}
        return name in offered and rest in self.ASKED and not own.model._meta.get_field(name).is_relation

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        """Allow fields of the model alone: Django breaks at the name of a relation that leads here."""
        own: Any = self
        if to_field not in {field.name for field in own.model._meta.concrete_fields}:
            return False
        return bool(super().to_field_allowed(request, to_field))  # type: ignore[misc]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Return the rows found, or none where the search has too many words."""
        # Django makes a condition of each word, also of one that was typed before.
        if too_many(list(smart_split(search_term)), request):
            return queryset.none(), False
        found: tuple[Any, bool] = super().get_search_results(request, queryset, search_term)  # type: ignore[misc]
        return found

    def response_action(self, request: HttpRequest, queryset: Any, *more: Any, **named: Any) -> HttpResponse | None:
        """Take the action on the rows whose ids are ids; what else was posted names no row."""
        posted = request.POST.copy()
        chosen = posted.getlist(ACTION_CHECKBOX_NAME)
        posted.setlist(ACTION_CHECKBOX_NAME, [text for text in chosen if plain_id(text) is not None])
        request.POST = posted  # type: ignore[assignment]
        answer: HttpResponse | None = super().response_action(request, queryset, *more, **named)  # type: ignore[misc]
        return answer
