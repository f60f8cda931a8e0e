"""The first screen: what breaks first on top, and many at once given to somebody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from complaints.domain import vocabulary as v
from complaints.forms.queue import DUE_WORDS, NAMES, NEEDS_CHOICES, OWNERS, FilterForm
from complaints.models import Ticket
from complaints.queries import queue as q
from complaints.queries.queue import Asked, Day, Filters, Place, View
from complaints.views.bulk import bulk
from complaints.views.rows import Row
from office.pages import actor_in, signed_in
from office.roles import Actor

__all__ = ["bulk", "home", "queue"]

SECTIONS: Final = (
    (
        _("My work"),
        (
            (View.MINE, _("Mine"), "inbox"),
            (View.WAITING, _("Waiting"), "hourglass"),
            (View.ANSWERED, _("Verdict to come"), "message-circle"),
            (View.WATCHING, _("Watching"), "eye"),
        ),
    ),
    (
        _("My teams"),
        (
            (View.TEAM, _("All of my teams"), "users-group"),
            (View.UNASSIGNED, _("Nobody’s yet"), "user-check"),
            (View.ESCALATED, _("Escalated"), "arrow-up-circle"),
            (View.REOPENED, _("Reopened"), "arrow-back-up"),
        ),
    ),
    (_("Everything"), ((View.ALL, _("All that I see"), "stack-2"),)),
)
TITLES: Final = {view: title for _section, views in SECTIONS for view, title, _icon in views}
BANDS: Final[v.Words] = {**DUE_WORDS, "later": _("Later")}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("queue"))


# What the page shows --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Link:
    """A way to another queue, with its figure if there is one."""

    url: str
    words: str
    count: str = ""
    icon: str = ""
    kind: str = ""
    current: bool = False


def address(asked: Asked, *, panel: bool = False, **more: Place | None) -> str:
    """The address of a queue; everything that narrows it stands there."""
    words = {"view": "" if asked.view is View.MINE else asked.view.value}
    words |= {name: getattr(asked.filters, name) for name in NAMES}
    words |= {name: str(place) if place else "" for name, place in more.items()}
    words["panel"] = "filter" if panel else ""
    query = urlencode({name: word for name, word in words.items() if word})
    return f"{reverse('queue')}?{query}" if query else reverse("queue")


def capped(count: int) -> str:
    return f"{q.CAP - 1}+" if count >= q.CAP else str(count)


def _sections(asked: Asked, counts: dict[str, int]) -> Iterator[tuple[str, list[Link]]]:
    for heading, views in SECTIONS:
        links = [
            Link(
                address(Asked(view)),
                str(title),
                capped(counts[view.value]) if view.value in counts else "",
                icon,
                current=view is asked.view,
            )
            for view, title, icon in views
        ]
        yield str(heading), links


def _narrowed(filters: Filters, **words: str) -> Filters:
    return Filters(**{name: words.get(name, getattr(filters, name)) for name in NAMES})


def _strip(asked: Asked, counts: dict[str, int]) -> Iterator[Link]:
    """The counters above the table: each is a filter, and pressed again it is taken off."""
    words = {"late": gettext("past due"), "hour": gettext("within the hour"), "today": gettext("later today")}
    for due in q.DUE:
        if due in counts:
            chosen = asked.filters.due == due
            filters = _narrowed(asked.filters, due="" if chosen else due)
            kind = {"late": "late", "hour": "soon"}.get(due, "") if counts[due] else ""
            yield Link(address(Asked(asked.view, filters)), words[due], capped(counts[due]), "", kind, chosen)
    if asked.view is not View.UNASSIGNED:
        nobody = capped(counts[View.UNASSIGNED.value])
        yield Link(address(Asked(View.UNASSIGNED)), gettext("nobody’s yet"), nobody)


def _chips(asked: Asked, form: FilterForm) -> Iterator[Link]:
    """What narrows this queue, each with the address that takes it off."""
    for name in NAMES:
        if getattr(asked.filters, name):
            words = f"{form.fields[name].label}: {form.words(name)}"
            yield Link(address(Asked(asked.view, _narrowed(asked.filters, **{name: ""}))), words)


def _asked(request: HttpRequest, form: FilterForm) -> Asked:
    view = request.GET.get("view", "")
    return Asked(
        View(view) if view in set(View) else View.MINE,
        form.filters(),
        after=Place.read(request.GET.get("after", "")),
        before=Place.read(request.GET.get("before", "")),
    )


def _form(request: HttpRequest, actor: Actor) -> FilterForm:
    """The filters of the address. What there is to choose from is asked only where its words are needed."""
    named = [name for name in NEEDS_CHOICES if request.GET.get(name) and request.GET[name] not in OWNERS]
    form = FilterForm(request.GET)
    if named or request.GET.get("panel") or not form.is_valid():
        owner = request.GET.get("owner", "")
        form = FilterForm(request.GET, choices=q.choices(actor, language=get_language() or "en", owner=owner))
    return form


@require_safe
@signed_in
def queue(request: HttpRequest) -> HttpResponse:
    """One view of the queue; everything that narrows it is in the address."""
    actor, now = actor_in(request), request.now  # type: ignore[attr-defined]
    form = _form(request, actor)
    asked = _asked(request, form)
    if request.headers.get("HX-Request") and request.GET.get("panel"):
        return render(request, "complaints/queue/_filters.html", {"form": form, "asked": asked, "here": address(asked)})
    day = Day.of(now, timezone.get_current_timezone())
    known = q.few(actor)
    page = q.page(actor, asked, day=day, known=known)
    counts = q.counters(actor, asked, day=day, known=known)
    refused = request.session.pop("queue_refused", {}) if "queue_refused" in request.session else {}
    context = {
        "door": "queue",
        "title": TITLES[asked.view],
        "asked": asked,
        "form": form,
        "panel": bool(request.GET.get("panel") or form.errors),
        "sections": list(_sections(asked, counts)),
        "strip": list(_strip(asked, counts)),
        "chips": list(_chips(asked, form)),
        "groups": list(_groups(page.rows, asked, day, refused)),
        "shown": len(page.rows),
        "total": "" if asked.filters != Filters() else capped(counts.get(asked.view.value, 0)),
        "later": page.later and address(asked, after=page.later),
        "sooner": page.sooner and address(asked, before=page.sooner),
        "top": address(Asked(asked.view, asked.filters)),
        "all_of_view": address(Asked(asked.view)),
        "filter_url": address(asked, panel=True),
        "empty": _empty(asked, counts, actor) if not page.rows else None,
        "several_teams": len(actor.team_ids) != 1 or asked.view is View.ALL,
        "now": now,
    }
    return render(request, "complaints/queue/queue.html", context)


def _groups(
    rows: Iterable[Ticket], asked: Asked, day: Day, refused: dict[str, str]
) -> Iterator[tuple[str, str, list[Row]]]:
    """Key, heading and rows of each group. What has ended has no deadline to be grouped by."""
    if asked.newest_first:
        ended = [Row(ticket, day.now, refused.get(ticket.number, "")) for ticket in rows]
        if ended:
            yield "ended", str(v.STATES[asked.state.value]), ended
        return
    for band, tickets in q.groups(rows, day):
        shown = [Row(ticket, day.now, refused.get(ticket.number, "")) for ticket in tickets]
        yield band, str(BANDS[band]), shown


def _empty(asked: Asked, counts: dict[str, int], actor: Actor) -> dict[str, str]:
    """What an empty queue says: why it is empty, and up to two ways on."""
    top = address(Asked(asked.view, asked.filters))
    if asked.after or asked.before:
        return _said(_("Nothing further"), _("The list ends here."), top, _("Back to what breaks first"))
    if asked.filters != Filters():
        clear = address(Asked(asked.view))
        text = _("No complaint in this view fits every filter above.")
        return _said(_("Nothing fits these filters"), text, clear, _("Clear the filters"))
    nobody = counts[View.UNASSIGNED.value]
    other = ngettext("Take one of %(count)s nobody’s yet", "Take one of %(count)s nobody’s yet", nobody) % {
        "count": capped(nobody)
    }
    unassigned = address(Asked(View.UNASSIGNED)) if nobody and asked.view is not View.UNASSIGNED else ""
    mine = address(Asked()) if asked.view is not View.MINE else ""
    teamless = asked.view in (View.TEAM, View.ESCALATED) and not actor.team_ids
    said = NO_TEAM if teamless else EMPTY[asked.view]
    return _said(*said, mine, _("Go to mine")) | {"other_url": unassigned, "other": other}


def _said(title: str | Promise, text: str | Promise, url: str, action: str | Promise) -> dict[str, str]:
    return {"title": str(title), "text": str(text), "action_url": url, "action": str(action)}


NO_TEAM: Final[tuple[Promise, Promise]] = (
    _("You are in no team yet"),
    _("An administrator adds people to teams in Set-up."),
)
EMPTY: Final[dict[View, tuple[Promise, Promise]]] = {
    View.MINE: (_("Nothing here breaks today"), _("No open complaint is yours.")),
    View.TEAM: (_("Nothing here breaks today"), _("Your teams have no open complaint.")),
    View.UNASSIGNED: (_("Everything has somebody"), _("Every open complaint of your teams has an owner.")),
    View.ALL: (_("Nothing here breaks today"), _("No open complaint that you may see.")),
    View.WAITING: (_("Nothing waits"), _("None of your complaints is paused.")),
    View.ANSWERED: (_("No verdict to come"), _("Every answer of yours has its verdict.")),
    View.WATCHING: (_("You watch nothing"), _("“Watch” on a case puts it here, whoever owns it.")),
    View.ESCALATED: (_("Nothing is escalated"), _("No escalation of your teams waits for an answer.")),
    View.REOPENED: (_("Nothing came back"), _("No open complaint of your teams was reopened.")),
}
