"""The way in for a web server: `gunicorn config.wsgi`."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# What is loaded by now stays for good; looking through it again and again would cost a tenth of every page.
gc.freeze()
gc.set_threshold(50_000, 20, 50)
