"""Addresses of the whole site. English addresses are bare; other languages live under their code."""

from allauth.account import views as account
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView

from config.health import live, ready, robots

urlpatterns = [
    path("health/live", live, name="health_live"),
    path("health/ready", ready, name="health_ready"),
    path("robots.txt", robots, name="robots"),
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    # One way in: the admin's own form knows no second factor.
    path("admin/login/", login_not_required(RedirectView.as_view(pattern_name="account_login", query_string=True))),
    path("admin/", admin.site.urls),
]
handler400 = "visits.views.errors.bad_request"
handler403 = "visits.views.errors.forbidden"
handler404 = "visits.views.errors.not_found"
handler500 = "visits.views.errors.server_error"
urlpatterns += i18n_patterns(
    path("", include("visits.urls")),
    path("", include("statements.urls")),
    prefix_default_language=False,
)
