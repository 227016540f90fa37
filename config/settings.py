"""Settings of the site: one file, read from environment variables; whatever is missing is said in one sentence."""

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
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
# On behind TLS; off only for the local default, which speaks plain HTTP to this machine.
SECURE = env.bool("SECURE", default=False)
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
    "csp",
]
MIDDLEWARE = [
    "config.middleware.answer_live_first",
    "django.middleware.security.SecurityMiddleware",
    # Before WhiteNoise, which answers for static files without asking what comes after it.
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.reject_bad_addresses",
    "config.room.give_room",
    # Compresses what it keeps, once; all that comes after it is spared to whoever reads without a session.
    "config.page_cache.serve_public_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.language_from_address",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.keep_what_was_typed",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "config.middleware.no_store_for_signed_in",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "visits.undo.offer_undo",
]
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
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
    # A file, as when serving: shared memory would lose what is written side by side.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
elif _ENGINE.endswith("postgresql"):
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Gates are long conditions over few rows: compiling them takes a second, running them a millisecond.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
    # The plans of a page's queries are kept by each connection; one that a pooler shares out can keep none, and would
    # lose the cursors on the server through which files of lists read ids.
    _KEEPS = env.bool("PREPARED_PLANS", default=True)
    DATABASES["default"]["OPTIONS"]["prepare_threshold"] = 5 if _KEEPS else None
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = not _KEEPS
else:
    raise ImproperlyConfigured("DATABASE_URL names an unknown database: only postgres:// and sqlite:// are served.")

# Pages for nobody in particular: kept in the memory of each process, or where CACHE_URL says (config/page_cache.py).
_CACHE = env.cache_url("CACHE_URL", default="locmemcache://")
CACHES = {
    # Counts failed sign-ins: it is never none, and no place in which pages push each other out and are cleared away.
    "default": env.cache_url("LIMITS_CACHE_URL", default="locmemcache://"),
    "pages": {**_CACHE, "KEY_PREFIX": "pages"},
}
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
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
CSRF_FAILURE_VIEW = "visits.views.errors.csrf_failed"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "config.accounts.ClosedAccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

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
# Stored files of sources. No address serves them.
MEDIA_ROOT = DATA_DIR / "files"
# The server alone reads what lies in the data folder; Django's default would open each file to everybody.
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# A pasted page or the text of a long report arrives as a field of a form; files have a limit of their own.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
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
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
if SECURE:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
