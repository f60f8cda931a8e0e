"""The cache may live beside the broker: clearing the one leaves the other."""

import pytest
import redis
from django.conf import settings
from django.core.cache import cache, caches

from config.cache import SharedRedisCache


@pytest.mark.worker
@pytest.mark.skipif(not settings.REDIS_URL, reason="needs Redis")
def test_clearing_the_cache_leaves_messages_and_other_installations_alone() -> None:
    beside = f"{settings.REDIS_PREFIX}queue"
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.set(beside, "owed", ex=60)
    cache.set("word", "said", 60)
    assert caches["default"].get("word") == "said"

    cache.clear()

    assert cache.get("word") is None
    assert client.get(beside) == b"owed"
    client.delete(beside)
    client.close()


def test_without_its_server_it_is_an_empty_cache() -> None:
    away = SharedRedisCache("redis://127.0.0.1:1/0", {"KEY_PREFIX": "t"})
    away.set("a", 1)
    assert away.get("a", "nothing") == "nothing"
    assert away.get_many(["a"]) == {}
    assert not away.add("a", 0)
    assert not away.delete("a")
    assert "a" not in away
    assert away.set_many({"a": 1}) == ["a"]
    with pytest.raises(ValueError, match="a"):
        away.incr("a")
