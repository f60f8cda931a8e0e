"""What happens because time passed. Each bell asks again, under the ticket's lock, whether it still holds.

What no longer holds is not a fault: the bell rang for nothing, and its timer is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial

from django.db.models import Q
from django.utils.translation import gettext, override

from complaints import access
from complaints.actions import clocks, escalations, follow_ups, mailing
from complaints.channels import mail_out
from complaints.domain import clocks as c
from complaints.domain import workflow as w
from complaints.domain.escalation import missed_at
from complaints.domain.mail import KINDS
from complaints.models import Clock, Escalation, FollowUp, Ticket
from complaints.queries.hours import versions_of
from office import access as office_access
from office import outbox, pulse, sweeps, timers
from office.models import Timer
from office.prepared import one
from office.roles import SYSTEM


def tick(*, now: datetime, goes_on: Callable[[], bool] = lambda: True) -> sweeps.Rung:
    """Ring one batch of what is due. Harmless when doubled, or when it dies in the middle."""
    pulse.beat(pulse.TICK, now=now)
    claimed = timers.claim(now=now)
    if not claimed:
        return sweeps.Rung()
    return sweeps.ring(claimed, now=now, bell=partial(_ring, tickets=_tickets_of(claimed), now=now), goes_on=goes_on)


def sweep_outgoing(*, clock: Callable[[], datetime], goes_on: Callable[[], bool] = lambda: True) -> sweeps.Rung:
    """Send the mail that is due, for as long as a batch may take; nothing while the mail server rests."""
    if outbox.oldest_due(clock()) is None or not mail_out.may_try():
        return sweeps.Rung()
    post = mail_out.Post()
    try:
        return sweeps.empty(clock=clock, kinds=KINDS, transmit=post.transmit, settle=mailing.settle, goes_on=goes_on)
    finally:
        post.close()
        mail_out.remember(post)


def _tickets_of(claimed: Iterable[Timer]) -> dict[tuple[str, int], int]:
    """On which ticket each subject of these bells hangs. One query a kind; a subject that is gone is left out."""
    subjects: dict[str, set[int]] = {}
    for timer in claimed:
        subjects.setdefault(timer.subject_kind, set()).add(timer.subject_id)
    found = {("ticket", pk): pk for pk in subjects.get("ticket", ())}
    for kind, model in HANGS_ON_A_TICKET.items():
        if kind in subjects:
            rows = model._default_manager.filter(pk__in=subjects[kind]).order_by().values_list("pk", "ticket_id")
            found |= {(kind, pk): ticket_id for pk, ticket_id in rows}
    return found


def _ring(timer: Timer, *, tickets: Mapping[tuple[str, int], int], now: datetime) -> None:
    """Take the ticket's lock, and let the bell ask again; a ticket that has ended calls nobody."""
    bell = BELLS[timer.subject_kind, timer.kind]
    ticket_id = tickets.get((timer.subject_kind, timer.subject_id))
    ticket = access.locked(SYSTEM, Ticket(pk=ticket_id)) if ticket_id else None
    if ticket is not None and ticket.state in w.LIVE:
        bell(ticket, timer.subject_id, now)


def follow_up_missed(ticket: Ticket, pk: int, now: datetime) -> None:
    """What was promised, or set, is not done; or a promise was given up before its date, which has come now."""
    row = one(FollowUp.objects.not_kept().filter(pk=pk))
    if row is not None and missed_at(row.due_at, promised=row.promised) <= now:
        escalations.put_before(ticket, "missed_promise" if row.promised else "overdue", now=now, reason=str(row.words))


def clock_overdue(ticket: Ticket, pk: int, now: datetime) -> None:
    """A target has passed and is not met."""
    if Clock.objects.running().filter(pk=pk, due_at__lte=now).exists():
        escalations.put_before(ticket, "overdue", now=now)


def clock_warned(ticket: Ticket, pk: int, now: datetime, *, level: int) -> None:
    """So many per cent of a clock are used. It is written down; near the end its owner hears of it."""
    clock = one(Clock.objects.running().filter(pk=pk, due_at__gt=now))
    if clock is None:
        return
    left = c.remaining(clock.due_at, now, versions_of([clock]).working(clock))
    if not c.reached(clock.hours, left, level):
        return
    clocks.warned(clock, level, now=now, actor=SYSTEM)
    if level == c.WARN_AT[-1] and ticket.owner_id is not None:
        items = [{"ticket": ticket.pk, "why": "soon", "escalation": None}]
        payload = {"agent": ticket.owner_id, "items": items}
        outbox.post("notice", f"warn:{clock.pk}:{clock.cycle}:{level}", payload=payload, now=now)


def escalation_unseen(ticket: Ticket, pk: int, now: datetime) -> None:
    """Nobody acknowledged it in time: one level up, while there is somebody further up to ask."""
    row = one(Escalation.objects.filter(pk=pk, state="open", acknowledge_by__lte=now))
    if row is None or _went_up(ticket, row):
        return
    if escalations.somebody_above(ticket, row, now=now):
        escalations.open_escalation(ticket, actor=SYSTEM, now=now, trigger=row.trigger, reason=row.reason)


def _went_up(ticket: Ticket, row: Escalation) -> bool:
    """Whether somebody higher up has it already. A review goes its own way."""
    higher = ticket.escalations.unanswered().filter(level__gt=row.level)
    return higher.filter(Q(trigger="review") if row.trigger == "review" else ~Q(trigger="review")).exists()


def ticket_nobodys(ticket: Ticket, _pk: int, now: datetime) -> None:
    """It is open and still nobody's."""
    if ticket.owner_id is None and ticket.state == w.State.OPEN.value:
        escalations.put_before(ticket, "unassigned", now=now)


def ticket_waited(ticket: Ticket, _pk: int, now: datetime) -> None:
    """What it waited for should have come by now: the clocks run again, and somebody tells the customer."""
    if ticket.waiting_until is None or ticket.waiting_until > now:
        return
    clocks.resume(ticket, actor=SYSTEM, now=now)
    ticket.refresh_from_db()
    with override(ticket.owner.language if ticket.owner else office_access.office().language):
        text = gettext("The wait is over: tell the customer where it stands")
    hours = office_access.hours_of(ticket.team_id)
    due_at = c.due(now, c.UPDATE_AFTER_WAIT, clocks.working_of(hours))
    follow_ups.plan(ticket, actor=SYSTEM, now=now, kind="update", text=text, due_at=due_at, promised=False)


def ticket_targets(ticket: Ticket, _pk: int, now: datetime) -> None:
    """New targets were published for open cases too."""
    if ticket.state == w.State.OPEN.value:
        clocks.retarget(ticket, now=now, actor=SYSTEM, reason="targets")


HANGS_ON_A_TICKET: Mapping[str, type[FollowUp | Clock | Escalation]] = {
    "follow_up": FollowUp,
    "clock": Clock,
    "escalation": Escalation,
}

BELLS: Mapping[tuple[str, str], Callable[[Ticket, int, datetime], None]] = {
    ("follow_up", "missed"): follow_up_missed,
    ("clock", "overdue"): clock_overdue,
    **{("clock", kind): partial(clock_warned, level=level) for level, kind in clocks.WARNINGS.items()},
    ("escalation", "unseen"): escalation_unseen,
    ("ticket", "nobodys"): ticket_nobodys,
    ("ticket", "waited"): ticket_waited,
    ("ticket", "targets"): ticket_targets,
}
