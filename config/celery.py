"""The one Celery application; what it may do is in the settings, what it does is in each app's `tasks`."""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("fourstep")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def keep_what_is_loaded(**_words: Any) -> None:
    """As in wsgi.py: looking through what stays for good would cost a tenth of every bell."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
