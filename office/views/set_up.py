"""Set-up of people, teams, tokens and the office as a whole. For administrators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from office import access
from office.actions import memberships, people, teams, tokens
from office.errors import Invalid, Refusal
from office.forms.set_up import OfficeForm, PersonForm, TeamForm, TokenForm
from office.models import Agent, SignInLink, Team
from office.pages import actor_in, complain, for_administrators, say, show_refusal
from office.roles import STAFF
from office.views.asking import now_in, see

PAGE = 100
"""People on one page of the list."""


def shown(request: HttpRequest, template: str, area: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page of set-up, with ``area`` marked in its list of areas."""
    return render(request, f"office/set_up/{template}.html", {"door": "set-up", "area": area, **context}, status=status)


@for_administrators
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What can be set up, and what each part is for."""
    return shown(request, "index", "index")


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def office(request: HttpRequest) -> HttpResponse:
    """Name, duty manager, region, zone, language, currency and the money limit of each role."""
    present = access.office()
    form, status = OfficeForm(request.POST or None, office=present), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                teams.edit_office(None, actor=actor_in(request), now=now_in(request), **form.about())
            except Refusal as refusal:
                status = show_refusal(form, refusal)
            else:
                say(request, _("The office’s settings are saved"))
                return see("set-up-office")
    return shown(request, "office", "office", status=status, form=form)


# People ---------------------------------------------------------------------------------------------------------------


@for_administrators
@require_safe
def everybody(request: HttpRequest) -> HttpResponse:
    """Everybody, active people first; found by a part of the name, user name or e-mail."""
    typed = request.GET.get("q", "").replace("\x00", "").strip()
    try:
        start = min(max(0, int(request.GET.get("from", 0))), 1_000_000)
    except ValueError:
        start = 0
    rows = list(_found(typed).prefetch_related("teams")[start : start + PAGE + 1])
    more = start + PAGE if len(rows) > PAGE else None
    return shown(request, "people", "people", people=rows[:PAGE], typed=typed, start=start, more=more)


def _found(typed: str) -> QuerySet[Agent]:
    rows = access.people().order_by("-is_active", "name", "id")
    if typed:
        rows = rows.filter(Q(name__icontains=typed) | Q(username__icontains=typed) | Q(email__icontains=typed))
    return rows


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def newcomer(request: HttpRequest) -> HttpResponse:
    """Add a person; the answer shows their invitation, once."""
    form, status = PersonForm(request.POST or None, office=access.office()), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            actor, now, about = actor_in(request), now_in(request), form.about()
            away = about.pop("away_until")
            try:
                agent = people.create_agent(None, actor=actor, now=now, **about)
                if away:
                    people.edit_agent(agent, actor=actor, now=now, away_until=away)
                memberships.set_teams(agent, actor=actor, now=now, teams=form.cleaned_data["teams"])
                secret = people.invite(agent, actor=actor, now=now)
            except Refusal as refusal:
                status = show_refusal(form, refusal)
            else:
                return _link(request, agent, secret, SignInLink.INVITATION)
    return shown(request, "person", "people", status=status, form=form)


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is set up about a person."""
    actor = actor_in(request)
    agent = access.agent_for(actor, pk)
    form, status = PersonForm(request.POST or None, agent=agent, office=access.office()), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            now = now_in(request)
            try:
                if changes := form.changes():
                    agent = people.edit_agent(agent, actor=actor, now=now, **changes)
                memberships.set_teams(agent, actor=actor, now=now, teams=form.cleaned_data["teams"])
            except Refusal as refusal:
                status = show_refusal(form, refusal)
            else:
                say(request, _("%(name)s is saved") % {"name": agent.name})
                return see("set-up-people")
    oneself = actor.agent_id == agent.pk
    return shown(request, "person", "people", status=status, form=form, agent=agent, oneself=oneself)


