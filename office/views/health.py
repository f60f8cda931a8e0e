"""Whether the desk lives, can serve, and gets on with what is due; for whatever watches over it. No secrets here."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from office import timers
from office.views.asking import now_in

STUCK_SECONDS = 60
"""A worker whose oldest due row waits longer than this is not working, whatever its process says."""


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
    """``oldest_due_seconds``: how long the row that waits longest is overdue; 503 when nothing gets on."""
    now = now_in(request)
    try:
        oldest = timers.oldest_due(now)
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503)
    seconds = round((now - oldest).total_seconds()) if oldest else 0
    stuck = seconds > STUCK_SECONDS
    return JsonResponse(
        {"status": "stuck" if stuck else "working", "oldest_due_seconds": seconds}, status=503 if stuck else 200
    )
