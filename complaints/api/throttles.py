"""So many requests a minute: one limit for a token, a lower one for an address without one."""

from __future__ import annotations

from typing import Any

from axes.helpers import get_client_ip_address
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

WINDOW = 60
"""Seconds of one window; a new one begins with the minute."""


class MinuteThrottle(BaseThrottle):
    """Counts in the cache. A cache that forgets or is away lets a few more through; it never stops the desk."""

    left = 0

    def allow_request(self, request: Request, view: Any) -> bool:
        asker = _asker(request)
        minute, second = divmod(int(timezone.now().timestamp()), WINDOW)
        self.left = WINDOW - second
        key = f"api:{asker}:{minute}"
        try:
            cache.add(key, 0, timeout=2 * WINDOW)
            return bool(cache.incr(key) <= _limit(asker))
        except (ValueError, OSError, RedisError):
            return True

    def wait(self) -> float:
        """Seconds until the next window."""
        return float(self.left)


def _asker(request: Request) -> str:
    if request.user is not None and request.user.is_authenticated:
        return str(request.user.pk)
    return f"address-{get_client_ip_address(request._request) or 'unknown'}"


def _limit(asker: str) -> int:
    if asker.startswith("address-"):
        return int(getattr(settings, "API_ANONYMOUS_PER_MINUTE", 60))
    return int(getattr(settings, "API_REQUESTS_PER_MINUTE", 600))
