"""Forms of the way in that say more than allauth's own."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from config.guesses import count


class GuardedLoginForm(LoginForm):
    """Name and password; a code too, once so many passwords were tried that the next is not looked at without one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "code" in self.data:
            self._ask_code()

    def _ask_code(self) -> None:
        self.fields["code"] = forms.CharField(
            label=_("Code of your authenticator app, or a recovery code"),
            help_text=_("With a code, or by a passkey, you can sign in meanwhile."),
            widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
            required=False,
        )

    def _clean_with_password(self, credentials: dict[str, Any]) -> Any:
        try:
            return super()._clean_with_password(credentials)
        except ValidationError as error:
            if error.code == "too_many_login_attempts":
                self._ask_code()
            raise


class GuardedChangeForm(ChangePasswordForm):
    """Another password; the old one that it asks for counts as a guess, with those at the way in, until it is right."""

    def clean_oldpassword(self) -> str:
        """Return the old password."""
        counted = count(context.request, "password", self.user.get_username())
        if counted is None:
            raise get_adapter().validation_error("too_many_login_attempts")
        password: str = super().clean_oldpassword()
        counted.rollback()
        return password


class _Counted:
    """A code that is counted for its account and address until it is right."""

    user: Any

    def clean_code(self) -> str:
        counted = count(context.request, "code", str(self.user.pk))
        if counted is None:
            raise get_adapter().validation_error("too_many_login_attempts")
        code: str = super().clean_code()  # type: ignore[misc]
        counted.rollback()
        return code


class CodeForm(_Counted, AuthenticateForm):
    """The code between password and signing in."""


class ConfirmCodeForm(_Counted, ReauthenticateForm):
    """The code by which somebody who is signed in confirms who they are."""


class PasskeyForm(AddWebAuthnForm):
    """A passkey with its name; unless somebody says otherwise, it opens the account by itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"passwordless": True, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the passkey")
        self.fields["passwordless"].label = _("Sign in with it alone")
        self.fields["passwordless"].help_text = _(
            "It then asks for your fingerprint, face or PIN, and replaces name and password."
        )
