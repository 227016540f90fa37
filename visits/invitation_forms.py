"""What is typed to invite somebody, and by whoever was invited."""

from __future__ import annotations

from typing import Any

from allauth.account.fields import PasswordField, SetPasswordField
from allauth.account.forms import PasswordVerificationMixin
from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext_lazy as _

from visits.access import ROLE_LABELS, Role
from visits.models import Invitation, User


class InvitationForm(forms.Form):
    """Whom an admin expects."""

    username = forms.CharField(label=_("Username"), max_length=150, validators=[UnicodeUsernameValidator()])
    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"), choices=ROLE_LABELS[1:], initial=Role.MEMBER.value)


class AcceptForm(PasswordVerificationMixin, forms.Form):
    """The password of a new account, checked against its name and address."""

    password1 = SetPasswordField(label=_("Password"))
    password2 = PasswordField(label=_("Password once more"), autocomplete="new-password")

    def __init__(self, invitation: Invitation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = User(username=invitation.username, email=invitation.email)
        self.fields["password1"].user = person  # type: ignore[attr-defined]
