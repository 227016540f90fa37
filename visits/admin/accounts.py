"""Admin of users and compartments, and of the counters, addresses and imports of the record itself."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from visits import models as m
from visits.address_actions import in_use
from visits.admin_base import ActionAdmin, LogAdmin, LoggedByIds, PartInline
from visits.admin_forms import VersionedForm
from visits.admin_lists import GuardedList
from visits.merge_choices import closed_redirects
from visits.models import StaleVersion
from visits.removal_actions import of_visible
from visits.session_actions import end_sessions, tell_password_set
from visits.token_actions import revoke_token


class RoleUserForm(UserChangeForm):
    """A form that carries the mark of what was read, and is refused where somebody has changed that since."""

    read_as = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored = {name: self.initial.get(name) for name in self._told()}
        self.initial["read_as"] = salted_hmac("visits.user.read_as", repr(self.stored)).hexdigest()

    def clean(self) -> dict[str, Any]:
        """Refuse an old form, with what is stored beside each field that differs; saved once more, it is taken."""
        cleaned = super().clean() or {}
        if cleaned.get("read_as") == self.initial["read_as"]:
            return cleaned
        self.stale = True
        self.add_error(None, StaleVersion())
        self.data = cast(QueryDict, self.data).copy()
        self.data[self.add_prefix("read_as")] = self.initial["read_as"]
        for name in self.changed_data:
            if name in self.stored:
                told = self.instance._meta.get_field(name).value_to_string(self.instance) or "–"
                self.add_error(name, _("Stored is: %(value)s") % {"value": told})
        return cleaned

    def clean_email(self) -> str:
        """Refuse the address of another account: a reset asked for it would open either."""
        email: str = self.cleaned_data["email"]
        if email.lower() != (self.initial.get("email") or "").lower() and in_use(email):
            raise forms.ValidationError(_("There is an account with this address: give another one, or none."))
        return email

    stale = False

    def _told(self) -> list[str]:
        return [name for name in self.fields if name not in {"read_as", "password"}]


@admin.register(m.User)
class RoleUserAdmin(LoggedByIds, GuardedList, UserAdmin):
    """Users and their role. Permissions follow from the role, so none are stored."""

    form = RoleUserForm
    list_display = ("username", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    show_full_result_count = False
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("Role"), {"fields": ("role", "is_active")}),
        (_("Dates"), {"fields": ("last_login", "date_joined", "read_as")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("username", "password1", "password2", "role")}),)
    readonly_fields = ("last_login", "date_joined")
    actions = ("end_all_sessions",)

    @admin.action(description=_("End all sessions and tokens of the users chosen"), permissions=["change"])
    def end_all_sessions(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Sign the users and their programs out everywhere, at once: where a device is lost, or somebody leaves."""
        found = [end_sessions(user=user, by=request.user) for user in queryset]  # type: ignore[arg-type]
        ended = sum(sessions for sessions, _tokens in found)
        told = ngettext("%(n)d session was ended.", "%(n)d sessions were ended.", ended)
        self.message_user(request, told % {"n": ended})
        self._tell_of_tokens(request, sum(tokens for _sessions, tokens in found))

    def _tell_of_tokens(self, request: HttpRequest, revoked: int) -> None:
        if revoked:
            told = ngettext("%(n)d token of the API was revoked.", "%(n)d tokens of the API were revoked.", revoked)
            self.message_user(request, told % {"n": revoked})

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Set another password for somebody; programs with a token of theirs are out as their sessions are."""
        user = self.get_object(request, id)
        with transaction.atomic():
            response: HttpResponse = super().user_change_password(request, id, form_url)
            stored = None if user is None else m.User.objects.get(pk=user.pk)
            if stored is not None and user is not None and stored.password != user.password:
                self._tell_of_tokens(request, tell_password_set(user=stored, by=request.user))  # type: ignore[arg-type]
        return response

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Users are made inactive: history names them."""
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the user; where it is to be saved, nobody else saves it before that."""
        found = super().get_object(request, object_id, from_field)
        if found is not None and request.method == "POST" and connection.in_atomic_block:
            found = self.get_queryset(request).select_for_update(of=("self",)).get(pk=found.pk)
        return found

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer a form that was filled in on old values as a conflict."""
        response = super().render_change_form(request, context, *args, **kwargs)
        if getattr(context["adminform"].form, "stale", False):
            response.status_code = 409
        return response

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store what has changed."""
        if not change or form.has_changed():
            super().save_model(request, obj, form, change)


class CompartmentMemberInline(PartInline):
    model = m.CompartmentMember
    fields = ("user", "ends_at")
    readonly_fields = fields
    max_num = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who is in a compartment names others, at the desk: admins are not in by being admins."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Until when somebody is named is said at the desk, by those who are in."""
        return False


