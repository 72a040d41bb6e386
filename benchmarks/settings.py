"""The floors' settings: the product's own, without its middleware and with the floors' addresses only."""

from qualitycounts.settings import *  # noqa: F403
from qualitycounts.settings import BASE_DIR, TEMPLATES

ROOT_URLCONF = "benchmarks.floor"
MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]  # while it starts, and never asked: benchmarks/wsgi.py
TEMPLATES[0]["DIRS"] = [BASE_DIR / "benchmarks" / "templates"]
