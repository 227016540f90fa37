"""Settings of the site: one file, read from environment variables; whatever is missing is said in one sentence."""

import re
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is not set: start with `make run`, or set it to a long random text.")
# Keys that were replaced: what they signed or sealed opens for as long as they stand here.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
# On behind TLS; off only for the local default, which speaks plain HTTP to this machine.
SECURE = env.bool("SECURE", default=False)
# Members and above read what is not public only in a session with a second factor. Off for the sample on a desk.
REQUIRE_MFA = env.bool("REQUIRE_MFA", default=True)
# Whoever entered or last edited a statement may not publish it alone.
REQUIRE_SECOND_PERSON = env.bool("REQUIRE_SECOND_PERSON", default=False)

INSTALLED_APPS = [
    "visits",
    "statements",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "simple_history",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "csp",
]
MIDDLEWARE = [
    # Before all that may answer by itself: WhiteNoise does for static files, and each check of host, TLS and address.
    "config.headers.add_to_every_answer",
    "csp.middleware.CSPMiddleware",
    "config.middleware.answer_live_first",
    # Around all that takes time.
    "config.even.answer_missing_evenly",
    "config.logs.tell_of_broken_streams",
    "config.middleware.refuse_plain_api",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.Compression",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "visits.api.guard.open_to_scripts",
    "config.middleware.refuse_unasked_methods",
    "config.middleware.reject_bad_addresses",
    "config.room.give_room",
    # Compresses what it keeps, once; all that comes after it is spared to whoever reads without a session.
    "config.page_cache.serve_public_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.language_from_address",
    "config.leaving.keep_threads_for_pages",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.idle.sign_out_when_idle",
    "config.second_factor.withhold_until_given",
    "config.middleware.keep_what_was_typed",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "config.middleware.no_store_unless_public",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "visits.audit.reading.log_reads",
    "simple_history.middleware.HistoryRequestMiddleware",
    "visits.undo.offer_undo",
]
# Milliseconds: what is not there is answered when a whole number of them has passed, 0 for at once.
MISSING_EVERY = env.int("MISSING_EVERY", default=25)
# Of the threads of a process (bin/startup.py) so many may send files, which take as long as their readers do.
FILES_AT_ONCE = env.int("FILES_AT_ONCE", default=max(1, env.int("THREADS", default=4) // 2))
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

try:
    DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
except Exception as error:
    raise ImproperlyConfigured("DATABASE_URL is not understood: use postgres://… or sqlite:///….") from error
_ENGINE = DATABASES["default"].get("ENGINE", "")
# A new connection to SQLite reads the schema for some milliseconds, one to PostgreSQL is a process of its own.
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
if _ENGINE.endswith("sqlite3"):
    # FULL: what was acknowledged is there after a power cut too, for some milliseconds of each write.
    _SYNCHRONOUS = env.str("SQLITE_SYNCHRONOUS", default="FULL")
    if _SYNCHRONOUS not in {"FULL", "NORMAL"}:
        raise ImproperlyConfigured("SQLITE_SYNCHRONOUS is not understood: use FULL or NORMAL.")
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        # Whoever waits asks again ten times a second, and nobody stands in line: of twenty who save without a pause
        # one may lose two hundred times in a row, not four hundred. Then the answer is 503, with all that was typed.
        "timeout": 40,
        "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={_SYNCHRONOUS}; PRAGMA foreign_keys=ON;",
    }
    # A file, as when serving: shared memory would lose what is written side by side.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
elif _ENGINE.endswith("postgresql"):
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Gates are long conditions over few rows: compiling them takes a second, running them a millisecond.
    # A cursor on the server is read to its end here: the planner expects a tenth of that, and takes twice as long.
    # Of a process of ours that was killed the database would go on with what it was at, and hold its locks.
    _TOLD = "-c jit=off -c cursor_tuple_fraction=1 -c client_connection_check_interval=1000"
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", _TOLD)
    # The plans of a page's queries are kept by each connection; one that a pooler shares out can keep none, and would
    # lose the cursors on the server through which files of lists read ids.
    _KEEPS = env.bool("PREPARED_PLANS", default=True)
    DATABASES["default"]["OPTIONS"]["prepare_threshold"] = 5 if _KEEPS else None
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = not _KEEPS
else:
    raise ImproperlyConfigured("DATABASE_URL names an unknown database: only postgres:// and sqlite:// are served.")

# Pages for nobody in particular: kept in the memory of each process, or where CACHE_URL says (config/page_cache.py).
_CACHE = env.cache_url("CACHE_URL", default="locmemcache://")
_LIMITS = env.cache_url("LIMITS_CACHE_URL", default="locmemcache://")
if _LIMITS["BACKEND"].endswith("DummyCache"):
    raise ImproperlyConfigured("LIMITS_CACHE_URL names no place: guesses at passwords would be without limit.")
if not _LIMITS["BACKEND"].endswith("RedisCache"):
    # Of 300, Django's default, whoever sends from many addresses pushes out what is counted of their guesses.
    _LIMITS["OPTIONS"] = {"MAX_ENTRIES": 100_000, **_LIMITS.get("OPTIONS", {})}
CACHES = {
    # Counts failed sign-ins: it is never none, and no place in which pages push each other out and are cleared away.
    "default": _LIMITS,
    "pages": {**_CACHE, "KEY_PREFIX": "pages"},
}
# Briefings that were made: few, since each may be a megabyte, and in the memory of each process.
CACHES["briefings"] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "briefings",
    "OPTIONS": {"MAX_ENTRIES": 32},
}
if _CACHE["BACKEND"].endswith("DummyCache"):
    CACHES["briefings"] = {"BACKEND": _CACHE["BACKEND"]}
