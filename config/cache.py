"""A Redis cache that shares its server and may be away: nothing but speed depends on it."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

SECONDS = 0.3
"""How long a request waits for the cache."""
RESTS = 5.0
"""Seconds during which nobody asks a cache that did not answer."""
MOST_OWED = 10_000

_GLOB = re.compile(r"([*?\[\]\\])")
R = TypeVar("R")

log = logging.getLogger("fourstep.cache")


class Away:
    """What one process knows of a server that does not answer: until when it rests, and what is to be forgotten there.

    A copy that should have been removed meanwhile, a session of somebody who signed out, must not be found again.
    """

    def __init__(self) -> None:
        self.until = 0.0
        self._owed: set[str] = set()
        self._lock = threading.Lock()

    @property
    def rests(self) -> bool:
        return time.monotonic() < self.until

    def begins(self, error: Exception) -> None:
        self.until = time.monotonic() + RESTS
        log.warning("the cache is away", extra={"error": repr(error)})

    def owe(self, keys: Iterable[str]) -> None:
        with self._lock:
            self._owed.update(list(keys)[: MOST_OWED - len(self._owed)])

    def take_owed(self) -> set[str]:
        with self._lock:
            owed, self._owed = self._owed, set()
        return owed


_AWAY: dict[str, Away] = {}


class ForgetfulClient(RedisCacheClient):
    """While the server is away: an empty cache into which nothing goes. ``clear`` alone says that it failed."""

    def __init__(self, servers: Any, **options: Any) -> None:
        super().__init__(servers, **{"socket_timeout": SECONDS, "socket_connect_timeout": SECONDS} | options)
        self._away = _AWAY.setdefault(servers[0], Away())

    @property
    def rests(self) -> bool:
        """Whether the server is taken to be away."""
        return self._away.rests

    def _asked(self, question: Callable[[], R], otherwise: R) -> R:
        if self._away.rests:
            return otherwise
        owed = self._away.take_owed()
        try:
            if owed:
                super().delete_many(owed)
            return question()
        except (RedisError, OSError) as error:
            self._away.owe(owed)
            self._away.begins(error)
            return otherwise

    def add(self, key: Any, value: Any, timeout: Any) -> bool:
        return self._asked(lambda: super(ForgetfulClient, self).add(key, value, timeout), otherwise=False)

    def get(self, key: Any, default: Any) -> Any:
        return self._asked(lambda: super(ForgetfulClient, self).get(key, default), otherwise=default)

    def set(self, key: Any, value: Any, timeout: Any) -> None:
        def put() -> bool:
            super(ForgetfulClient, self).set(key, value, timeout)
            return True

        if not self._asked(put, otherwise=False):
            self._away.owe([key])  # the older value there is no longer true

    def touch(self, key: Any, timeout: Any) -> bool:
        return self._asked(lambda: super(ForgetfulClient, self).touch(key, timeout), otherwise=False)

    def delete(self, key: Any) -> bool:
        found = self._asked(lambda: super(ForgetfulClient, self).delete(key), otherwise=None)
        if found is None:
            self._away.owe([key])
        return bool(found)

    def get_many(self, keys: Any) -> dict[Any, Any]:
        return self._asked(lambda: super(ForgetfulClient, self).get_many(keys), otherwise={})

    def has_key(self, key: Any) -> bool:
        return self._asked(lambda: super(ForgetfulClient, self).has_key(key), otherwise=False)

    def incr(self, key: Any, delta: int) -> int:
        """``ValueError`` while it is away, as for any key that is not there."""
        found = self._asked(lambda: super(ForgetfulClient, self).incr(key, delta), otherwise=None)
        if found is None:
            raise ValueError(f"Key {key!r} not found.")
        return int(found)

    def set_many(self, data: Any, timeout: Any) -> None:
        for key, value in data.items():
            self.set(key, value, timeout)

    def delete_many(self, keys: Any) -> None:
        for key in keys:
            self.delete(key)


class SharedRedisCache(RedisCache):
    """Django's own `clear` empties the whole Redis database, and with it the queue of a broker that lives there."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = ForgetfulClient

    def set_many(self, data: dict[str, Any], *args: Any, **words: Any) -> list[str]:
        """Answers the keys that were not kept."""
        super().set_many(data, *args, **words)
        client: Any = self._cache
        return list(data) if client.rests else []

    def clear(self) -> None:
        client = self._cache.get_client(write=True)
        mine = _GLOB.sub(r"\\\1", self.key_prefix) + ":*"
        for key in client.scan_iter(mine, count=1000):
            client.unlink(key)
