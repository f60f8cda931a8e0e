"""How a batch of bells rings: one transaction, a savepoint each, so that one row's fault is nobody else's."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from office import timers
from office.models import Timer

log = logging.getLogger("fourstep.timers")


@dataclass
class Rung:
    """What became of a batch."""

    done: int = 0
    failed: int = 0
    left: int = 0


def ring(
    claimed: Iterable[Timer],
    *,
    now: datetime,
    bell: Callable[[Timer], None],
    goes_on: Callable[[], bool] = lambda: True,
) -> Rung:
    """Ring the claimed rows. One that fails is taken back and pushed away.

    ``goes_on`` is asked before each; what is left when it says no is free again when its lease runs out.
    """
    result = Rung()
    with transaction.atomic():
        for row in timers.held(claimed):
            if not goes_on():
                result.left += 1
                continue
            try:
                with transaction.atomic():
                    bell(row)
            except Exception as error:
                log.exception("timer failed", extra={"timer": row.pk})
                timers.push_away(row, error, now=now)
                result.failed += 1
            else:
                timers.rang(row, now=now)
                result.done += 1
    return result
