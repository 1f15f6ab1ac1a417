"""Django's settings, all taken from the one environment object."""

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from config.databases import databases
from config.environment import REPOSITORY, Mode, read_environment
from config.mail import mail_settings

ENVIRONMENT = read_environment(os.environ)

BASE_DIR = REPOSITORY
GONGDAO = ENVIRONMENT
DATA_HOME = ENVIRONMENT.data_home
GONGDAO_PROCESS = ENVIRONMENT.process
FIELD_KEY = ENVIRONMENT.field_key
BANK_URL = ENVIRONMENT.bank_url
BANK_SECRET = ENVIRONMENT.bank_secret
PUBLIC_URL = ENVIRONMENT.public_url
MAY_OPEN_SECRETS = ENVIRONMENT.may_open_secrets
IS_PRODUCTION = ENVIRONMENT.is_production
COMPLAINT_DAYS = ENVIRONMENT.complaint_days
SECRETS_FOLDER = DATA_HOME / "secrets"
RECORD_FOLDER = DATA_HOME / "record"
RECORD_WITNESSES = ENVIRONMENT.witnesses
MAY_WITNESSES_BE_PRIVATE = ENVIRONMENT.may_witnesses_be_private
EVIDENCE_ROOT = DATA_HOME / "evidence"
EMBEDDED_POSTGRES_HOME: Path | None = DATA_HOME if ENVIRONMENT.uses_embedded_postgres else None

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = ENVIRONMENT.mode is Mode.DEVELOPMENT
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)
if ENVIRONMENT.mode is Mode.TEST:
    ALLOWED_HOSTS.append("testserver")

# Lowest first, so that each app's migrations find the tables below them.
OUR_APPS = [
    "core",
    "record",
    "members",
    "claims",
    "jury",
    "sharing",
    "payouts",
    "disclosure",
    "desk",
]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_fsm",
    "csp",
    "config",
    *OUR_APPS,
]

MIDDLEWARE = [
    "core.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "members.middleware.RememberLanguageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.middleware.PolicyMiddleware",
    "core.middleware.AuditMiddleware",
    "core.middleware.PlainAddressMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "members.Account"
ACTOR_RESOLVER = "members.queries.actor_for"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "members.context_processors.inbox",
                "desk.frame.frame",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

DATABASES: dict[str, dict[str, Any]] = databases(ENVIRONMENT)

# Sign-in
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
if ENVIRONMENT.mode is Mode.TEST:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/me/"
ACCOUNT_ADAPTER = "members.adapter.AccountAdapter"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
# Whom a limit of tries counts against: behind our own proxy, the address that it names.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if ENVIRONMENT.trusted_proxy else 0
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = False

# A signed cookie costs a vote no read and no write; what must end at once (a demotion, a
# password change, a sign-out) is read from the account at every request.
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "core.csrf.csrf_failure"
CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

# Language and time
LANGUAGE_CODE = "zh-hans"
# Each language is called what its readers call it.
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LOCALE_PATHS = sorted(path for path in (BASE_DIR / "locale").glob("*") if path.is_dir())
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Static files and uploads
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
PLAIN_STATIC = ENVIRONMENT.mode in {Mode.TEST, Mode.DEVELOPMENT}
STATIC_ROOT = None if PLAIN_STATIC else DATA_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if PLAIN_STATIC
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = PLAIN_STATIC
WHITENOISE_AUTOREFRESH = ENVIRONMENT.mode is Mode.DEVELOPMENT
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = None

# What a browser may do with our pages
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "img-src": [SELF, "data:"],
    }
}
X_FRAME_OPTIONS = "DENY"
# How long a web process keeps a public page for its readers without an account; tests see each
# page as it is.
PUBLIC_PAGE_SECONDS = 0 if ENVIRONMENT.mode is Mode.TEST else 3
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
if IS_PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    LANGUAGE_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = ENVIRONMENT.hsts_seconds
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
if ENVIRONMENT.trusted_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# The API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "core.parsers.ShallowJSONParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.CursorPagination",
    "DEFAULT_SCHEMA_CLASS": "config.schema.Schema",
    "EXCEPTION_HANDLER": "core.problems.exception_handler",
    "PAGE_SIZE": 50,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Gongdao",
    "DESCRIPTION": "A claim from filing to payout, in public view, verifiable by anyone.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "ClaimState": "claims.states.State",
        "HearingState": "jury.states.HearingState",
        "SeatState": "jury.states.SeatState",
        "RoundState": "sharing.states.RoundState",
        "PayoutState": "payouts.states.PayoutState",
        "BatchState": "payouts.states.BatchState",
        "NoticePeriodState": "disclosure.states.PeriodState",
        "NoticeEntryState": "disclosure.states.EntryState",
        "ObjectionState": "disclosure.states.ObjectionState",
        "ComplaintState": "disclosure.states.ComplaintState",
        "PlanState": "members.states.PlanState",
        "RulebookState": "members.states.RulebookState",
    },
}

# Mail: a file per message in the data home until a server is named
DEFAULT_FROM_EMAIL = ENVIRONMENT.email_from
globals().update(mail_settings(ENVIRONMENT.email_url, DATA_HOME / "mail"))

# Logging: what happened, never to whom. Request bodies, query strings and SQL stay out.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "config.logs.PlainFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": ENVIRONMENT.log_level},
    "loggers": {
        "django": {"handlers": ["console"], "level": ENVIRONMENT.log_level, "propagate": False},
        "pikepdf": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "django.db.backends": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
}
