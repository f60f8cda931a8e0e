"""The cache may be away: the desk goes on as with an empty one, asks it seldom, and keeps no stale copy."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator

import pytest
from django.contrib.sessions.backends.cached_db import SessionStore

from config import cache as module
from config.cache import SECONDS, SharedRedisCache
from tests.engines.servers import Redis

pytestmark = [
    pytest.mark.worker,
    pytest.mark.skipif(
        shutil.which("redis-server") is None and os.environ.get("REQUIRE_ENGINES") != "1", reason="needs redis-server"
    ),
]


@pytest.fixture
def server() -> Iterator[Redis]:
    server = Redis(["--save", "", "--appendonly", "yes", "--appendfsync", "always"])
    try:
        yield server
    finally:
        server.remove()


@pytest.fixture
def cache(server: Redis, monkeypatch: pytest.MonkeyPatch) -> SharedRedisCache:
    monkeypatch.setattr(module, "RESTS", 0.2)
    return SharedRedisCache(server.url, {"KEY_PREFIX": "cache"})


def everything(cache: SharedRedisCache) -> None:
    """Ask whatever can be asked of a cache that is away."""
    assert cache.get("word", "otherwise") == "otherwise"
    assert cache.get_many(["word", "other"]) == {}
    assert "word" not in cache
    assert cache.add("word", 1, 60) is False
    assert cache.touch("word", 60) is False
    cache.set("word", "new", 60)
    assert cache.set_many({"other": 1}, 60) == ["other"]
    with pytest.raises(ValueError, match="not found"):
        cache.incr("count")


def test_a_cache_that_was_killed_is_an_empty_one_and_is_used_again_when_it_is_back(
    server: Redis, cache: SharedRedisCache
) -> None:
    cache.set("word", "said", 60)
    server.kill()
    everything(cache)

    server.start()
    time.sleep(0.3)
    cache.set("word", "again", 60)
    assert cache.get("word") == "again"
    cache.clear()


def test_a_cache_that_hangs_holds_a_request_once_and_briefly(server: Redis, cache: SharedRedisCache) -> None:
    cache.set("word", "said", 60)
    assert server.process
    os.kill(server.process.pid, signal.SIGSTOP)
    began = time.monotonic()
    try:
        cache.get("word")
        first = time.monotonic() - began
        for _time in range(5):
            assert cache.get("word") is None
        assert time.monotonic() - began - first < 0.1
        assert SECONDS <= first < SECONDS + 0.5
    finally:
        os.kill(server.process.pid, signal.SIGCONT)


def test_what_was_to_be_forgotten_while_it_was_away_is_not_found_when_it_is_back(
    server: Redis, cache: SharedRedisCache
) -> None:
    """The copy of a session somebody signed out of outlives a restart of the server."""
    for name in ("session", "older", "kept"):
        cache.set(name, "alive", 600)
    server.kill()
    cache.delete("session")
    cache.set("older", "newer", 600)

    server.start()
    time.sleep(0.3)

    assert cache.get("session") is None
    assert cache.get("older") is None
    assert cache.get("kept") == "alive"


@pytest.mark.django_db
def test_a_session_is_read_from_the_database_while_the_cache_is_away(server: Redis, cache: SharedRedisCache) -> None:
    session = SessionStore()
    session._cache = cache
    session["person"] = 7
    session.save()
    server.kill()

    again = SessionStore(session.session_key)
    again._cache = cache

    assert again["person"] == 7