if not _CACHE["BACKEND"].endswith("RedisCache"):
    # Redis has its own bound, and takes no such option.
    CACHES["pages"]["OPTIONS"] = {**_CACHE.get("OPTIONS", {}), "MAX_ENTRIES": 3000}
if _CACHE["BACKEND"].endswith("LocMemCache"):
    CACHES["pages"]["LOCATION"] = "pages"
if _CACHE.get("LOCATION") and _CACHE.get("LOCATION") == CACHES["default"].get("LOCATION"):
    raise ImproperlyConfigured("CACHE_URL and LIMITS_CACHE_URL name one place: pages would clear away what it counts.")

AUTH_USER_MODEL = "visits.User"
AUTHENTICATION_BACKENDS = [
    "visits.backends.RoleBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    # The 20,000 that were most often found in breaches.
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": "config.passwords.WordsOfTheSite"},
]
# Whoever does nothing for so long is signed out; sessions end with the browser, and half a day after they were opened.
IDLE_MINUTES = env.int("IDLE_MINUTES", default=30)
SESSION_COOKIE_AGE = 60 * 60 * 12
ACCOUNT_SESSION_REMEMBER = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
MESSAGE_STORAGE = "config.messages.Messages"
CSRF_FAILURE_VIEW = "visits.views.errors.csrf_failed"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "config.accounts.ClosedAccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
# The owner is told by mail whenever a way into the account is added, removed or changed.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Vis-à-vis: "
# Nobody is told by mail that there is no account of theirs.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# The link of a reset opens for an hour: a mail box may be read by others later.
PASSWORD_RESET_TIMEOUT = 60 * 60
# The link of an invitation opens for so many days.
INVITATION_DAYS = env.int("INVITATION_DAYS", default=7)
MFA_ADAPTER = "config.accounts.SealedMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Nobody signs up here under another's address, and no page proves one: an address that an admin gave is taken as it is.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "add_webauthn": "config.account_forms.PasskeyForm",
    "authenticate": "config.account_forms.CodeForm",
    "reauthenticate": "config.account_forms.ConfirmCodeForm",
}
ACCOUNT_FORMS = {
    "login": "config.account_forms.GuardedLoginForm",
    "change_password": "config.account_forms.GuardedChangeForm",
}
# Guesses at passwords and codes have limits of ours (config/guesses.py) before these.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/15m/key", "change_password": "10/15m/user"}
# So many proxies stand before the site; the address of who guesses is the one that the first of them saw.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=1 if SECURE else 0)

# Mails: to the console until a server is named.
try:
    globals().update(env.email_url("EMAIL_URL", default="consolemail://"))
except Exception as error:
    raise ImproperlyConfigured("EMAIL_URL is not understood: use smtp+tls://user:password@host:587.") from error
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="Vis-à-vis <noreply@localhost>")
# Where the site is reached: mails are written where nobody asks for a page, and ids of feeds have to stay the same.
SITE_ADDRESS = env.str("SITE_ADDRESS", default="").rstrip("/")
if SITE_ADDRESS and not SITE_ADDRESS.startswith(("https://", "http://")):
    raise ImproperlyConfigured("SITE_ADDRESS is not understood: use https:// and the name of the site.")
# Under what everybody may use what is public of the record; it stands in each row of the files of lists.
DATA_LICENCE = env.str("DATA_LICENCE", default="")

# By what other way whoever is in danger reaches the reviewers; stands on the form of reports, also where it is refused.
REPORT_OTHERWISE = env.str("REPORT_OTHERWISE", default="")

