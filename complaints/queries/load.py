"""How much is on the desk: counts of what is open or owed, never of what is over."""

from __future__ import annotations

from datetime import datetime

from complaints.models import Escalation, Ticket
from office.models import Outgoing, Timer

MOST = 10_000
"""Nobody needs to know beyond this; counting stops there."""


def figures(now: datetime) -> list[tuple[str, str, int]]:
    """Name, meaning and count, each at most ``MOST``. Five queries."""
    late = Ticket.objects.open().filter(risk_at__lt=now, waiting_since__isnull=True)
    owed = Outgoing.objects.filter(sent_at__isnull=True, cancelled_at__isnull=True, dead_at__isnull=True)
    due = Timer.objects.filter(rung_at__isnull=True, cancelled_at__isnull=True, dead_at__isnull=True, due_at__lte=now)
    counted = (
        ("tickets_open", "Open complaints", Ticket.objects.open()),
        ("tickets_late", "Open complaints past what was due", late),
        ("escalations_unanswered", "Cases before somebody above", Escalation.objects.unanswered()),
        ("outgoing_waiting", "What is owed and has not left the desk", owed),
        ("timers_due", "Bells that are due and have not rung", due),
    )
    return [(name, says, rows.order_by()[:MOST].count()) for name, says, rows in counted]
