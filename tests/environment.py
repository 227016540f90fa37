"""The environment of every test run: a folder of its own, plain static files. Read before the settings are."""

import os
import tempfile

# What the caller has set stays; the workers of a run inherit the folder.
os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="vis-a-vis-test-"))
# Pages are built afresh, so that tests see what building them costs; tests/config/test_page_cache.py turns it on.
os.environ.setdefault("CACHE_URL", "dummycache://")
os.environ.setdefault("STATIC_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")
