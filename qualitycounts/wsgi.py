"""Pages, on WSGI threads with persistent connections."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qualitycounts.settings")
application = get_wsgi_application()
