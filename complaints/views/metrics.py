"""The figures of the desk for Prometheus: for whoever holds the token, or sits on the machine itself."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from complaints.queries import load
from office import meters, pulse
from office.middleware import STARTED_AT
from office.views.asking import now_in

HERE = frozenset({"127.0.0.1", "::1"})
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' own text. For strangers there is nothing here."""
    if not (_holds_token(request) or _is_here(request)):
        raise Http404
    counted = REGISTRY
    if meters.MANY_PROCESSES in os.environ:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)
    asked = CollectorRegistry()
    asked.register(Gauges(now_in(request)))
    return HttpResponse(generate_latest(counted) + generate_latest(asked), content_type=CONTENT_TYPE_LATEST)


def _holds_token(request: HttpRequest) -> bool:
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    wanted: str = settings.METRICS_TOKEN
    return bool(wanted) and scheme.lower() == "bearer" and constant_time_compare(secret.strip(), wanted)


def _is_here(request: HttpRequest) -> bool:
    """Whether it was asked from this machine itself; what a proxy passes on comes from elsewhere."""
    passed_on = settings.BEHIND_PROXY or any(name in request.headers for name in FORWARDED)
    return not passed_on and request.META.get("REMOTE_ADDR") in HERE


class Gauges(Collector):
    """What the database says at this moment: seven queries, none of which grows with what is done already."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterable[GaugeMetricFamily]:
        up = GaugeMetricFamily("fourstep_database_up", "Whether the database answers")
        try:
            found = [*self._ages(), *self._counts()]
        except DatabaseError:
            found = []
        up.add_metric([], 1 if found else 0)
        return [up, *found]

    def _ages(self) -> Iterable[GaugeMetricFamily]:
        ages = pulse.progress(self.now, started_at=STARTED_AT)
        yield GaugeMetricFamily("fourstep_last_tick_age_seconds", "Since the clock ticked", value=ages.tick)
        due = GaugeMetricFamily("fourstep_oldest_due_age_seconds", "How long the oldest due row waits", labels=["what"])
        due.add_metric(["timers"], ages.timers)
        due.add_metric(["outgoing"], ages.outgoing)
        yield due

    def _counts(self) -> Iterable[GaugeMetricFamily]:
        for name, says, count in load.figures(self.now):
            yield GaugeMetricFamily(f"fourstep_{name}", says, value=count)
