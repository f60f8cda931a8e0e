"""Saving the step's form: what two people typed is brought together, and nothing typed is lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import access
from complaints.actions import drafts, issues, steps
from complaints.domain import vocabulary as v
from complaints.domain.workflow import Step, next_step
from complaints.forms import conflict
from complaints.forms.steps import StepForm, current_values
from complaints.models import Finding, Issue, Ticket
from complaints.queries.guard import evidence_of, open_record
from complaints.views.verbs.asked import Asked, Outcome
from office.errors import Refusal, StepBlocked
from office.pages import show_refusal

NEXT = "next"


@dataclass
class Clash:
    """Somebody saved first: what both changed, what was taken over, and words whose form is gone."""

    both: dict[str, object] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    homeless: dict[str, object] = field(default_factory=dict)


def draft_key(ticket: Ticket) -> str:
    """Where unsaved evidence of this visit is kept."""
    return f"case-{ticket.number}-{ticket.step}-{ticket.pass_number}"


def save(asked: Asked) -> Outcome:
    """Record the evidence, the findings and a new issue; with ``go=next`` leave the step if nothing is missing.

    The comparison with what others saved and the saving happen under one lock.
    """
    with transaction.atomic():
        row = access.locked(asked.actor, asked.ticket)
        return _save(asked, row)


def _save(asked: Asked, row: Ticket) -> Outcome:
    post = asked.request.POST
    here = (row.step, str(row.pass_number))
    if row.state != "open" or (post.get("step", here[0]), post.get("pass", here[1])) != here:
        return _moved_on(asked, row)
    listed = with_findings(row)
    current = current_values(row.step, evidence_of(row, open_record(row)), listed)
    form = step_form(row, post, issues=listed, people=_whoever(post.get("regret_by")))
    seen = conflict.read_seen(post.get("seen", ""))
    if seen or post.get("version") != str(row.version):
        merged = conflict.merge(_sent(form, seen), seen=seen, current=current)
        if merged.touched:
            clash = Clash(both=merged.both, taken=merged.taken)
            return Outcome(status=412, show={"values": merged.values, "clash": clash})
    if not form.is_valid():
        return Outcome(status=422, show={"form": form})
    try:
        row = _record(asked, row, form, listed, set(_sent(form, seen)))
    except Refusal as refusal:
        return Outcome(status=show_refusal(form, refusal), show={"form": form})
    drafts.drop(actor=asked.actor, key=draft_key(row))
    if post.get("go") != NEXT:
        return Outcome(said=_("Saved"), anchor="step")
    return _leave(asked, row)


def _sent(form: StepForm, seen: dict[str, str]) -> dict[str, Any]:
    """The fields this form really carried: boxes nobody ticked send nothing, so what was shown counts as sent."""
    return {name: value for name, value in form.typed().items() if name in form.data or name in seen}


def _record(asked: Asked, row: Ticket, form: StepForm, listed: list[Issue], sent: set[str]) -> Ticket:
    evidence = {name: value for name, value in form.evidence().items() if name in sent}
    row = steps.record_step(row, evidence=evidence, step=row.step, version=row.version, **asked.by)
    for issue in listed:
        finding, reason = form.findings().get(issue.number, ("", ""))
        was: Finding | None = issue.found  # type: ignore[attr-defined]
        if finding and (was is None or (was.finding, was.reason) != (finding, reason)):
            issues.find(issue, finding=finding, reason=reason, **asked.by)
    if form.cleaned_data.get("new_issue"):
        issues.add_issue(row, text=form.cleaned_data["new_issue"], **asked.by)
    return row


def _leave(asked: Asked, row: Ticket) -> Outcome:
    left = Step(row.step)
    try:
        steps.complete_step(row, step=row.step, **asked.by)
    except StepBlocked as refusal:
        return Outcome(status=refusal.status, show={"blocked": True})
    except Refusal as refusal:
        return Outcome(status=refusal.status, show={"refusal": refusal})
    following = next_step(left)
    if following is None:
        return Outcome(said=_("Answered: the customer’s verdict is awaited"), anchor="step")
    return Outcome(said=_("In %(step)s now") % {"step": v.STEPS[following.value]}, anchor="step")


def _moved_on(asked: Asked, row: Ticket) -> Outcome:
    """The step was left or the case ended while somebody typed: their words are shown, to be put where they belong."""
    post = asked.request.POST
    try:
        form = step_form(row, post, issues=with_findings(row), step=Step(post.get("step", row.step)).value)
    except ValueError:
        return Outcome(status=409, show={"clash": Clash()})
    last = row.step_records.filter(step=form.step).order_by("-id").first()
    recorded = dict(last.evidence) if last else {}
    typed = {name: value for name, value in form.typed().items() if value and name in post}
    homeless = {
        name: value for name, value in typed.items() if conflict.digest(value) != conflict.digest(recorded.get(name))
    }
    return Outcome(status=412, show={"clash": Clash(homeless=homeless)})


def with_findings(row: Ticket) -> list[Issue]:
    """The numbered issues, each with its finding of the present pass as ``found``."""
    decided = {f.issue_id: f for f in Finding.objects.filter(issue__ticket=row, pass_number=row.pass_number)}
    listed = list(row.issues.all())
    for issue in listed:
        issue.found = decided.get(issue.pk)  # type: ignore[attr-defined]
    return listed


def step_form(row: Ticket, data: Any = None, *, step: str = "", **options: Any) -> StepForm:
    """The form of the ticket's step (or of ``step``)."""
    return StepForm(
        data,
        step=step or row.step,
        pass_number=row.pass_number,
        anonymous=row.is_anonymous,
        **options,
    )


def _whoever(value: str | None) -> list[tuple[str, str]]:
    """Who is named as apologising is judged by the action, not by the list the page happened to offer."""
    return [(value, value)] if value else []