@for_administrators
@require_POST
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """A one-time link for somebody, shown this once: an invitation until they have a password, then a reset."""
    actor = actor_in(request)
    agent = access.agent_for(actor, pk)
    joined = agent.has_usable_password()
    make = people.reset if joined else people.invite
    try:
        secret = make(agent, actor=actor, now=now_in(request))
    except Refusal as refusal:
        complain(request, refusal)
        return see("set-up-person", pk)
    return _link(request, agent, secret, SignInLink.RESET if joined else SignInLink.INVITATION)


def _link(request: HttpRequest, agent: Agent, secret: str, kind: str) -> HttpResponse:
    """The link itself. It is kept nowhere, so it is shown in the answer to the act and not after a redirect."""
    address = request.build_absolute_uri(reverse("join", args=[secret]))
    lasts = people.INVITATION_LASTS if kind == SignInLink.INVITATION else people.RESET_LASTS
    until = now_in(request) + lasts
    return shown(request, "link", "people", agent=agent, address=address, kind=kind, until=until)


# Teams ----------------------------------------------------------------------------------------------------------------


@for_administrators
@require_safe
def all_teams(request: HttpRequest) -> HttpResponse:
    """The teams as a tree, with who leads them and how many are in them."""
    rows = list(
        access.teams()
        .select_related("lead", "supervisor")
        .annotate(size=Count("memberships", filter=Q(memberships__agent__is_active=True)))
        .order_by("name")
    )
    return shown(request, "teams", "teams", teams=_as_tree(rows))


def _as_tree(rows: Sequence[Team]) -> list[tuple[int, Team]]:
    """Depth and team, each team after the one it is part of."""
    below: dict[int | None, list[Team]] = {}
    known = {team.pk for team in rows}
    for team in rows:
        below.setdefault(team.parent_id if team.parent_id in known else None, []).append(team)

    def walk(parent: int | None, depth: int) -> list[tuple[int, Team]]:
        found: list[tuple[int, Team]] = []
        for team in below.get(parent, ()):
            found += [(depth, team), *walk(team.pk, depth + 1)]
        return found

    return walk(None, 0)


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a team, or change one: where it stands, who leads it, who is in it."""
    actor = actor_in(request)
    present = access.team_for(actor, pk) if pk is not None else None
    form, status = TeamForm(request.POST or None, team=present), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            act = teams.edit_team if present else teams.create_team
            try:
                saved = act(present, actor=actor, now=now_in(request), **form.cleaned_data)  # type: ignore[arg-type]
            except Refusal as refusal:
                status = show_refusal(form, refusal)
            else:
                say(request, _("%(name)s is saved") % {"name": saved.name})
                return see("set-up-teams")
    return shown(request, "team", "teams", status=status, form=form, team=present)


# Tokens ---------------------------------------------------------------------------------------------------------------


@for_administrators
@require_safe
def all_tokens(request: HttpRequest) -> HttpResponse:
    """The keys of REST clients, those that work first."""
    rows = access.tokens().order_by(F("revoked_at").asc(nulls_first=True), "-expires_at", "name")
    return shown(request, "tokens", "tokens", tokens=rows, roles=dict(_roles()), now=now_in(request))


def _roles() -> list[tuple[str, Any]]:
    field = Agent._meta.get_field("role")
    return [(role.value, dict(field.flatchoices)[role.value]) for role in STAFF]


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def new_token(request: HttpRequest) -> HttpResponse:
    """Make a key; the answer shows its secret, once."""
    now = now_in(request)
    form, status = TokenForm(request.POST or None, expires_at=now + tokens.LASTS), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row, secret = tokens.create_token(None, actor=actor_in(request), now=now, **form.cleaned_data)
            except Invalid as refusal:
                status = show_refusal(form, refusal)
            else:
                return shown(request, "token_made", "tokens", token=row, secret=secret)
    return shown(request, "token", "tokens", status=status, form=form)


@for_administrators
@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """End a key now."""
    actor = actor_in(request)
    row = tokens.revoke_token(access.token_row_for(actor, pk), actor=actor, now=now_in(request))
    say(request, _("%(name)s is refused from now on") % {"name": row.name})
    return see("set-up-tokens")
