"""The floors' settings: the product's own, without its middleware and with the floors' addresses only."""

from qualitycounts.settings import *  # noqa: F403
from qualitycounts.settings import BASE_DIR, INSTALLED_APPS, TEMPLATES

ROOT_URLCONF = "benchmarks.floor"
MIDDLEWARE = []
INSTALLED_APPS = [app for app in INSTALLED_APPS if not app.startswith("allauth")]
TEMPLATES[0]["DIRS"] = [BASE_DIR / "benchmarks" / "templates"]
