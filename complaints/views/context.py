"""What every page shows beside its own matter."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from complaints.queries.desk import waiting
from office.roles import Actor


def desk(request: HttpRequest) -> dict[str, Any]:
    """``desk_count``: what waits for a supervisor; one query, and none where it is not shown."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.kind != "agent" or not actor.is_supervisor:
        return {"desk_count": 0}
    known = actor
    return {"desk_count": SimpleLazyObject(lambda: waiting(known))}
