"""The floors under gunicorn, without any middleware: allauth wants its own to be named only while it starts."""

from __future__ import annotations

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

django.setup()
settings.MIDDLEWARE = []
application = WSGIHandler()
