"""All settings in one file; the environment makes the difference (see `.env.example`).

Without any environment this is the *bare machine*: SQLite in DATA_DIR, broker and cache in memory, plain http on
localhost. With DATABASE_URL on PostgreSQL it is an installation, and then SECRET_KEY and REDIS_URL must be given.
"""

import atexit
import os
import secrets
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from config.logging import configure_structlog, logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# pytest sets this itself; the processes a test starts decide for themselves whether they inherit it.
TESTING = "PYTEST_VERSION" in os.environ
DEBUG = env.bool("DEBUG", default=False)


def data_dir() -> Path:
    """Where everything that must survive a restart lives; a test run has its own, gone when it ends."""
    if TESTING:
        folder = Path(tempfile.mkdtemp(prefix="fourstep-tests-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        return folder
    folder = Path(env.str("DATA_DIR", default="") or BASE_DIR / "data-local").expanduser().resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def kept_secret(path: Path) -> str:
    """The secret in this file, made at the first start; readable by its owner only."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    secret = secrets.token_urlsafe(64)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secret)
    return secret


DATA_DIR = data_dir()

# Database -------------------------------------------------------------------------------------------------------------

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url_config(env.str("DATABASE_URL", default="") or f"sqlite:///{DATA_DIR / 'fourstep.sqlite3'}")
}
BARE_MACHINE = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
if BARE_MACHINE:
    # IMMEDIATE takes the write lock at once, so that "read, then write" waits for its turn instead of failing.
    durability = "OFF" if TESTING else "NORMAL"
    DATABASES["default"] |= {
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "cached_statements": 1024,
            "init_command": (
                f"PRAGMA journal_mode=WAL; PRAGMA synchronous={durability}; "
                "PRAGMA cache_size=-20000; PRAGMA mmap_size=134217728;"
            ),
        },
        # A file: the in-memory test database ignores the timeout, and a second thread meets "table is locked".
        "TEST": {"NAME": str(DATA_DIR / "test.sqlite3")},
    }
else:
    pooled = env.bool("PGBOUNCER", default=False)
    limits = {
        "statement_timeout": env.int("STATEMENT_TIMEOUT_MS", default=30_000),
        "lock_timeout": 5_000,
        "idle_in_transaction_session_timeout": 60_000,
    }
    DATABASES["default"] |= {
        "CONN_MAX_AGE": 0 if pooled else 60,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": pooled,
    }
    if not pooled:
        # Behind PgBouncer these belong to the role (ALTER ROLE … SET): a start-up option does not reach the server.
        flags = " ".join(f"-c {name}={value}" for name, value in limits.items())
        DATABASES["default"]["OPTIONS"] = {"connect_timeout": 5, "options": flags}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if not (BARE_MACHINE or DEBUG or TESTING):
        raise ImproperlyConfigured("SECRET_KEY is not set. An installation needs one of its own; see .env.example.")
    SECRET_KEY = kept_secret(DATA_DIR / "secret_key")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

REDIS_URL = env.str("REDIS_URL", default="")
REDIS_PREFIX = env.str("REDIS_PREFIX", default="")
if TESTING:
    REDIS_PREFIX += os.environ.get("PYTEST_XDIST_WORKER", "alone") + ":"
if not (REDIS_URL or BARE_MACHINE or DEBUG or TESTING):
    raise ImproperlyConfigured(
        "REDIS_URL is not set. With PostgreSQL the worker is a process of its own and needs a broker."
    )

# Applications ---------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "office",
    "customers",
    "playbooks",
    "complaints",
]

MIDDLEWARE = [
    "config.logging.RequestIdMiddleware",
    "config.meters.RequestLineMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.bodies.BodyMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "office.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
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
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "complaints.views.context.desk",
            ],
        },
    }
]

# People ---------------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "office.Agent"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "queue"
LOGOUT_REDIRECT_URL = "sign-in"
PASSWORD_RESET_TIMEOUT = 24 * 3600
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
if TESTING:
    PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Five failures of one name from one address, then a pause; another address may still sign in with that name.
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "office.views.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # trying on does not make the pause longer
AXES_VERBOSE = False

# The browser ----------------------------------------------------------------------------------------------------------

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
DEMO = env.bool("DEMO", default=False)  # people to sign in as, and mail to be read on a page
PUBLIC_URL = env.str("PUBLIC_URL", default=f"http://localhost:{env.int('PORT', default=8000)}").rstrip("/")

HTTPS = env.bool("HTTPS", default=False)
SECURE_COOKIES = HTTPS and not DEBUG
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_COOKIES
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics/$"]  # asked by machines beside it
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "office.views.csrf_failed"
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # who may read /metrics/ from elsewhere
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    AXES_CLIENT_IP_CALLABLE = "config.proxy.client_ip"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "frame-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# Words and time -------------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese")), ("zh-hant", _("Traditional Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Files ----------------------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# An installation collects, compresses and names files by content; everywhere else they are served from where they lie.
COLLECTED_STATIC = not (BARE_MACHINE or DEBUG or TESTING)
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")) if COLLECTED_STATIC else None
WHITENOISE_USE_FINDERS = not (COLLECTED_STATIC or TESTING)  # a test client is a server each time; it serves no files
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(MEDIA_ROOT)}},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if COLLECTED_STATIC
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
ATTACHMENT_MAX_BYTES = 15 * 1024 * 1024

# Mail: `outbox` owes it, `channels` transmit it through this ---------------------------------------------------------

vars().update(env.email_url("EMAIL_URL", default="consolemail://" if BARE_MACHINE else "smtp://localhost:25"))
EMAIL_TIMEOUT = 10  # for each answer of the server; a mail has a handful of them
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Fourstep <complaints@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# API ------------------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["office.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["complaints.api.throttles.MinuteThrottle"],
    "EXCEPTION_HANDLER": "complaints.api.problems.handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Fourstep",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
}

# Cache and logs -------------------------------------------------------------------------------------------------------

CACHES: dict[str, dict[str, Any]] = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if REDIS_URL:
    # In production the cache deserves a Redis of its own, because the broker's must never evict.
    CACHES["default"] = {
        "BACKEND": "config.cache.SharedRedisCache",
        "LOCATION": env.str("CACHE_REDIS_URL", default=REDIS_URL),
        "KEY_PREFIX": f"{REDIS_PREFIX}cache",
    }

# A file is for one process; the processes of an installation write to stderr, and whoever runs them collects it.
LOG_DIR = DATA_DIR / "logs" if BARE_MACHINE and not TESTING else None
if LOG_DIR is not None:
    LOG_DIR.mkdir(mode=0o700, exist_ok=True)
LOGGING = logging_config(LOG_DIR, level="WARNING" if TESTING else env.str("LOG_LEVEL", default="INFO"))
configure_structlog()

# Celery: a message is a hint that may be lost or doubled; what is owed is a row ---------------------------------------

BATCH_SECONDS = 8  # a batch stops taking rows after this
LEASE_SECONDS = 20  # a claimed row is free again after this
# A mail is claimed by itself, in the first 5 s of a batch, and its lease runs from then. Whoever has one in hand waits
# 10 s for an answer of the server, is told to stop 16 s and is killed 18 s after the batch began: before anybody else
# may take the mail up.
MAIL_SECONDS, MAIL_SOFT_SECONDS, MAIL_HARD_SECONDS = 5, 16, 18
VISIBILITY_SECONDS = 60  # the broker hands an unacknowledged message out again after this

CELERY_BROKER_URL = REDIS_URL or "memory://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {"polling_interval": 0.02}
if REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": VISIBILITY_SECONDS,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_keepalive": True,
        "health_check_interval": 15,
        "socket_timeout": 15,
        "socket_connect_timeout": 2,
        "retry_on_timeout": True,
        "global_keyprefix": REDIS_PREFIX,
    }
CELERY_VISIBILITY_TIMEOUT = VISIBILITY_SECONDS
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"visibility_timeout": VISIBILITY_SECONDS}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True  # together with the attempts cap in the row
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 10
CELERY_TASK_TIME_LIMIT = 12
CELERY_TASK_DEFAULT_QUEUE = "default"
# A request never waits for a broker that is down: the row is there, and the sweep finds it.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 15
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_WORKER_ETA_TASK_LIMIT = 100  # a guard only: nothing is sent for later
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000  # KiB
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
# What happens because time passed has a queue of its own: behind other work it would starve.
CELERY_TASK_QUEUES = [Queue("default"), Queue("sweep")]
CELERY_TASK_ROUTES = {"*.tasks.sweep*": {"queue": "sweep"}, "*.tasks.tick": {"queue": "sweep"}}

# Intervals only, never a time of day; keep this last.
CELERY_BEAT_SCHEDULE = {
    "tick": {
        "task": "complaints.tasks.tick",
        "schedule": timedelta(seconds=2),
        "options": {"expires": 10},
    },
    "sweep-outgoing": {
        "task": "complaints.tasks.sweep_outgoing",
        "schedule": timedelta(seconds=2),
        "options": {"expires": 10},
    },
    "anchor-events": {
        "task": "office.tasks.anchor_events",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
}
