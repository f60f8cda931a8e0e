"""Arithmetic of targets: hours by severity, and what a pause does. Pure: no database, no clock.

For now a target counts plain hours from receipt. Source of the defaults: presets DEF-ACK (24 h) and the shorter house
targets for graver cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

TARGETS: tuple[str, ...] = ("acknowledge", "first_answer", "resolve")

DEFAULT_HOURS: Mapping[str, Mapping[str, str]] = {
    "acknowledge": {"1": "24", "2": "24", "3": "8", "4": "2"},
    "first_answer": {"1": "72", "2": "48", "3": "24", "4": "8"},
    "resolve": {"1": "360", "2": "240", "3": "120", "4": "48"},
}

UNASSESSED = 3
"""Until somebody has judged it, a complaint counts as serious."""

VERDICT_WAITS = timedelta(days=14)
"""How long an answer waits for the customer's verdict before closing may be proposed."""

ACKNOWLEDGE_ESCALATION = timedelta(minutes=30)
"""How long an escalation may stand unacknowledged."""


def hours_for(hours: Mapping[str, Mapping[str, str]], target: str, severity: int | None) -> Decimal:
    """The hours a target allows at a severity (None: not yet judged)."""
    return Decimal(hours[target][str(severity or UNASSESSED)])


def due(start: datetime, hours: Decimal) -> datetime:
    """The instant ``hours`` after ``start``."""
    return start + timedelta(seconds=float(hours * 3600))


def resumed(due_at: datetime, *, paused_at: datetime, now: datetime) -> datetime:
    """The due instant after a pause: what remained when it began remains when it ends."""
    return due_at + max(now - paused_at, timedelta(0))


def used(start: datetime, due_at: datetime, now: datetime) -> int:
    """Per cent of the time used, 0 to 100."""
    total = (due_at - start).total_seconds()
    if total <= 0:
        return 100
    return max(0, min(100, round(100 * (now - start).total_seconds() / total)))
