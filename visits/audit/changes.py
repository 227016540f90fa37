"""What changes who may see or do what is logged in the transaction of the change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from simple_history.models import HistoricalRecords

from visits.audit.log import note
from visits.models import AuditKind, CompartmentMember, User
from visits.models.base import Watched


def by_history(sender: Any, instance: Any, history_instance: Any, **_more: Any) -> None:
    """Log what a new row of history changed; called for each by django-simple-history.

    Rows that are new are in nobody's sight yet as another: of them only accounts are told.
    """
    made = history_instance.history_type == "+"
    if isinstance(instance, CompartmentMember):
        word = {"+": "named", "-": "taken out"}.get(history_instance.history_type, "changed")
        note(AuditKind.MEMBER, by=_who(history_instance), row=instance.compartment, detail=f"{word} {instance.user_id}")
    elif isinstance(instance, Watched) and history_instance.history_type != "-":
        told = list(_changed(instance, made=made))
        kinds = {kind for kind, _change in told}
        for kind in kinds:
            changes = ", ".join(change for one, change in told if one is kind)
            note(kind, by=_who(history_instance), row=instance, detail=changes)


def _changed(instance: Watched, *, made: bool) -> Iterator[tuple[AuditKind, str]]:
    before, now = instance.as_loaded, {name: getattr(instance, name) for name in instance.WATCHED}
    instance.as_loaded = now
    for name, kind in instance.WATCHED.items():
        if before.get(name) == now[name] or not (before or (made and isinstance(instance, User))):
            continue
        if name == "email":
            # An address is told to nobody by the log: that there is another one, of accounts that were there.
            yield from () if made else ((AuditKind(kind), "e-mail address changed"),)
        else:
            yield AuditKind(kind), f"{name} {_word(before.get(name))}>{_word(now[name])}"


def _word(value: Any) -> str:
    return "-" if value in {None, ""} else str(value)


def _who(history_instance: Any) -> int | None:
    """Return who did it: whoever an action names, else whoever asked for the page."""
    if history_instance.history_user_id:
        return int(history_instance.history_user_id)
    user = getattr(getattr(HistoricalRecords.context, "request", None), "user", None)
    return user.pk if user is not None and user.is_authenticated else None


def signed_in(sender: Any, request: Any, user: Any, **_more: Any) -> None:
    """Log that somebody has signed in."""
    note(AuditKind.SIGNED_IN, by=user)


def signed_out(sender: Any, request: Any, user: Any, **_more: Any) -> None:
    """Log that somebody has signed out."""
    if user is not None:
        note(AuditKind.SIGNED_OUT, by=user)


def refused(sender: Any, credentials: Any, **_more: Any) -> None:
    """Log a refused sign-in: whose account it was, where there is one; what was typed is not kept."""
    name = str(credentials.get("username") or "")
    # As signing in finds it: in whatever case the name is written.
    found = _account(username__iexact=name) if name else None
    note(AuditKind.REFUSED, by=found, detail="" if found else "no such account")


def tell_unheard(account: dict[str, str], *, detail: str = "") -> None:
    """Log that guesses at an account are no longer evaluated (config/guesses.py); `account` is how it is found."""
    found = _account(**account)
    note(AuditKind.REFUSED, by=found, detail=f"not looked at{detail if found else ': no such account'}")


def _account(**named: str) -> int | None:
    return User.objects.filter(**named).values_list("pk", flat=True).first()


def factor_changed(word: str) -> Callable[..., None]:
    """Return what logs that an app, a passkey or recovery codes of somebody were `word` (“added”)."""

    def log(sender: Any, request: Any, user: Any, authenticator: Any, **_more: Any) -> None:
        note(AuditKind.FACTOR, by=user, row=user, detail=f"{authenticator.type} {word}")

    return log


def factor_refused(sender: Any, request: Any, user: Any, **_more: Any) -> None:
    """Log a wrong code: whoever sends one knows the password."""
    note(AuditKind.REFUSED, by=user, detail="second factor")


def password_changed(sender: Any, request: Any, user: Any, **_more: Any) -> None:
    """Log another password: changed by its person, or set anew by the link of a mail."""
    note(AuditKind.ROLE, by=user, row=user, detail="password changed")


# Kept here: signals hold what they call no longer than somebody else does.
_ON_FACTORS = [
    (mfa.authenticator_added, factor_changed("added")),
    (mfa.authenticator_removed, factor_changed("removed")),
    (mfa.authenticator_reset, factor_changed("made anew")),
]


def watch() -> None:
    """Connect all of it."""
    from simple_history.signals import post_create_historical_record

    from visits.token_actions import on_another_password

    post_create_historical_record.connect(by_history, dispatch_uid="visits.audit")
    user_logged_in.connect(signed_in, dispatch_uid="visits.audit")
    user_logged_out.connect(signed_out, dispatch_uid="visits.audit")
    user_login_failed.connect(refused, dispatch_uid="visits.audit")
    for signal, log in _ON_FACTORS:
        signal.connect(log, dispatch_uid="visits.audit")
    mfa.authentication_failed.connect(factor_refused, dispatch_uid="visits.audit")
    for signal in (account.password_changed, account.password_set, account.password_reset):
        signal.connect(password_changed, dispatch_uid="visits.audit")
        signal.connect(on_another_password, dispatch_uid="visits.tokens")
