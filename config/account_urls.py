"""Addresses of the way in and of one's own account. Views are allauth's, but for what it has none for."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path
from django.views.decorators.http import require_safe

from config import account_views as ours
from config.public import public_page
from visits.views.invitations import invitation

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("password/change/", account.password_change, name="account_change_password"),
    # allauth leads to these by itself: whoever has no password yet, or whose account is closed.
    path("password/set/", account.password_set, name="account_set_password"),
    path("inactive/", public_page(account.account_inactive), name="account_inactive"),
    path("password/reset/", ours.password_reset, name="account_reset_password"),
    path("password/reset/done/", public_page(account.password_reset_done), name="account_reset_password_done"),
    # allauth puts both together and apart again.
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        public_page(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("invitation/<str:token>/", invitation, name="invitation"),
    path("sessions/", ours.sessions, name="account_sessions"),
    path("stay/", ours.stay, name="account_stay"),
    path("confirm/", account.reauthenticate, name="account_reauthenticate"),
    # The second factor: between password and signing in, then in one's own account.
    path("2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/login/", login_not_required(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("2fa/", require_safe(mfa.index), name="mfa_index"),
    path("2fa/confirm/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/confirm/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("2fa/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("2fa/app/code.svg", ours.totp_picture, name="mfa_totp_picture"),
    path("2fa/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/codes/", require_safe(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("2fa/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("2fa/codes/codes.txt", require_safe(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("2fa/passkeys/new/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("2fa/passkeys/<slug:key>/", ours.edit_passkey, name="mfa_edit_webauthn"),
    path("2fa/passkeys/<slug:key>/remove/", ours.remove_passkey, name="mfa_remove_webauthn"),
]
