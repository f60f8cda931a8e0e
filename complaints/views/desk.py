"""The supervisor's desk: what was put before them, what waits for their word, who has how much on the table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from complaints import access
from complaints.actions import drafts
from complaints.actions import escalations as actions
from complaints.actions import redress as redress_actions
from complaints.forms.desk import ACKNOWLEDGE, ANSWER, RETURN, TAKE, DecisionForm, OutcomeForm, WaiveForm
from complaints.models import Draft, Escalation, Redress
from complaints.queries import desk as queries
from complaints.queries import my_day
from complaints.queries.letters import to_decide
from complaints.views.letter_page import rows_of
from office import access as office_access
from office.errors import Refusal
from office.models import Agent
from office.pages import actor_in, for_supervisors, say, show_refusal
from office.prepared import one
from office.roles import Actor, Role
from office.views.asking import now_in, see

DID: dict[str, Promise] = {
    ACKNOWLEDGE: gettext_lazy("%(number)s is acknowledged"),
    RETURN: gettext_lazy("%(number)s went back with your guidance"),
    TAKE: gettext_lazy("%(number)s is yours now"),
    ANSWER: gettext_lazy("%(number)s is answered, the handler carries on"),
}


@for_supervisors
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What breaks first is open at once; without anything the page says so."""
    return _desk(request)


@for_supervisors
@require_http_methods(["GET", "HEAD", "POST"])
def escalation(request: HttpRequest, pk: int) -> HttpResponse:
    """One escalation in brief, and the supervisor's answer to it."""
    actor = actor_in(request)
    if request.method != "POST":
        return _desk(request, pk)
    row = access.escalation_for(actor, pk)
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return _desk(request, pk, form=form, status=422)
    outcome = form.cleaned_data["outcome"]
    try:
        _act(request, row, outcome, form.cleaned_data["guidance"])
    except Refusal as refusal:
        status = show_refusal(form, refusal)
        return _desk(request, pk, form=form, status=status)
    drafts.drop(actor=actor, key=_draft_key(row))
    say(request, str(DID[outcome]) % {"number": row.ticket.spoken_number})
    return see("escalation", pk) if outcome == ACKNOWLEDGE else see("desk")


def _act(request: HttpRequest, row: Escalation, outcome: str, guidance: str) -> None:
    asked: dict[str, Any] = {"actor": actor_in(request), "now": now_in(request)}
    if outcome == ACKNOWLEDGE:
        actions.acknowledge(row, **asked)
        return
    ends: dict[str, Callable[..., Escalation]] = {
        RETURN: actions.give_back,
        TAKE: actions.take_over,
        ANSWER: actions.answer,
    }
    ends[outcome](row, guidance=guidance, **asked)


def _desk(
    request: HttpRequest, pk: int | None = None, *, form: OutcomeForm | None = None, status: int = 200
) -> HttpResponse:
    actor, now = actor_in(request), now_in(request)
    rows = list(queries.escalations(actor)[: queries.SHOWN])
    chosen = pk if pk is not None else (rows[0].pk if rows else None)
    brief = queries.brief(actor, chosen, now=now) if chosen is not None else None
    draft = _draft(actor, brief) if form is None else None
    context = {
        "door": "desk",
        "mine": [row for row in rows if row.mine],  # type: ignore[attr-defined]
        "others": [row for row in rows if not row.mine],  # type: ignore[attr-defined]
        "look": _look(queries.Seen.of(rows)),
        "returned": list(queries.returned_by(actor, now=now)),
        "approvals": list(queries.approvals(actor)[:20]),
        "held": list(queries.held_words(actor)[:20]),
        "letter_rows": rows_of(to_decide(actor)[:20]),
        "breaking": queries.about_to_break(actor, now=now),
        "standing_in": queries.promises_of_the_away(actor, now=now),
        "load": queries.load(actor, now=now),
        "brief": brief,
        "draft": draft,
        "draft_key": _draft_key(brief.escalation) if brief else "",
        "form": form or OutcomeForm(initial={"outcome": _first_outcome(rows, chosen)} | _typed(draft)),
        "opened": pk is not None,
        "now": now,
    }
    return render(request, "complaints/desk/desk.html", context, status=status)


def _draft_key(row: Escalation) -> str:
    return f"escalation-{row.pk}"


def _draft(actor: Actor, brief: queries.Brief | None) -> Draft | None:
    """What the supervisor was typing here when they looked at something else."""
    if brief is None or not brief.decidable:
        return None
    return one(Draft.objects.filter(agent_id=actor.agent_id or 0, key=_draft_key(brief.escalation)))


