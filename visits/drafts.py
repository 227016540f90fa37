"""Drafts: kept while somebody types, offered back to them alone, never published by being kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.forms import CheckboxInput
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from visits.keys import may_use
from visits.models import Draft, Presence, SentForm, User
from visits.sending import TOKEN, token_of, was_sent

if TYPE_CHECKING:
    from django.forms import BaseForm

Fields = dict[str, list[str]]
# So many drafts that were typed over unread are kept; the oldest goes first.
MOST_EARLIER = 5
# What stands in a form and is no part of what somebody typed.
# The ticks of a review name versions that were read: they are given anew.
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "version", "preview", "statement", "back"})


@dataclass(frozen=True, slots=True)
class Offer:
    """A draft to be offered back: `number` is 0 for the newest, then 1 and so on for those typed over unread."""

    number: int
    saved_at: datetime
    version: int | None
    data: Fields

    @property
    def texts(self) -> list[str]:
        """Return what was typed, field after field, for reading it before it is taken back."""
        return [value for name, values in self.data.items() if name != TOKEN for value in values if value.strip()]


def typed(data: Any) -> Fields:
    """Return `data` as fields to be kept: names to lists of texts. Raises ValidationError for anything else.

    As many are kept as a form that is saved may have.
    """
    if not isinstance(data, Mapping) or len(data) > settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:
        raise ValidationError(_("This is no draft of a form."))
    kept: Fields = {}
    for name, values in data.items():
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise ValidationError(_("This is no draft of a form."))
        if name not in NOT_TYPED:
            kept[_storable(name)] = [_storable(value) for value in values]
    return kept


def _storable(text: str) -> str:
    """Return `text` as every database takes it: without NUL and halves of characters, line ends as stored."""
    plain = text.replace("\x00", "").replace("\r\n", "\n")
    return plain.encode("utf-8", "replace").decode("utf-8")


@transaction.atomic
def keep_draft(*, by: User, key: str, data: Fields, version: int | None = None, fresh: bool = False) -> Draft:
    """Store what `by` has typed in the form `key`, in place of what was kept of it before.

    `fresh` says that the form was opened without taking the draft back: what is kept then moves to `earlier`, as does
    what was typed into the same form shown at another time, which its token tells. Of a form that was saved meanwhile
    nothing is kept.
    Raises ValidationError where `by` may not see what the key is of.
    """
    if not may_use(by, key):
        raise ValidationError(_("There is no such record."))
    token = token_of(data, key)
    if was_sent(by=by, token=token):
        return Draft(user=by, key=key, data=data)
    draft, _made = Draft.objects.select_for_update().get_or_create(
        user=by, key=key, defaults={"data": data, "base_version": version}
    )
    if draft.data != data and (fresh or token_of(draft.data, key) != token):
        draft.earlier = [_as_earlier(draft), *draft.earlier][:MOST_EARLIER]
    draft.data, draft.base_version, draft.saved_at = data, version, timezone.now()
    draft.save()
    return draft


@transaction.atomic
def settle(*, by: User, key: str, fields: Mapping[str, Any]) -> None:
    """Forget what was kept of the form `key` that `by` has just saved with `fields`; other drafts of it stay."""
    draft = Draft.objects.select_for_update().filter(user=by, key=key).first()
    if draft is None:
        return
    saved = token_of(fields, key)
    _strike(draft, lambda data: token_of(data, key) == saved)


def _strike(draft: Draft, wanted: Callable[[Fields], bool]) -> None:
    """Forget what was typed and is `wanted`, the rest of the draft stays."""
    left = [one for one in (_as_earlier(draft), *draft.earlier) if not wanted(one["data"])]
    if not left:
        draft.delete()
        return
    newest, *draft.earlier = left
    draft.data, draft.base_version = newest["data"], newest["version"]
    draft.saved_at = datetime.fromisoformat(newest["saved_at"])
    draft.save()


def throw_away(*, by: User, key: str) -> None:
    """Forget all drafts of `by` of the form `key`: they are not wanted."""
    Draft.objects.visible_to(by).filter(key=key).delete()


def carry(old: str, new: str) -> None:
    """Give the drafts of the record of public id `old` to that of `new`, into which it was merged: nothing is lost."""
    for key in set(Draft.objects.filter(key__endswith=f":{old}").values_list("key", flat=True)):
        carry_key(key, key.removesuffix(old) + new)


def carry_key(old: str, new: str) -> None:
    """Give the drafts of the form `old` to the form `new`.

    Where somebody has a draft of both, that of `old` is offered as an earlier one.
    """
    for draft in Draft.objects.select_for_update().filter(key=old):
        standing = Draft.objects.select_for_update().filter(user=draft.user_id, key=new).first()
        if standing is None:
            draft.key = new
            draft.save(update_fields=["key"])
            continue
        standing.earlier = [*standing.earlier, _as_earlier(draft), *draft.earlier]
        standing.save(update_fields=["earlier"])
        draft.delete()


def _as_earlier(draft: Draft) -> dict[str, Any]:
    return {"saved_at": draft.saved_at.isoformat(), "version": draft.base_version, "data": draft.data}


def forget(name: str) -> None:
    """Forget every draft of the record of this public id or slug, whoever typed it: a removed record leaves none.

    Nor is it kept who had it open, or sent a form of it or one that led to it: a slug says what it is of.
    """
    for model in (Draft, Presence):
        model.objects.filter(key__endswith=f":{name}").delete()
    SentForm.objects.filter(Q(token__contains=f":{name} ") | Q(address__contains=f"/{name}/")).delete()


def forget_where(keys: Iterable[str], wanted: Callable[[User, Fields], bool]) -> None:
    """Forget of the forms of these keys, of no record yet, what anybody typed of which `wanted(user, data)` is true."""
    for draft in Draft.objects.select_for_update().filter(key__in=list(keys)).select_related("user"):
        _strike(draft, partial(wanted, draft.user))


def draft_of(user: User, key: str) -> Draft | None:
    """Return the draft of `user` of the form `key`; None where there is none or its record is hidden from them."""
    if not may_use(user, key):
        return None
    found: Draft | None = Draft.objects.visible_to(user).filter(key=key).first()
    return found


def drafts_of(user: User, keys: Iterable[str]) -> dict[str, Draft]:
    """Return the drafts of `user` of forms whose records they are known to see, by key."""
    return {draft.key: draft for draft in Draft.objects.visible_to(user).filter(key__in=list(keys))}


def offers(draft: Draft | None, shown: Fields) -> list[Offer]:
    """Return what is offered back of `draft`, the newest first; not what the form shows anyway, and no empty one."""
    if draft is None:
        return []
    stored = [_as_earlier(draft), *draft.earlier]
    found = [
        Offer(number, datetime.fromisoformat(row["saved_at"]), row["version"], row["data"])
        for number, row in enumerate(stored)
    ]
    return [offer for offer in found if not _says_nothing_new(offer.data, shown)]


def _says_nothing_new(data: Fields, shown: Fields) -> bool:
    """Whether a form that shows `shown` holds all of `data` already."""
    return all(name == TOKEN or values == shown.get(name, []) or not any(values) for name, values in data.items())


def shown_by(forms: Sequence[BaseForm]) -> Fields:
    """Return the values that unbound forms show, as `typed` would return them."""
    found: Fields = {}
    for form in forms:
        for name, field in form.fields.items():
            # Not `form[name]`, which would keep this initial value when a draft is taken back into the form.
            initial = field.prepare_value(form.get_initial_for_field(field, name))
            # The widget of a tick box shows no value of its own; sent is "on" where it is ticked.
            ticked = isinstance(field.widget, CheckboxInput) and field.widget.check_test(initial)
            value = "on" if ticked else field.widget.format_value(initial)
            values = value if isinstance(value, list | tuple) else [value]
            found[form.add_prefix(name)] = [_storable(str(one)) for one in values if one is not None]
    return found


def initial_of(form: BaseForm, data: Fields) -> dict[str, Any]:
    """Return the initial values by which `form` shows what was typed into one of its kind."""
    posted: MultiValueDict[str, str] = MultiValueDict(data)
    found = {}
    for name, field in form.fields.items():
        if name not in NOT_TYPED:
            found[name] = field.widget.value_from_datadict(posted, MultiValueDict(), form.add_prefix(name))
    return found
