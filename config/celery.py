"""The one Celery application; what it may do is in the settings, what it does is in each app's `tasks`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("fourstep")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