# So many confidential rows may somebody of a role read within an hour; more is stopped and told to ADMINS.
MOST_READ_PER_HOUR = {"member": 300, "editor": 1000, "reviewer": 1000, "admin": 300}
MOST_READ_PER_HOUR |= env.dict("MOST_READ_PER_HOUR", cast={"value": int}, default={})
ADMINS = [("", address) for address in env.list("ADMIN_MAILS", default=[])]

# Backups: to whose public keys they are encrypted, where they lie, and of how many days, weeks and months one is kept.
BACKUP_RECIPIENTS = env.list("BACKUP_RECIPIENTS", default=[])
BACKUP_DIR = Path(env.str("BACKUP_DIR", default=str(DATA_DIR / "backups")))
BACKUP_KEEP = env.list("BACKUP_KEEP", cast=int, default=[7, 4, 6])
if len(BACKUP_KEEP) != 3 or min(BACKUP_KEEP) < 0 or not any(BACKUP_KEEP):
    raise ImproperlyConfigured("BACKUP_KEEP is not understood: use three numbers, such as 7,4,6 (days, weeks, months).")

# By which the names of protected people are sealed: the first seals, all open. `manage.py rotate_keys` seals anew.
PROTECTED_KEYS = env.list("PROTECTED_KEYS", default=[])
if not all(re.fullmatch(r"[A-Za-z0-9_-]{43}=", _key) for _key in PROTECTED_KEYS):
    raise ImproperlyConfigured("PROTECTED_KEYS is not understood: each key is 44 letters (docs/protection.md).")

# By which copies of the site are signed (manage.py make_site_key).
SITE_KEY = env.str("SITE_KEY", default="")

# How often the API is asked: by an address without an account, by somebody's token or session, and for writing.
API_LIMITS = {
    "stranger": env.str("API_LIMIT", default="120/minute"),
    "reader": env.str("API_LIMIT_SIGNED_IN", default="600/minute"),
    "writer": env.str("API_LIMIT_WRITING", default="120/minute"),
}
for _limit in API_LIMITS.values():
    if not re.fullmatch(r"[1-9][0-9]*/(second|minute|hour|day)", _limit):
        raise ImproperlyConfigured(f"“{_limit}” is no limit of the API: use a number and a time, such as 120/minute.")
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["visits.api.guard.BearerToken"],
    # What is open is listed in config/public.py; a view that forgets to say who may come in lets nobody in.
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "visits.api.problems.handle",
    "URL_FORMAT_OVERRIDE": None,
    # So many proxies in front of the site tell the address of who asks; of none, that of the connection counts.
    "NUM_PROXIES": env.int("API_PROXIES", default=ALLAUTH_TRUSTED_PROXY_COUNT),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Vis-à-vis",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": ["visits.api.schema.strict_bodies"],
}

LANGUAGE_CODE = "en"
# A language is offered once it has a catalogue in locale/; its addresses then live under its code.
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Stored files of sources, which no address serves, and copies of those that are published, which one does.
MEDIA_ROOT = DATA_DIR / "files"
# The server alone reads what lies in the data folder; Django's default would open each file to everybody.
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# A pasted page or the text of a long report arrives as a field of a form; files have a limit of their own.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
# In the admin each row of a record has ten fields or more: Django's own bound of 1,000 is a meeting of 95.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
# Whether the server may ask the address that an editor names for its page. Off: it asks nobody for anything.
ALLOW_FETCH = env.bool("ALLOW_FETCH", default=False)
_STATIC_STORAGE = env.str("STATIC_STORAGE", default="whitenoise.storage.CompressedManifestStaticFilesStorage")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _STATIC_STORAGE},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
if SECURE:
    # Browsers take a cookie of such a name from this very host alone, over TLS and for the whole site.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
if SECURE:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Ids, kinds and places, never names or contents (config/logs.py); with DEBUG, on one's own desk, all of it.
_LOG_LEVEL = env.str("LOG_LEVEL", default="WARNING")
_TELLING = {} if DEBUG else {"formatter": "ids"}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"in_earnest": {"()": "django.utils.log.RequireDebugFalse"}},
    "formatters": {"ids": {"()": "config.logs.IdsOnly"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", **_TELLING},
        "mail": {"class": "config.logs.MailToAdmins", "level": "ERROR", "filters": ["in_earnest"], "formatter": "ids"},
    },
    "root": {"handlers": ["console", "mail"], "level": _LOG_LEVEL},
    "loggers": {
        # Django's own would mail what was typed.
        "django": {"handlers": [], "level": _LOG_LEVEL},
        # Whoever scans for sites sends other hosts by the thousand.
        "django.security.DisallowedHost": {"handlers": ["console"], "propagate": False},
        # The server tells the whole of a fault that reaches it.
        "_granian": {"handlers": ["console"], "propagate": False},
    },
}
