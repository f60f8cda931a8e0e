"""Set-up of categories, reasons and targets, and somebody's leaving. For administrators."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from complaints.actions import people
from complaints.actions import set_up as actions
from complaints.domain.clocks import DEFAULT_HOURS
from complaints.domain.vocabulary import SEVERITIES
from complaints.forms.set_up import CategoryForm, LeaveForm, ReasonForm, TargetsForm
from complaints.models import Category, Preset, Reason
from complaints.queries.desk import estate_of, open_cases
from complaints.queries.targets import effect_of
from office import access
from office.errors import Refusal
from office.pages import actor_in, complain, for_administrators, say, show_refusal
from office.views.asking import now_in, see


def shown(request: HttpRequest, template: str, area: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page of set-up, with ``area`` marked in its list of areas."""
    answer = {"door": "set-up", "area": area, **context}
    return render(request, f"complaints/set_up/{template}.html", answer, status=status)


# Categories -----------------------------------------------------------------------------------------------------------


@for_administrators
@require_safe
def categories(request: HttpRequest) -> HttpResponse:
    """What complaints are about: two levels, three languages, and the team each goes to."""
    rows = list(Category.objects.select_related("team"))
    tree = [(row, [child for child in rows if child.parent_id == row.pk]) for row in rows if row.parent_id is None]
    return shown(request, "categories", "categories", categories=tree)


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def category(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a category, or change one."""
    present = _row(Category, pk)
    form, status = CategoryForm(request.POST or None, category=present), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = {name: form.cleaned_data[name] for name in ("parent", "team", "retired")}
            actor, now = actor_in(request), now_in(request)
            try:
                saved = actions.save_category(present, actor=actor, now=now, names=form.names(), **given)
            except Refusal as refusal:
                status = show_refusal(form, refusal)
            else:
                say(request, _("%(name)s is saved") % {"name": saved})
                return see("set-up-categories")
    return shown(request, "category", "categories", status=status, form=form, category=present)


# Reasons --------------------------------------------------------------------------------------------------------------


@for_administrators
@require_safe
def reasons(request: HttpRequest) -> HttpResponse:
    """The closed lists: skipping, closing, waiting and the others."""
    rows = list(Reason.objects.order_by("kind", "position", "id"))
    lists = [(word, [row for row in rows if row.kind == kind]) for kind, word in Reason.KINDS]
    return shown(request, "reasons", "reasons", lists=lists)


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def reason(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a reason to one of the lists, or change one."""
    present = _row(Reason, pk)
    form, status = ReasonForm(request.POST or None, reason=present), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            kind = present.kind if present else form.cleaned_data["kind"]
            given = {"kind": kind, "names": form.names(), "retired": form.cleaned_data["retired"]}
            try:
                saved = actions.save_reason(present, actor=actor_in(request), now=now_in(request), **given)
            except Refusal as refusal:
                status = show_refusal(form, refusal)
            else:
                say(request, _("%(name)s is saved") % {"name": saved})
                return see("set-up-reasons")
    return shown(request, "reason", "reasons", status=status, form=form, reason=present)


# Targets --------------------------------------------------------------------------------------------------------------


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def targets(request: HttpRequest) -> HttpResponse:
    """Hours by target and severity. Publishing makes a version for new complaints, or for open ones too.

    *Preview* says what that would do to open cases, and publishes nothing.
    """
    now = now_in(request)
    versions = list(Preset.objects.select_related("published_by").order_by("-version")[:10])
    hours = versions[0].hours if versions else DEFAULT_HOURS
    form, status, effect = TargetsForm(request.POST or None, hours=hours), 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            open_too = form.cleaned_data["scope"] == "open"
            if _same(form.hours(), hours) and versions and not open_too and "preview" not in request.POST:
                say(request, _("Nothing was changed: version %(number)s stays") % {"number": versions[0].version})
                return see("set-up-targets")
            try:
                tidy = actions.tidy_hours(form.hours())
                if "preview" not in request.POST:
                    return _publish(request, tidy, open_too=open_too)
                effect, status = effect_of(tidy, now=now), 200
            except Refusal as refusal:
                status = show_refusal(form, refusal)
    context = {"form": form, "versions": versions, "severities": SEVERITIES.values(), "open_cases": open_cases()}
    context |= {"effect": effect, "now": now, "upcoming": versions[0].version + 1 if versions else 1}
    return shown(request, "targets", "targets", status=status, **context)


def _publish(request: HttpRequest, hours: Mapping[str, Mapping[str, str]], *, open_too: bool) -> HttpResponse:
    actor, now = actor_in(request), now_in(request)
    made = actions.publish_targets(None, actor=actor, now=now, hours=hours, open_too=open_too)
    if open_too:
        text = _("Version %(number)s holds from now on. Open cases are counted anew one after the other.")
    else:
        text = _("Version %(number)s holds for new complaints from now on")
    say(request, text % {"number": made.version})
    return see("set-up-targets")


def _same(typed: Mapping[str, Mapping[str, str]], present: Any) -> bool:
    """Whether what was typed is what holds already; 24 and 24.0 are the same, and nothing is nothing."""

    def number(text: object) -> Decimal | None:
        return Decimal(str(text).strip()) if str(text).strip() else None

    try:
        return all(
            number(value) == number(present.get(target, {}).get(severity, ""))
            for target, by in typed.items()
            for severity, value in by.items()
        )
    except InvalidOperation:
        return False


# Leaving --------------------------------------------------------------------------------------------------------------


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Deactivate somebody after saying who takes what they have on the table; ``?again`` lets them in again."""
    actor, now = actor_in(request), now_in(request)
    agent = access.agent_for(actor, pk)
    if request.method == "POST" and "again" in request.GET:
        people.activate(agent, actor=actor, now=now)
        say(request, _("%(name)s can sign in again. What was handed on stays where it is.") % {"name": agent.name})
        return see("set-up-person", pk)
    form, status = LeaveForm(request.POST or None, leaving=agent), 200
    estate = estate_of(agent, now=now)
    if request.method == "POST":
        form, status = LeaveForm(request.POST, leaving=agent), 422
        if form.is_valid():
            heir = form.cleaned_data["heir"]
            try:
                people.deactivate(agent, actor=actor, now=now, heir=heir)
            except Refusal as refusal:
                status = show_refusal(form, refusal)
                if status != 422:
                    complain(request, refusal)
            else:
                _say_where(request, agent.name, heir.name if heir else "", estate.cases.count, pk)
                return see("set-up-people")
    return shown(request, "leave", "people", status=status, form=form, agent=agent, estate=estate)


def _say_where(request: HttpRequest, name: str, heir: str, cases: int, pk: int) -> None:
    words = {"name": name, "heir": heir, "cases": cases}
    if not cases:
        text = _("%(name)s can no longer sign in")
    elif heir:
        text = ngettext(
            "%(name)s can no longer sign in; %(cases)s case went to %(heir)s",
            "%(name)s can no longer sign in; %(cases)s cases went to %(heir)s",
            cases,
        )
    else:
        text = ngettext(
            "%(name)s can no longer sign in; %(cases)s case has no owner now",
            "%(name)s can no longer sign in; %(cases)s cases have no owner now",
            cases,
        )
    say(request, text % words, undo=f"{reverse('set-up-leave', args=[pk])}?again=1")


def _row(model: type[Any], pk: int | None) -> Any:
    if pk is None:
        return None
    row = model.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
