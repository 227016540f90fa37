"""The environment of every test run: folders of its own, plain static files. Read before the settings are."""

import os
import tempfile
from pathlib import Path

# What the caller has set stays.
os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="vis-a-vis-test-"))
# The workers of a run inherit the folder, and each has one of its own within: there are locks in it.
if (worker := os.environ.get("PYTEST_XDIST_WORKER")) and Path(os.environ["DATA_DIR"]).name != worker:
    os.environ["DATA_DIR"] = str(Path(os.environ["DATA_DIR"], worker))
    Path(os.environ["DATA_DIR"]).mkdir(exist_ok=True)
# Pages are built afresh, so that tests see what building them costs; tests/config/test_page_cache.py turns it on.
os.environ.setdefault("CACHE_URL", "dummycache://")
# Sweeps ask for much that is not there; tests/record/test_missing.py waits as a site does.
os.environ.setdefault("MISSING_EVERY", "0")
# Clients of tests sign in without a form; tests/config/test_second_factor.py turns it on.
os.environ.setdefault("REQUIRE_MFA", "off")
# No test cuts the power; tests/lost/ asks a server that is as it is when serving.
os.environ.setdefault("SQLITE_SYNCHRONOUS", "NORMAL")
os.environ.setdefault("STATIC_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")
# Sweeps ask more often than anybody may; tests/visits/api/test_limits.py sets limits of its own.
for name in ("API_LIMIT", "API_LIMIT_SIGNED_IN", "API_LIMIT_WRITING"):
    os.environ.setdefault(name, "1000000/minute")
# Tests hold answers that they do not take; tests/config/test_leaving.py has few places.
os.environ.setdefault("FILES_AT_ONCE", "1000")
