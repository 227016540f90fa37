"""Addresses of the whole site. English addresses are bare; other languages live under their code."""

from allauth.account import views as account
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from config.health import live, ready, robots

urlpatterns = [
    path("health/live", live, name="health_live"),
    path("health/ready", ready, name="health_ready"),
    path("robots.txt", robots, name="robots"),
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("admin/", admin.site.urls),
]
urlpatterns += i18n_patterns(
    path("", include("visits.urls")),
    path("", include("statements.urls")),
    prefix_default_language=False,
)
