"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

from config.logs import keep_contents_out_of_faults
from config.parent import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Set by bin/start.py, for the workers of the server that it becomes.
if os.environ.get("TIED_TO_PARENT"):
    end_with_parent()
application = get_wsgi_application()
keep_contents_out_of_faults()
