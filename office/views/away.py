"""One's own absence, and that of somebody who cannot say so any more."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from office import access
from office.actions.away import may_set, set_away
from office.errors import NotAllowed, Refusal
from office.forms.away import AwayForm
from office.models import Agent
from office.pages import actor_in, for_supervisors, say, show_refusal, signed_in
from office.views.asking import now_in, person_in, see


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """Until when I am away, and who stands in for me."""
    person = person_in(request)
    assert person is not None  # noqa: S101 - signed in
    return _page(request, person, back="away")


@require_http_methods(["GET", "HEAD", "POST"])
@for_supervisors
def theirs(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for somebody else, who cannot do it any more."""
    actor = actor_in(request)
    agent = access.agent_for(actor, pk)
    if request.method != "POST" and not may_set(actor, agent):
        raise PermissionDenied
    return _page(request, agent, back="desk")


def _page(request: HttpRequest, agent: Agent, *, back: str) -> HttpResponse:
    now = now_in(request)
    form, status = AwayForm(request.POST if request.method == "POST" else None, agent=agent, now=now), 200
    if request.method == "POST":
        status = 422
        if "here" in request.POST or form.is_valid():
            until, deputy = (None, agent.deputy) if "here" in request.POST else _said(form)
            try:
                saved = set_away(agent, actor=actor_in(request), now=now, until=until, deputy=deputy)
            except NotAllowed as refusal:
                raise PermissionDenied from refusal
            except Refusal as refusal:
                status = show_refusal(form, refusal)
            else:
                words = _("%(name)s is away now") if saved.away_until else _("%(name)s is here now")
                say(request, words % {"name": saved.name})
                return see(back)
    own = agent.pk == actor_in(request).agent_id
    away = agent.away_until is not None and agent.away_until > now
    return render(request, "office/away.html", {"form": form, "agent": agent, "own": own, "away": away}, status=status)


def _said(form: AwayForm) -> tuple[datetime | None, Agent | None]:
    return form.cleaned_data["until"], form.cleaned_data["deputy"]
