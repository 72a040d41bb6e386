"""The one-process server of `make run`: pages go to WSGI threads, so that their connections persist."""

import os
from typing import cast

from a2wsgi import WSGIMiddleware
from a2wsgi.wsgi_typing import WSGIApp

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qualitycounts.settings")

from qualitycounts.wsgi import application as pages

application = WSGIMiddleware(cast("WSGIApp", pages), workers=8)
