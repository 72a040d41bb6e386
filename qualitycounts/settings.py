"""Every setting, from the environment (docs/operations.md lists them). One file for all places it runs."""

import logging
import os
import re
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from qualitycounts import environment, log_settings, single_sign_on

BASE_DIR = Path(__file__).resolve().parent.parent


environment.read_env_file(Path(environment.text("ENV_FILE", str(BASE_DIR / ".env"))))
VAR_DIR = environment.folder("VAR_DIR", BASE_DIR / "var")

DEBUG = environment.flag("DEBUG")
DEMO = environment.flag("DEMO")
TESTING = "pytest" in sys.modules
SECRET_KEY = environment.text("SECRET_KEY")
if len(SECRET_KEY) < 50 or SECRET_KEY.startswith("insecure"):
    if not (DEBUG or TESTING):
        raise ImproperlyConfigured(
            "SECRET_KEY is missing, a default or too short. Set it to 50 or more random characters."
        )
    SECRET_KEY = SECRET_KEY or "insecure-for-one-machine-only"
if DEMO and not (DEBUG or TESTING):
    raise ImproperlyConfigured("DEMO is for trying out and needs DEBUG on. Unset DEMO on a live site.")
TODAY = environment.day("TODAY") if DEMO else None
SITE_ADDRESS = environment.site_address("SITE_ADDRESS", "http://127.0.0.1:8000")
ALLOWED_HOSTS = environment.host_names("ALLOWED_HOSTS")
if not ALLOWED_HOSTS:
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"] if DEBUG else [str(urlsplit(SITE_ADDRESS).hostname)]

COUNCIL_NAME = environment.text("COUNCIL_NAME", "Wrenford Council")
COUNCIL_NAMED = bool(environment.text("COUNCIL_NAME"))
COUNCIL_COLOUR = environment.text("COUNCIL_COLOUR", "#12436d")
if not re.fullmatch(r"#[0-9a-fA-F]{6}", COUNCIL_COLOUR):
    raise ImproperlyConfigured("COUNCIL_COLOUR must be a colour like #12436d.")

INSTALLED_APPS = [
    "qualitycounts",
    "people",
    "standards",
    "audits",
    "escalation",
    "reporting",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_forms_gds",
    "django_filters",
    "django_htmx",
    "template_partials",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "qualitycounts.request_id.name_request",
    "qualitycounts.metrics.count_answers",
    "qualitycounts.read_to_end.read_to_end",
    "qualitycounts.no_store.keep_no_answers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "people.session_end.end_by_itself",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "people.council_settings.read_once_a_request",
    "standards.timescales.one_calendar_a_request",
    "audits.meeting.views.pins.PinSessionMiddleware",
    "people.access.AccessMiddleware",
    "audits.openings.views.write_down_openings",
    "qualitycounts.base.refusals.RefusalMiddleware",
    "qualitycounts.page_version.answer_older_pages",
]
ROOT_URLCONF = "qualitycounts.urls"
WSGI_APPLICATION = "qualitycounts.wsgi.application"
LOADERS = ["qualitycounts.base.template_loader.Loader", "django.template.loaders.app_directories.Loader"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [("template_partials.loader.Loader", [("django.template.loaders.cached.Loader", LOADERS)])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "qualitycounts.menu.menu",
            ],
            "builtins": [
                "qualitycounts.base.templatetags.qc",
                "qualitycounts.base.component_tags",
                "people.templatetags.council",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {
    "default": dj_database_url.parse(
        environment.address(
            "DATABASE_URL",
            f"sqlite:///{VAR_DIR / 'db.sqlite3'}",
            begins=("postgres", "postgresql", "sqlite"),
            such_as="postgres://name:password@host:5432/database",
        ),
        conn_max_age=environment.number("CONN_MAX_AGE", 600),
        conn_health_checks=True,
    )
}
_suffix = os.environ.get("TEST_SUFFIX", "")
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / f"test{_suffix}.sqlite3"}
else:
    _own = {"connect_timeout": 5, "options": "-c jit=off"}  # compiled first, a month's figures took twice as long
    DATABASES["default"]["OPTIONS"] = _own | DATABASES["default"].get("OPTIONS", {})
    DATABASES["default"]["TEST"] = {"NAME": f"test_qualitycounts{_suffix}"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = environment.address("REDIS_URL", "", begins=("redis", "rediss", "unix"), such_as="redis://host:6379/0")
CACHES = {
    "default": {
        "BACKEND": "qualitycounts.redis_away.Cache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": os.environ.get("PYTEST_XDIST_WORKER", ""),
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 10_000}}
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # a copy in Redis would outlive a sign-out while it was away

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["people.adapter.EmailBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL, LOGIN_REDIRECT_URL = "account_login", "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "people.adapter.Adapter"
ACCOUNT_FORMS = {
    "login": "people.forms.SignInForm",
    "reset_password": "people.forms.PasswordResetForm",
    "reset_password_from_key": "people.forms.NewPasswordForm",
    "change_password": "people.forms.PasswordChangeForm",
    "reauthenticate": "people.forms.ConfirmPasswordForm",
}
(OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_MAIL_TRUSTED, OIDC_BREAK_GLASS, OIDC_BREAK_GLASS_TOLD) = (
    single_sign_on.settings_from_environment(plain=DEBUG or TESTING, trusted=environment.flag("OIDC_MAIL_TRUSTED"))
)
MFA_REQUIRED = environment.flag("MFA_REQUIRED")
MFA_TOTP_TOLERANCE = 1  # a code before and after, for clocks a little wrong
MFA_ADAPTER = "people.second_factor_adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "people.forms_second_factor.CodeForm",
    "reauthenticate": "people.forms_second_factor.ConfirmCodeForm",
    "activate_totp": "people.forms_second_factor.SetUpAppForm",
    "deactivate_totp": "people.forms_second_factor.RemoveAppForm",
    "generate_recovery_codes": "people.forms_second_factor.NewCodesForm",
    "add_webauthn": "people.forms_second_factor.AddPasskeyForm",
}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "people.link_tokens.LinkTokens"  # noqa: S105
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Quality Counts: "
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# By network address as many as a council behind one address needs in the rush of a morning; wrong passwords by account
# and address (people/adapter.py), so that nobody elsewhere shuts an owner out.
RATE_LIMITS_OF_SIGN_IN = {
    "login": "300/m/ip",
    "login_failed": "60/m/ip,5/5m/key",
    "reset_password": "100/m/ip",
    "reset_password_from_key": "300/m/ip",
}
ACCOUNT_RATE_LIMITS = False if TESTING else RATE_LIMITS_OF_SIGN_IN

LANGUAGE_CODE = "en-gb"
USE_I18N = False  # all words are English and stand in the code: no catalogue is asked for them or for a number's marks
TIME_ZONE = "Europe/London"
USE_TZ = True
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "qualitycounts.static_files.KeptStaticFiles"},
}
if DEBUG or TESTING:
    STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
