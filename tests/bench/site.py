"""The site as it is served, and beside it a bare view behind the same middleware: what an answer costs at least."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

BODY = b"<!doctype html><title>Bare</title><p>Nothing was asked of anything."


@login_not_required
def bare(_request: HttpRequest) -> HttpResponse:
    """Answer without reading or rendering anything."""
    return HttpResponse(BODY)


settings.ROOT_URLCONF = __name__
application = get_wsgi_application()
# After the apps are there: the site's addresses lead to models.
from config import urls  # noqa: E402

urlpatterns = [path("bare/", bare), *urls.urlpatterns]
