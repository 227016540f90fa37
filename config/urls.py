"""Addresses of the whole site. English addresses are bare; other languages live under their code."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path, reverse

from config.health import live, ready, robots


@login_not_required
def admin_login(request: HttpRequest) -> HttpResponse:
    """Lead to the one way in; whoever is signed in and still sent here has no business in the admin."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return HttpResponseRedirect(f"{reverse('account_login')}?{request.META.get('QUERY_STRING', '')}")


def nothing_here(request: HttpRequest, **_parts: object) -> HttpResponse:
    """Answer as an address that leads nowhere."""
    raise Http404


urlpatterns = [
    path("health/live", live, name="health_live"),
    path("health/ready", ready, name="health_ready"),
    path("robots.txt", robots, name="robots"),
    path("accounts/", include("config.account_urls")),
    # One way in: the admin's own form knows no second factor.
    path("admin/login/", admin_login),
    # Django's “view on site” would read past the gate and tell the address of any row.
    path("admin/r/<int:content_type>/<path:row>/", nothing_here),
    path("admin/", admin.site.urls),
    # For programs, in one language.
    path("api/v1/", include("config.api")),
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
