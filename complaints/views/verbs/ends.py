"""How a step is left sideways, how a case ends, and how it comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.actions import ends, steps
from complaints.domain import vocabulary as v
from complaints.forms import verbs as f
from complaints.views.verbs.asked import Asked, Verb
from complaints.views.verbs.handling import version


def _ended(action: Callable[..., Any], said: Any) -> Callable[[Asked, dict[str, Any]], Any]:
    def run(asked: Asked, data: dict[str, Any]) -> Any:
        action(asked.ticket, reason=data["reason"], note=data["note"], version=version(data), **asked.by)
        return said

    return run


def _skip(asked: Asked, data: dict[str, Any]) -> Any:
    left = v.STEPS[asked.ticket.step]
    steps.skip_step(
        asked.ticket,
        reason=data["reason"],
        note=data["note"],
        step=asked.ticket.step,
        version=version(data),
        **asked.by,
    )
    return _("%(step)s was skipped; this is reported") % {"step": left}


def _back(asked: Asked, data: dict[str, Any]) -> Any:
    row = steps.go_back(
        asked.ticket,
        to=data["to"],
        note=data["note"],
        step=asked.ticket.step,
        version=version(data),
        **asked.by,
    )
    return _("Back in %(step)s") % {"step": v.STEPS[row.step]}


def _reopen(asked: Asked, data: dict[str, Any]) -> Any:
    ends.reopen(
        asked.ticket,
        reason=data["reason"],
        still_wrong=data["still_wrong"],
        version=version(data),
        **asked.by,
    )
    return _("Open again, in Listen")


def _reasons(kind: str, form: type[f.ReasonForm] = f.ReasonForm) -> Any:
    return lambda asked, data, **options: form(data, reasons=asked.reasons(kind), **options)


VERBS = (
    Verb(
        "step.skip",
        _skip,
        title=_("Skip this step"),
        button=_("Skip"),
        form=_reasons("skip"),
        hint=_("Without its evidence; skips are reported"),
    ),
    Verb(
        "step.back",
        _back,
        title=_("Back to an earlier step"),
        button=_("Go back"),
        form=lambda asked, data, **o: f.BackForm(data, step=asked.ticket.step, **o),
        hint=_("What is recorded here stays and is there again"),
    ),
    Verb(
        "ticket.close",
        _ended(ends.close, _("Closed")),
        title=_("Close the case"),
        button=_("Close the case"),
        form=_reasons("close"),
    ),
    Verb(
        "ticket.settle",
        _ended(ends.settle, _("Settled")),
        title=_("Settle: it is no complaint"),
        button=_("Settle"),
        form=_reasons("close"),
    ),
    Verb(
        "ticket.withdraw",
        _ended(ends.withdraw, _("Withdrawn")),
        title=_("The customer withdraws it"),
        button=_("Withdraw"),
        form=_reasons("withdraw"),
    ),
    Verb(
        "ticket.out_of_scope",
        _ended(ends.out_of_scope, _("Out of scope")),
        title=_("Out of scope"),
        button=_("Out of scope"),
        form=_reasons("out_of_scope"),
        hint=_("It is not ours to answer"),
    ),
    Verb(
        "ticket.reopen",
        _reopen,
        title=_("Reopen"),
        button=_("Reopen"),
        form=_reasons("reopen", f.ReopenForm),
        hint=_("A new pass begins in Listen; the first receipt stays in sight"),
    ),
)