@admin.register(m.Compartment)
class CompartmentAdmin(ActionAdmin):
    """Compartments of whoever asks: of the others their name is hidden too, and the desk shows who is in."""

    list_display = ("name",)
    search_fields = ("name",)
    autocomplete_fields = ("visit",)
    inlines = (CompartmentMemberInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Compartments are made at the desk, by somebody who is in from then on."""
        return False


@admin.register(m.ApiToken)
class ApiTokenAdmin(GuardedList, admin.ModelAdmin):
    """Whose programs use the API, since when and how lately; whoever manages users revokes a token here.

    What a token is for, its user alone sees: at the desk, where tokens are made.
    """

    list_display = ("public_id", "user", "created_at", "last_used_at", "revoked_at")
    list_select_related = ("user",)
    show_full_result_count = False
    fields = ("public_id", "user", "created_at", "last_used_at", "revoked_at")
    readonly_fields = fields
    actions = ("revoke",)

    @admin.action(description=_("Revoke the tokens chosen"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Let the tokens open nothing from now on."""
        for token in queryset:
            revoke_token(token=token, by=request.user)  # type: ignore[arg-type]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tokens are made at the desk."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A revoked token stays: it tells when it was last used."""
        return False


@admin.register(m.PublicationStamp)
class PublicationStampAdmin(GuardedList, admin.ModelAdmin):
    list_display = ("value", "raised_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The stamp is one row, raised by the actions."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The stamp is raised by the actions only."""
        return False


class RedirectForm(VersionedForm):
    """An old address and the new one; of those that start there already only what the person may see is told."""

    open_ones: QuerySet[Any]

    def clean_old_path(self) -> str:
        """Refuse an address from which another leads on that the person may see."""
        path: str = self.cleaned_data["old_path"]
        if self.open_ones.filter(old_path=path).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("This address leads on already."))
        return path


@admin.register(m.Redirect)
class RedirectAdmin(ActionAdmin):
    form = RedirectForm
    list_display = ("old_path", "new_path")
    search_fields = ("old_path", "new_path")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the addresses that lead to what the person may see: the path of a page is made of a name."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.exclude(pk__in=closed_redirects(request.user))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form, which knows the addresses that the person may see."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        if request.method == "POST":
            form.open_ones = self.get_queryset(request)
        return form


@admin.register(m.Alias)
class AliasAdmin(ActionAdmin):
    list_display = ("text", "country", "mandate", "person", "organisation")
    search_fields = ("text", "folded")
    autocomplete_fields = ("country", "mandate", "person", "organisation")


@admin.register(m.ImportBatch)
class ImportBatchAdmin(ActionAdmin):
    """Lists that the person took in, as at the desk: a name of a file or list may say what stands in it."""

    list_display = ("file_name", "kind", "started_at", "finished_at", "undone_at")
    search_fields = ("file_name",)
    list_filter = ("kind", "state")
    # Lists are handed in, looked at and undone at the desk.
    change_list_template = "admin/imports.html"
    exclude = ("told", "columns")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Imports are made by importing."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was imported is a fact."""
        return False


@admin.register(m.RemovalRequest)
class RemovalRequestAdmin(admin.ModelAdmin):
    """What was removed, or not, by whom and when; open requests are answered at the desk."""

    list_display = ("kind", "public_id", "asked_by", "second", "asked_at", "done_at", "declined_at")
    list_filter = ("kind",)
    list_select_related = ("asked_by", "second")
    show_full_result_count = False
    # The reason could tell of a record that is hidden from who reads this.
    exclude = ("reason",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return what was removed, and what was declined of records that the person may see.

        An open or declined request tells that its record is there.
        """
        rows = super().get_queryset(request)
        declined = of_visible(rows.exclude(declined_at=None), user=request.user)  # type: ignore[arg-type]
        return rows.filter(Q(done_at__isnull=False) | Q(pk__in=declined))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Removals are asked for at the desk."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was done is a fact."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The audit stays: whoever restores a backup removes again what it names."""
        return False


@admin.register(m.Merge)
class MergeAdmin(LogAdmin):
    """That something was merged, by whom and when; what it was is shown at the desk to those who may see it."""

    list_display = ("kind", "public_id", "by", "at", "undone_at")
    list_filter = ("kind",)
    fields = ("kind", "public_id", "by", "at", "undone_by", "undone_at")