WHITENOISE_USE_FINDERS = DEBUG
CRISPY_ALLOWED_TEMPLATE_PACKS = ["gds"]
CRISPY_TEMPLATE_PACK = "gds"
FILES_DIR = Path(environment.text("FILES_DIR", str(VAR_DIR / "files")))  # evidence; never under STATIC_ROOT
VIRUS_SCAN = environment.address(
    "VIRUS_SCAN", "", begins=("tcp", "unix"), such_as="tcp://host:3310, or unix:///path of ClamAV's daemon"
)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 11 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

_mail = urlsplit(
    environment.address(
        "EMAIL_URL",
        "",
        begins=("smtp", "smtps", "smtp+tls", "notify", "notify+http"),
        such_as="smtp+tls://name:password@host:587",
    )
)
DEFAULT_FROM_EMAIL = environment.sender("DEFAULT_FROM_EMAIL", "Quality Counts <quality-counts@example.gov.uk>")
EMAIL_TIMEOUT = 20
if _mail.scheme in {"smtp", "smtps", "smtp+tls"}:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.scheme == "smtp+tls", _mail.scheme == "smtps"
elif _mail.scheme in {"notify", "notify+http"}:
    EMAIL_BACKEND = "people.notify.NotifyBackend"
    NOTIFY_KEY, NOTIFY_TEMPLATE = unquote(_mail.username or ""), _mail.path.strip("/")
    NOTIFY_ADDRESS = f"http{'' if _mail.scheme.endswith('+http') else 's'}://{_mail.netloc.rpartition('@')[2]}"
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
MAIL_CARRIES_FILES = EMAIL_BACKEND != "people.notify.NotifyBackend"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 10  # in all, whatever one does
SESSION_IDLE = 60 * environment.number("SESSION_IDLE_MINUTES", 30, least=5, most=SESSION_COOKIE_AGE // 60)
CSRF_FAILURE_VIEW = "qualitycounts.pages.csrf_failure"
if not DEBUG and not TESTING:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = not environment.flag("PLAIN_HTTP")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = environment.flag("HSTS_SUBDOMAINS")
    SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
TRUSTED_PROXIES = environment.number("TRUSTED_PROXIES", 0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
_queue = VAR_DIR / "queue"
if not REDIS_URL:
    for _folder in ("messages", "done", "control"):
        (_queue / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "processed_folder": str(_queue / "done"),
        "control_folder": str(_queue / "control"),
        "store_processed": False,
        "polling_interval": 0.1,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 60, "visibility_timeout": 1800}
# A task that hangs is ended after so long. What a killed worker had in work is given to another after
# `visibility_timeout`: it is longer, or a task that only takes its time would be begun twice.
CELERY_TASK_TIME_LIMIT = 1200
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")

# The domains of the council's own e-mail addresses; with none, any is taken.
MAIL_DOMAINS = environment.text("MAIL_DOMAINS").lower().replace(",", " ").replace("@", "").split()
# Where each night the head of the trail is written down, outside the database; and the addresses it is mailed to.
TRAIL_HEADS = Path(environment.text("TRAIL_HEADS", str(VAR_DIR / "trail-heads.jsonl")))
TRAIL_WATCHERS = environment.mail_addresses("TRAIL_WATCHERS")

METRICS_TOKEN = environment.text("METRICS_TOKEN")  # what shows that one may read /metrics; without it there is none
if METRICS_TOKEN and len(METRICS_TOKEN) < 32:
    raise ImproperlyConfigured("METRICS_TOKEN is too short. Set it to 32 or more random characters.")

LOGGING = log_settings.log_settings(plain=DEBUG, level=environment.log_level("LOG_LEVEL", "WARNING"))
if not (DEBUG or TESTING):
    logging.captureWarnings(True)
SILENCED_SYSTEM_CHECKS: list[str] = []
