"""Many complaints given to somebody at once. What refuses says why, the others go through, and it can be undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from complaints import access
from complaints.actions import assignment
from complaints.domain.numbers import parse, show
from complaints.models import Ticket
from complaints.queries import people as people_query
from office import access as office_access
from office.errors import Invalid, Refusal
from office.folding import printable
from office.pages import actor_in, say, signed_in
from office.roles import Actor

MOST: Final = 100
"""Complaints in one bulk act."""


@dataclass
class Outcome:
    """What an act on many did: ``undo`` has (number, value before, value after), ``refused`` a sentence by number."""

    done: int = 0
    undo: list[tuple[str, int | None, int | None]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


Deed = Callable[[Ticket], Ticket]
NOT_THERE = _("Nothing with this number that you may see")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def bulk(request: HttpRequest) -> HttpResponse:
    """Take, assign or move many; GET finds whom to give them to. Rows that refuse say why, the others go through."""
    if request.method != "POST":
        return _choose(request)
    if "undo" in request.GET:
        return _undo(request)
    verb, _colon, target = request.POST.get("do", "").partition(":")
    back = _back(request)
    numbers = _numbers(request.POST.getlist("t"))
    if not numbers:
        messages.error(request, gettext("Select at least one complaint"))
        return _see(back)
    if verb in ("assign", "move") and not target:
        chosen = [
            ("do", verb),
            ("q", next(filter(None, map(printable, request.POST.getlist("q"))), "")),
            ("next", back),
        ]
        query = urlencode([*chosen, *(("t", number) for number in numbers)])
        return _see(f"{reverse('queue-bulk')}?{query}")
    deed, attribute, words = _deed(verb, target, actor_in(request), request.now)  # type: ignore[attr-defined]
    outcome = _each(numbers, deed, attribute, actor_in(request))
    _report(request, outcome, attribute=attribute, words=words, back=back)
    return _see(back)


def _numbers(typed: Iterable[str]) -> list[str]:
    """Ticket numbers as stored, each once, at most ``MOST``; what is no number is left out."""
    return list(dict.fromkeys(number for text in typed if (number := parse(text))))[:MOST]


def _deed(verb: str, target: str, actor: Actor, now: datetime) -> tuple[Deed, str, str]:
    """The act, the column it changes, and the sentence of what it does to one or many; 404 for an unknown target."""
    if verb == "take":
        return (lambda t: assignment.take(t, actor=actor, now=now)), "owner_id", actor.name
    if verb not in ("assign", "move") or not target.isdecimal() or len(target) > 18:
        raise Http404
    pk = int(target)
    if verb == "move":
        team = office_access.team_for(actor, pk)
        return (lambda t: assignment.move(t, actor=actor, now=now, team=team)), "team_id", team.name
    owner = office_access.agent_for(actor, pk) if pk else None
    name = owner.name if owner else gettext("nobody")
    return (lambda t: assignment.assign(t, actor=actor, now=now, owner=owner)), "owner_id", name


def _each(numbers: list[str], deed: Deed, attribute: str, actor: Actor) -> Outcome:
    tickets = {ticket.number: ticket for ticket in access.visible_to(actor).filter(number__in=numbers)}
    outcome = Outcome()
    for number in numbers:
        ticket = tickets.get(number)
        if ticket is None:
            outcome.refused[number] = str(NOT_THERE)
            continue
        before = getattr(ticket, attribute)
        try:
            after = getattr(deed(ticket), attribute)
        except Refusal as refusal:
            outcome.refused[number] = _why(refusal)
        except Http404:
            outcome.refused[number] = str(NOT_THERE)
        else:
            outcome.done += 1
            if before != after:
                outcome.undo.append((number, before, after))
    return outcome


def _why(refusal: Refusal) -> str:
    if isinstance(refusal, Invalid) and refusal.fields:
        return " ".join(str(fault.sentence) for faults in refusal.fields.values() for fault in faults)
    return str(refusal.sentence)


def _report(request: HttpRequest, outcome: Outcome, *, attribute: str, words: str, back: str) -> None:
    """Say what was done, offer to take it back, and leave each refusal for its row."""
    told = {"count": outcome.done, "where": words}
    undo = ""
    if outcome.undo:
        key = get_random_string(16)
        request.session["queue_undo"] = {"key": key, "attribute": attribute, "rows": outcome.undo, "back": back}
        undo = f"{reverse('queue-bulk')}?undo={key}"
    if outcome.done:
        sentence = ngettext(
            "%(count)s complaint is now with: %(where)s",
            "%(count)s complaints are now with: %(where)s",
            outcome.done,
        )
        say(request, sentence % told, undo=undo)
    _complain(request, outcome)


def _complain(request: HttpRequest, outcome: Outcome) -> None:
    if not outcome.refused:
        return
    request.session["queue_refused"] = outcome.refused
    lines = [f"{show(number)}: {why}" for number, why in list(outcome.refused.items())[:10]]
    count = len(outcome.refused)
    first = ngettext("%(count)s was refused.", "%(count)s were refused.", count) % {"count": count}
    messages.error(request, " ".join([first, *(f"{line}." for line in lines)]))


def _undo(request: HttpRequest) -> HttpResponse:
    """Give back what the last act gave away, row by row, unless somebody changed it since."""
    record: dict[str, Any] = request.session.pop("queue_undo", None) or {}
    if record.get("key") != request.GET["undo"]:
        messages.error(request, gettext("This can no longer be taken back"))
        return _see(reverse("queue"))
    actor, now = actor_in(request), request.now  # type: ignore[attr-defined]
    attribute, total = record["attribute"], Outcome()
    for number, before, after in record["rows"]:
        outcome = _each([number], _giving_back(attribute, before, after, actor, now), attribute, actor)
        total.done += outcome.done
        total.refused |= outcome.refused
    if total.done:
        words = ngettext("%(count)s taken back", "%(count)s taken back", total.done)
        say(request, words % {"count": total.done})
    _complain(request, total)
    return _see(record["back"])


def _giving_back(attribute: str, before: int | None, after: int | None, actor: Actor, now: datetime) -> Deed:
    def give_back(ticket: Ticket) -> Ticket:
        if getattr(ticket, attribute) != after:
            raise Refusal(_("Somebody changed it since"))
        if attribute == "team_id":
            team = office_access.team_for(actor, before) if before else None
            return assignment.move(ticket, actor=actor, now=now, team=team, version=ticket.version)
        owner = office_access.agent_for(actor, before) if before else None
        return assignment.assign(ticket, actor=actor, now=now, owner=owner, version=ticket.version)

    return give_back


def _choose(request: HttpRequest) -> HttpResponse:
    """Whom to give them to: a list while one types, or a page of its own where there is no script."""
    actor, typed = actor_in(request), printable(request.GET.get("q", ""))[:80]
    verb = "move" if request.GET.get("do") == "move" else "assign"
    if verb == "move":
        teams = people_query.open_teams()
        offered: Iterable[Any] = (teams.filter(name__icontains=typed) if typed else teams)[:20]
    else:
        own = next(iter(actor.team_ids)) if len(actor.team_ids) == 1 else None
        offered = people_query.assignable(typed=typed, team_id=own)
    context = {
        "door": "queue",
        "verb": verb,
        "offered": offered,
        "typed": typed,
        "numbers": _numbers(request.GET.getlist("t")),
        "next": _back(request),
        "title": pgettext("bulk", "Move to a team") if verb == "move" else pgettext("bulk", "Assign"),
    }
    if request.headers.get("HX-Request"):
        return render(request, "complaints/queue/_offered.html", context)
    return render(request, "complaints/queue/choose.html", context)


def _back(request: HttpRequest) -> str:
    """Where to go on: the queue the person came from, never another site or page."""
    given = request.POST.get("next", "") or request.GET.get("next", "")
    here = url_has_allowed_host_and_scheme(given, allowed_hosts=None) and given.startswith(reverse("queue"))
    return given if here and not given.startswith(reverse("queue-bulk")) else reverse("queue")


def _see(url: str) -> HttpResponse:
    return HttpResponseRedirect(url, status=303)
