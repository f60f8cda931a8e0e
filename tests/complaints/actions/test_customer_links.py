"""The customer's link: computed, stored as a hash only, replaced, and gone in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from complaints.actions import customer_links, ends
from complaints.models import CustomerLink, Ticket
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def opened_by(secret: str, at: timedelta = timedelta(0)) -> bool:
    return customer_links.opens(secret, now=NOW + at) is not None


def test_the_link_is_the_same_each_time_and_only_its_hash_is_stored(ticket: Ticket) -> None:
    link = customer_links.link_of(ticket, now=NOW)
    again = customer_links.link_of(ticket, now=NOW + timedelta(days=1))
    secret = customer_links.secret_of(link)
    assert (again.pk, customer_links.secret_of(again), len(secret)) == (link.pk, secret, 43)
    assert opened_by(secret)
    stored = CustomerLink.objects.values().get()
    assert secret not in str(stored)


def test_a_rotated_link_and_a_strangers_open_nothing(ticket: Ticket, act: Callable[..., Any]) -> None:
    before = customer_links.secret_of(customer_links.link_of(ticket, now=NOW))
    after = customer_links.secret_of(act(customer_links.rotate, ticket))
    assert not opened_by(before)
    assert opened_by(after)
    for stranger in ("", "x" * 43, after[:-1], after + "A", "投诉", "\x00"):
        assert not opened_by(stranger)


def test_it_lives_for_400_days_at_most(ticket: Ticket) -> None:
    secret = customer_links.secret_of(customer_links.link_of(ticket, now=NOW))
    assert opened_by(secret, timedelta(days=399))
    assert not opened_by(secret, timedelta(days=400))


def test_it_lives_for_30_days_after_the_end(ticket: Ticket, act: Callable[..., Any]) -> None:
    secret = customer_links.secret_of(customer_links.link_of(ticket, now=NOW))
    act(ends.withdraw, ticket, reason="mistake")
    assert opened_by(secret, timedelta(days=29))
    assert not opened_by(secret, timedelta(days=30))
