"""Whether the desk lives, can serve, and gets on with what is due; for whatever watches over it. No secrets here."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from office import pulse
from office.middleware import STARTED_AT
from office.views.asking import now_in

log = logging.getLogger("fourstep.health")


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "live"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """The database answers too. The broker is not asked: without it complaints are still taken down."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503)
    return JsonResponse({"status": "ready"})


@require_safe
@never_cache
def progress(request: HttpRequest) -> JsonResponse:
    """503 when the clock has not ticked for a minute, or a row waits that long; ``stands`` names what stands still."""
    try:
        found = pulse.progress(now_in(request), started_at=STARTED_AT)
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503)
    if found.stands:
        log.error("the desk stands still", extra={"stands": found.stands, "last_tick_seconds": round(found.tick)})
    return JsonResponse(
        {
            "status": "stuck" if found.stands else "working",
            "stands": found.stands,
            "last_tick_seconds": round(found.tick),
            "oldest_due_seconds": round(max(found.timers, found.outgoing)),
            "oldest_timer_seconds": round(found.timers),
            "oldest_outgoing_seconds": round(found.outgoing),
        },
        status=503 if found.stands else 200,
    )


class Watch:
    """Whether the clock stands still, asked at most every ten seconds by this process, whoever reads pages meanwhile.

    The answer is kept here and not in the cache, which may be what is gone. A process that has just begun gives the
    clock a minute to tick.
    """

    every = 10.0

    def __init__(self) -> None:
        self.fresh_until = 0.0
        self.since: datetime | None = None

    def stands_since(self, now: datetime) -> datetime | None:
        """Since when it stands still; None while it ticks. At most one query."""
        if now.timestamp() < self.fresh_until:
            return self.since
        self.fresh_until = now.timestamp() + self.every
        last = pulse.last(pulse.TICK) or STARTED_AT
        self.since = last if now - max(last, STARTED_AT) > pulse.LONGEST else None
        if self.since:
            log.error("the clock stands still", extra={"last_tick_seconds": round((now - last).total_seconds())})
        return self.since


WATCH = Watch()
