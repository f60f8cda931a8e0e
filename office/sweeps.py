"""How a batch of bells rings, and how the out-tray is emptied: one row's fault is nobody else's."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from office import meters, outbox, timers
from office.models import Outgoing, Timer

log = logging.getLogger("fourstep.timers")


@dataclass
class Rung:
    """What became of a batch."""

    done: int = 0
    failed: int = 0
    left: int = 0

    @property
    def took(self) -> int:
        """How many rows were claimed; none means that nothing more is due."""
        return self.done + self.failed + self.left


def ring(
    claimed: Iterable[Timer],
    *,
    now: datetime,
    bell: Callable[[Timer], None],
    goes_on: Callable[[], bool] = lambda: True,
) -> Rung:
    """Ring the claimed rows. One that fails is taken back and pushed away.

    ``goes_on`` is asked before each; what is left when it says no is put back, free for whoever comes next.
    """
    result = Rung()
    rung: list[Timer] = []
    left: list[Timer] = []
    with transaction.atomic():
        for row in timers.held(claimed):
            if not goes_on():
                left.append(row)
                continue
            try:
                with transaction.atomic():
                    bell(row)
            except Exception as error:
                log.exception("timer failed", extra={"timer": row.pk})
                timers.push_away(row, error, now=now)
                result.failed += 1
                meters.bells(row.subject_kind, row.kind, "failed")
            else:
                rung.append(row)
                result.done += 1
                meters.bells(row.subject_kind, row.kind, "rung")
        timers.rang(rung, now=now)
        timers.put_back(left)
    result.left = len(left)
    return result


Became = outbox.Delivered | outbox.NotSent
Transmit = Callable[[Sequence[Outgoing], datetime], outbox.Delivered]
Settle = Callable[[Sequence[Outgoing], Became, datetime], None]


def empty(
    *,
    clock: Callable[[], datetime],
    kinds: Collection[str],
    transmit: Transmit,
    settle: Settle,
    goes_on: Callable[[], bool] = lambda: True,
) -> Rung:
    """Send what is due, one thing after the other, for as long as ``goes_on``: a row, or what there is of its bundle.

    Each is claimed when its turn comes, so that it has a lease of its own from the moment it is taken. ``transmit``
    works outside any transaction; ``settle`` writes what became of it, and what follows, in one. When nothing can leave
    now (``everybody``), the rest waits untouched.
    """
    result = Rung()
    while goes_on():
        claimed = outbox.claim_next(now=clock(), kinds=kinds)
        if not claimed:
            break
        became = _tried(claimed, transmit, clock())
        _written(claimed, became, settle, clock())
        if isinstance(became, outbox.Delivered) or became.moot:
            result.done += len(claimed)
            continue
        result.failed += len(claimed)
        if became.everybody:
            break
    return result


def _tried(rows: Sequence[Outgoing], transmit: Transmit, now: datetime) -> Became:
    if outbox.worn(rows):
        return outbox.NotSent("worn", "its workers died", for_good=True)
    try:
        return transmit(rows, now)
    except outbox.NotSent as refusal:
        return refusal
    except Exception as error:
        log.exception("outgoing failed", extra={"outgoing": rows[0].pk})
        return outbox.NotSent("fault", repr(error))


def _written(rows: Sequence[Outgoing], became: Became, settle: Settle, now: datetime) -> None:
    """Write what became of it. If what follows cannot be written, at least this is: sent is not sent again."""
    try:
        with transaction.atomic():
            settle(rows, became, now)
    except Exception:
        log.exception("outgoing not settled", extra={"outgoing": rows[0].pk})
        with transaction.atomic():
            locked = outbox.held(rows)
            if not locked:
                return
            if isinstance(became, outbox.Delivered):
                outbox.sent(locked, now=now, result=became.result)
            else:
                outbox.failed(locked, str(became), now=now)
