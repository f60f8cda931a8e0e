"""How every action runs: one transaction, and a refusal written down after the rollback."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar, cast

from django.db import models, transaction

from office import audit
from office.errors import Conflict, NotAllowed, Refusal, StepBlocked
from office.prepared import one
from office.roles import Actor

F = TypeVar("F", bound=Callable[..., Any])

ACTIONS: dict[str, Callable[..., Any]] = {}
"""Every verb of the product and the one function that does it."""


def action(verb: str) -> Callable[[F], F]:
    """Make ``verb`` out of a function ``(subject, *, actor, now, …)``.

    The subject is the row it acts on (locked inside), or None where the verb creates one. Everything the function
    writes is one transaction. ``NotAllowed``, ``Conflict`` and ``StepBlocked`` on an existing row leave one audit line
    ``refused``, written after the rollback; bad input and stale versions leave none.
    """

    def decorate(function: F) -> F:
        @functools.wraps(function)
        def run(subject: models.Model | None, *, actor: Actor, now: datetime, **words: Any) -> Any:
            try:
                with transaction.atomic():
                    return function(subject, actor=actor, now=now, **words)
            except (NotAllowed, Conflict, StepBlocked) as refusal:
                if subject is not None and subject.pk is not None:
                    with transaction.atomic():
                        _hold(subject)
                        audit.refused(subject_of(subject), verb, actor=actor, now=now, **_reasons(refusal))
                raise

        if verb in ACTIONS:
            raise RuntimeError(f"two actions for {verb}")
        ACTIONS[verb] = run
        run.verb = verb  # type: ignore[attr-defined]
        return cast(F, run)

    return decorate


def subject_of(row: models.Model) -> tuple[str, int]:
    """The audit subject of a row: the chain of its ticket if it hangs on one, else its own."""
    ticket_id = getattr(row, "ticket_id", None)
    if ticket_id is not None:
        return "ticket", int(ticket_id)
    return str(row._meta.model_name), int(row.pk)


def _hold(row: models.Model) -> None:
    """Lock what the chain belongs to, as every action does, so that a refusal never takes the next line of an act."""
    model, (_kind, pk) = type(row), subject_of(row)
    if getattr(row, "ticket_id", None) is not None:
        model = cast(type[models.Model], row._meta.get_field("ticket").related_model)
    one(model._base_manager.select_for_update().filter(pk=pk))


def _reasons(refusal: Refusal) -> dict[str, Any]:
    blockers = tuple(blocker.code for blocker in getattr(refusal, "blockers", ()))
    return {"code": refusal.code, "blockers": blockers}
