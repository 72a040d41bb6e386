"""Pages, on WSGI threads with persistent connections. A process knows every address before it is asked for one: else
whoever comes first after a start waits for all of them to be read."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qualitycounts.settings")
application = get_wsgi_application()
reverse(settings.LOGIN_URL)
