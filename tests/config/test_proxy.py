"""Behind a proxy the pause after wrong passwords falls on the sender, not on everybody."""

import pytest
from django.test import RequestFactory

from config.proxy import client_ip


@pytest.mark.parametrize(
    ("forwarded", "seen"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("10.0.0.1, 203.0.113.9", "203.0.113.9"),
        ("spoofed,203.0.113.9 ", "203.0.113.9"),
        ("2001:db8::1", "2001:db8::1"),
        ("", "127.0.0.1"),
        ("10.0.0.1,", "127.0.0.1"),
    ],
)
def test_only_what_our_own_proxy_added_counts(forwarded: str, seen: str) -> None:
    request = RequestFactory().get("/", headers={"x-forwarded-for": forwarded})
    assert client_ip(request) == seen