def _typed(draft: Draft | None) -> dict[str, str]:
    fields = draft.fields if draft else {}
    return {name: fields[name][0] for name in ("outcome", "guidance") if fields.get(name)}


def _first_outcome(rows: list[Escalation], chosen: int | None) -> str:
    """Nothing is chosen for the supervisor beyond what comes first: to say that they have seen it."""
    unseen = any(row.pk == chosen and row.state == "open" for row in rows)
    return ACKNOWLEDGE if unseen else ""


# A desk that stands open ----------------------------------------------------------------------------------------------

NUMBERS = re.compile(r"[0-9]{1,18}(,[0-9]{1,18}){0,299}")


@for_supervisors
@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """What came up since the desk was opened, as rows; 204 when that is nothing, or what is shown already.

    ``since`` and ``known`` say what the page was made with, ``shown`` what it was told since. Nothing is counted as
    activity: the session is only read.
    """
    seen = queries.Seen(_number(request, "since"), frozenset(_numbers(request, "known")))
    rows = queries.fresh(actor_in(request), seen)
    if sorted(row.pk for row in rows) == sorted(_numbers(request, "shown")):
        return HttpResponse(status=204)
    context = {"rows": rows, "look": _look(seen, rows), "now": now_in(request)}
    return render(request, "complaints/desk/_new.html", context)


@for_supervisors
@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """The figure at the door of the desk; 204 while it is what the page shows."""
    waiting = my_day.badges(actor_in(request), until=now_in(request)).desk
    if waiting == _number(request, "shown"):
        return HttpResponse(status=204)
    return render(request, "complaints/desk/_badge.html", {"count": waiting})


def _look(seen: queries.Seen, rows: Iterable[Escalation] = ()) -> str:
    """Where an open desk asks for what is new."""
    known, shown = (",".join(map(str, sorted(pks))) for pks in (seen.known, [row.pk for row in rows]))
    said = urlencode({"since": seen.upto, "known": known, "shown": shown}, safe=",")
    return f"{reverse('desk-new')}?{said}"


def _numbers(request: HttpRequest, name: str) -> list[int]:
    text = request.GET.get(name, "")
    return [int(number) for number in text.split(",")] if NUMBERS.fullmatch(text) else []


def _number(request: HttpRequest, name: str) -> int:
    return next(iter(_numbers(request, name)), 0)


# Approvals ------------------------------------------------------------------------------------------------------------

DONE = 303
"""What the two forms of an approval answer when the act went through."""


@for_supervisors
@require_http_methods(["GET", "HEAD", "POST"])
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    """One question about redress: approve it, or refuse it and say why. An administrator may name who decides."""
    actor = actor_in(request)
    row = queries.redress_asked_about(actor, pk)
    form = DecisionForm(request.POST if request.method == "POST" and "waive" not in request.POST else None)
    waiver = WaiveForm(request.POST if "waive" in request.POST else None, people=_deciders())
    status = 200
    if request.method == "POST":
        status = _waive(request, row, waiver) if waiver.is_bound else _decide(request, row, form)
        if status == DONE:
            return see("desk")
        row = queries.redress_asked_about(actor, pk)
    context = {"door": "desk", "redress": row, "form": form, "waiver": waiver, "now": now_in(request)}
    return render(request, "complaints/desk/approval.html", context, status=status)


def _decide(request: HttpRequest, row: Redress, form: DecisionForm) -> int:
    if not form.is_valid():
        return 422
    approve = form.cleaned_data["decision"] == DecisionForm.APPROVE
    try:
        redress_actions.decide(
            row,
            actor=actor_in(request),
            now=now_in(request),
            approve=approve,
            reason=form.cleaned_data["reason"],
        )
    except Refusal as refusal:
        return show_refusal(form, refusal)
    text = _("%(number)s: the redress is approved") if approve else _("%(number)s: the redress is refused")
    say(request, text % {"number": row.ticket.spoken_number})
    return DONE


def _waive(request: HttpRequest, row: Redress, form: WaiveForm) -> int:
    if not form.is_valid():
        return 422
    person = form.cleaned_data["person"]
    try:
        redress_actions.waive(
            row, actor=actor_in(request), now=now_in(request), reason=form.cleaned_data["reason"], person=person
        )
    except Refusal as refusal:
        return show_refusal(form, refusal)
    text = _("%(name)s decides now") % {"name": person.name} if person else _("The approval is waived")
    say(request, text)
    return DONE


def _deciders() -> QuerySet[Agent]:
    return office_access.people().filter(is_active=True, role__in=[Role.SUPERVISOR.value, Role.ADMINISTRATOR.value])
