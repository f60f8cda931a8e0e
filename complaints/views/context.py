"""What every page shows beside its own matter."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from complaints.queries.my_day import Badges, badges
from office.roles import Actor
from office.views import health
from office.views.asking import now_in


def desk(request: HttpRequest) -> dict[str, Any]:
    """What a page shows around its own matter.

    ``desk_count`` and ``my_day_count``: what waits for a supervisor, and what the person owes today; one query for
    both, and none where they are not shown. ``clock_stood``: for supervisors, since when the desk's clock stands still,
    or None; one query every ten seconds, whoever asks. ``is_demo``: whether this is the demo.
    """
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.kind != "agent":
        return {"desk_count": 0, "my_day_count": 0, "clock_stood": None, "is_demo": settings.DEMO}
    known, now = actor, now_in(request)

    @cache
    def counted() -> Badges:
        return badges(known, until=end_of_day(now))

    return {
        "desk_count": SimpleLazyObject(lambda: counted().desk),
        "my_day_count": SimpleLazyObject(lambda: counted().my_day),
        "clock_stood": (lambda: health.WATCH.stands_since(now)) if known.is_supervisor else None,
        "is_demo": settings.DEMO,
    }


def end_of_day(now: datetime) -> datetime:
    """Midnight, in the person's zone."""
    local = now.astimezone(timezone.get_current_timezone())
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0) + timedelta(days=1)
