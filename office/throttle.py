"""A limit for what is guessed rather than known: so many tries a minute from one address."""

from __future__ import annotations

from datetime import datetime

from axes.helpers import get_client_ip_address
from django.core.cache import cache
from django.http import HttpRequest

WINDOW = 60
"""Seconds of one window; a new one begins with the minute."""


def too_many(request: HttpRequest, what: str, *, limit: int, now: datetime) -> bool:
    """Count this request among those for ``what`` from its address in this minute; True beyond ``limit``.

    The count lives in the cache: a cache that forgets lets a few more through, never fewer.
    """
    return _counted(what, get_client_ip_address(request) or "unknown", limit=limit, now=now)


def too_many_in_all(what: str, *, limit: int, now: datetime) -> bool:
    """The same for all addresses together."""
    return _counted(what, "everyone", limit=limit, now=now)


def _counted(what: str, whose: str, *, limit: int, now: datetime) -> bool:
    key = f"throttle:{what}:{whose}:{int(now.timestamp()) // WINDOW}"
    cache.add(key, 0, timeout=2 * WINDOW)
    try:
        return cache.incr(key) > limit
    except ValueError:  # forgotten between the two calls
        return False
