"""What happens because time passed. Each bell asks again, under the ticket's lock, whether it still holds.

What no longer holds is not a fault: the bell rang for nothing, and its timer is done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from complaints import access
from complaints.actions import escalations
from complaints.domain.escalation import missed_at
from complaints.domain.workflow import LIVE, State
from complaints.models import Clock, Escalation, FollowUp, Ticket
from office import sweeps, timers
from office.models import Timer
from office.prepared import one
from office.roles import SYSTEM


def tick(*, now: datetime, goes_on: Callable[[], bool] = lambda: True) -> sweeps.Rung:
    """Ring one batch of what is due. Harmless when doubled, or when it dies in the middle."""
    claimed = timers.claim(now=now)
    if not claimed:
        return sweeps.Rung()
    return sweeps.ring(claimed, now=now, bell=partial(_ring, now=now), goes_on=goes_on)


def _ring(timer: Timer, *, now: datetime) -> None:
    BELLS[timer.subject_kind, timer.kind](timer.subject_id, now)


def _live(ticket_id: int) -> Ticket | None:
    """The ticket under its lock, while it is open or answered."""
    row = access.locked(SYSTEM, Ticket(pk=ticket_id))
    return row if row.state in {state.value for state in LIVE} else None


def follow_up_missed(pk: int, now: datetime) -> None:
    """What was promised, or set, is not done."""
    known = one(FollowUp.objects.filter(pk=pk))
    ticket = _live(known.ticket_id) if known else None
    if ticket is None:
        return
    row = one(FollowUp.objects.pending().filter(pk=pk))
    if row is not None and missed_at(row.due_at, promised=row.promised) <= now:
        escalations.put_before(ticket, "missed_promise" if row.promised else "overdue", now=now, reason=row.text)


def clock_overdue(pk: int, now: datetime) -> None:
    """A target has passed and is not met."""
    known = one(Clock.objects.filter(pk=pk))
    ticket = _live(known.ticket_id) if known else None
    if ticket is not None and Clock.objects.running().filter(pk=pk, due_at__lte=now).exists():
        escalations.put_before(ticket, "overdue", now=now)


def escalation_unseen(pk: int, now: datetime) -> None:
    """Nobody acknowledged it in time: one level up, while there is somebody further up to ask."""
    known = one(Escalation.objects.filter(pk=pk))
    ticket = _live(known.ticket_id) if known else None
    if ticket is None:
        return
    row = one(Escalation.objects.filter(pk=pk, state="open", acknowledge_by__lte=now))
    if row is None or ticket.escalations.unanswered().filter(level__gt=row.level).exists():
        return
    if escalations.somebody_above(ticket, row.level):
        escalations.open_escalation(ticket, actor=SYSTEM, now=now, trigger=row.trigger, reason=row.reason)


def ticket_nobodys(pk: int, now: datetime) -> None:
    """It is open and still nobody's."""
    ticket = _live(pk)
    if ticket is not None and ticket.owner_id is None and ticket.state == State.OPEN.value:
        escalations.put_before(ticket, "unassigned", now=now)


BELLS: Mapping[tuple[str, str], Callable[[int, datetime], None]] = {
    ("follow_up", "missed"): follow_up_missed,
    ("clock", "overdue"): clock_overdue,
    ("escalation", "unseen"): escalation_unseen,
    ("ticket", "nobodys"): ticket_nobodys,
}
