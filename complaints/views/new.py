"""A complaint is taken down while somebody is on the line: find the customer, write the words, save."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from complaints import access
from complaints.actions import clocks, conversation, drafts, intake
from complaints.actions.conversation import Upload
from complaints.domain import clocks as c
from complaints.domain import sentences
from complaints.domain import vocabulary as v
from complaints.domain import workflow as w
from complaints.forms.new import (
    EARLIEST_YEAR,
    FACTS,
    NOBODY,
    NONCE,
    TYPED,
    ComplaintForm,
    customer_id,
    initial_from,
    new_nonce,
    worth_keeping,
)
from complaints.forms.saying import heard_of
from complaints.models import Category, Draft, Interaction, Ticket
from complaints.models.ticket import TicketQuerySet
from complaints.queries.callers import known_by
from complaints.views.drafts import see_other
from customers import access as customers_access
from customers.contacts import Look, guess
from office import access as office_access
from office.errors import Invalid, Refusal
from office.folding import clean
from office.models import Agent, Team
from office.pages import actor_in, complain, say, show_refusal, signed_in
from office.roles import Actor

KEY = re.compile(rf"new-({NONCE.pattern})")
SOURCE = "page"
MOST_DRAFTS = 3
RENAMED = {"description": "words", "customer": "who", "file": "attachments"}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: HttpRequest) -> HttpResponse:
    """The page, the clocks box alone (htmx), and everything its buttons do."""
    if request.method == "POST":
        if "look" in request.POST:
            return _look(request)
        return _add_to(request) if "add_to" in request.POST else _save(request)
    if request.headers.get("HX-Target") == "n-after":
        return render(request, "complaints/new/_after.html", _after(request, request.GET))
    return _open(request)


@require_http_methods(["GET", "HEAD"])
@signed_in
def matches(request: HttpRequest) -> HttpResponse:
    """Who is meant by what was typed so far: the list alone, for the page to put in."""
    typed, chosen = clean(request.GET.get("who", "")), request.GET.get("customer", "")
    known = known_by(actor_in(request), typed, chosen=customer_id(chosen), guessing=not chosen)
    return render(request, "complaints/new/_matches.html", {"known": known, "customer": chosen})


# The page -------------------------------------------------------------------------------------------------------------


def _open(request: HttpRequest) -> HttpResponse:
    """An empty form, or the one that was left: asked for by its key, or the newest unless something else is begun."""
    asked = KEY.fullmatch(request.GET.get("draft", ""))
    begun = asked or any(name in request.GET for name in ("fresh", "who", "customer"))
    left = _left(request)
    if asked:
        row = next((row for row in left if row.key == asked[0]), None)
    else:
        row = None if begun else next(iter(left), None)
    nonce = row.key.removeprefix("new-") if row else new_nonce()
    if asked and row is None and not _saved_under(asked[1]).exists():
        nonce = asked[1]
    initial: dict[str, Any] = {"received_at": _minute(_now(request))}
    if row is not None:
        initial |= initial_from(row.fields)
    else:
        initial |= {name: clean(request.GET[name]) for name in ("who", "customer") if name in request.GET}
    form = ComplaintForm(initial=initial | {"nonce": nonce})
    return _page(request, form, draft=row, opened="asked" if asked else "" if begun else "found")


def _page(
    request: HttpRequest, form: ComplaintForm, *, draft: Draft | None = None, opened: str = "", status: int = 200
) -> HttpResponse:
    shown = {name: form[name].value() for name in form.fields if name != "attachments"}
    nonce = shown["nonce"] if NONCE.fullmatch(str(shown["nonce"])) else new_nonce()
    key = f"new-{nonce}"
    chosen = str(shown["customer"] or "")
    typed = clean(str(shown["who"] or ""))
    known = known_by(actor_in(request), typed, chosen=customer_id(chosen), guessing=not chosen)
    if not chosen and known.chosen:
        chosen = str(known.chosen.customer.pk)
    words = {
        "door": "new",
        "form": form,
        "nonce": nonce,
        "key": key,
        "draft": draft,
        "opened": opened,
        "others": [row for row in _left(request) if row.key != key][:MOST_DRAFTS],
        "known": known,
        "customer": chosen,
        "asks": still_to_ask(shown),
        "now": _now(request),
        "more_open": any(shown[name] not in ("", None, "complaint") or form[name].errors for name in MORE),
    }
    return render(request, "complaints/new/page.html", words | _after(request, shown), status=status)


MORE = ("kind", "title", "language", "on_behalf_of", "on_behalf_authority", "team")
"""Fields that are folded away while they are empty."""


def _left(request: HttpRequest) -> list[Draft]:
    """The person's complaints that were begun and not saved, newest first."""
    kept = Draft.objects.filter(agent_id=actor_in(request).agent_id or 0, key__startswith="new-").order_by("-saved_at")[
        :20
    ]
    rows = [row for row in kept if KEY.fullmatch(row.key) and worth_keeping(row.fields)]
    for row in rows:
        typed = [value for name in ("words", *TYPED) for value in row.fields.get(name, []) if value.strip()]
        row.begins = " ".join(typed[0].split())[:60]  # type: ignore[attr-defined]
    return rows


def _now(request: HttpRequest) -> datetime:
    now: datetime = request.now  # type: ignore[attr-defined]
    return now


def _person(request: HttpRequest) -> Agent:
    person: Agent = request.person  # type: ignore[attr-defined]
    return person


def _minute(now: datetime) -> datetime:
    return timezone.localtime(now).replace(second=0, microsecond=0)


@dataclass(frozen=True)
class Ask:
    """One thing Listen will need: its name, the fields that answer it, where to type it."""

    label: str
    answers: tuple[str, ...]
    target: str
    answered: bool


def still_to_ask(shown: Mapping[str, Any]) -> list[Ask]:
    """What leaving Listen will ask for, and whether it is there already. Nothing of it is needed to save."""
    everything = w.blockers(w.Facts(step=w.Step.LISTEN, has_customer_words=True))
    missing = {blocker.field for blocker in w.blockers(_facts(shown))}
    return [
        Ask(
            label=sentences.label(blocker.field),
            answers=ORDER if blocker.field == "order_ref" else (blocker.field,),
            target="product" if blocker.field == "order_ref" else blocker.field,
            answered=blocker.field not in missing,
        )
        for blocker in everything
    ]


ORDER = ("product", "order_ref", "no_order_reason")


def _facts(shown: Mapping[str, Any]) -> w.Facts:
    evidence = {name: shown.get(name) for name in FACTS}
    return w.Facts(step=w.Step.LISTEN, has_customer_words=True, evidence=evidence)


# What happens when it is saved ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Target:
    label: Any
    hours: str
    due_at: datetime
    met: bool


def _after(request: HttpRequest, shown: Mapping[str, Any]) -> dict[str, Any]:
    """The clocks that will run and where the complaint will go, if it is saved as it stands."""
    severity = str(shown.get("severity") or "")
    severity = severity if severity in v.SEVERITIES else ""
    start = min(_moment(shown.get("received_at")) or _now(request), _now(request))
    team = goes_to(actor_in(request), team=_picked_team(shown), category=_picked_category(shown))
    preset, working_hours = clocks.current_preset(), office_access.hours_of(team.pk if team else None)
    targets = []
    for target in c.TARGETS:
        if target == "acknowledge" and shown.get("customer") == NOBODY:
            continue
        hours = c.hours_for(preset.hours, target, int(severity) if severity else None)
        if hours is None:
            continue
        met = target == "acknowledge" and (shown.get("channel") or "phone") in intake.LIVE_CHANNELS
        due_at = c.due(start, hours, clocks.working_of(working_hours))
        targets.append(Target(v.CLOCKS[target], f"{hours.normalize():f}", due_at, met))
    return {
        "targets": targets,
        "preset": preset.version,
        "counted_from": start,
        "judged": v.SEVERITIES[severity or str(c.UNASSESSED)],
        "unjudged": not severity,
        "team": team,
        "working_hours": working_hours,
        "owner": _person(request),
        "now": _now(request),
    }


def _moment(given: Any) -> datetime | None:
    """What the field for the hour holds, as typed or as known; None for what is not an hour."""
    if isinstance(given, datetime):
        return timezone.make_aware(given) if timezone.is_naive(given) else given
    try:
        moment: datetime | None = ComplaintForm.base_fields["received_at"].clean(given or "")
    except ValidationError:
        return None
    return moment if moment and moment.year >= EARLIEST_YEAR else None


def _picked_team(shown: Mapping[str, Any]) -> Team | None:
    pk = customer_id(str(shown.get("team") or ""))
    return office_access.teams().filter(pk=pk).first() if pk else None


def _picked_category(shown: Mapping[str, Any]) -> Category | None:
    pk = customer_id(str(shown.get("category") or ""))
    return Category.objects.select_related("team", "parent__team").filter(pk=pk).first() if pk else None


def goes_to(actor: Actor, *, team: Team | None, category: Category | None) -> Team | None:
    """The team of a new complaint: the one named, else the category's, else the person's only one."""
    if team is None and category is not None:
        team = category.team or (category.parent.team if category.parent else None)
    if team is None and len(actor.team_ids) == 1:
        team = office_access.teams().filter(pk__in=actor.team_ids).first()
    return team


# The buttons ----------------------------------------------------------------------------------------------------------


def _look(request: HttpRequest) -> HttpResponse:
    """Without a script: keep what was typed, and show who fits."""
    key = f"new-{request.POST.get('nonce', '')}"
    fields = _typed(request.POST)
    if _kept(request, key, _guessed(fields)):
        return see_other(f"{reverse('new-complaint')}?draft={key}")
    return _page(request, ComplaintForm(initial=initial_from(fields) | {"nonce": new_nonce()}))


def _kept(request: HttpRequest, key: str, fields: Mapping[str, list[str]]) -> bool:
    """Keep a draft, unless it is more than a draft may hold."""
    if not KEY.fullmatch(key):
        return False
    try:
        drafts.keep(actor=actor_in(request), now=_now(request), key=key, fields=fields)
    except Invalid:
        return False
    return True


def _typed(post: QueryDict) -> dict[str, list[str]]:
    return {name: list(values) for name, values in post.lists() if name not in ("csrfmiddlewaretoken", "look")}


def _guessed(fields: dict[str, list[str]]) -> dict[str, list[str]]:
    """What was typed to find somebody becomes the new customer's name, number or address, where none stands yet."""
    typed = (fields.get("who") or [""])[-1].strip()
    if not typed or any(value.strip() for name in ("name", "phone", "email") for value in fields.get(name, [])):
        return fields
    look = guess(typed)
    return fields | {look.value if look in (Look.PHONE, Look.EMAIL) else "name": [typed]}


def _save(request: HttpRequest) -> HttpResponse:
    """Open the case. The same form sent twice opens it once."""
    form = ComplaintForm(request.POST, request.FILES)
    if not form.is_valid():
        received_at = form.cleaned_data.get("received_at")
        if received_at is not None and received_at > _now(request):
            form.add_error("received_at", str(sentences.INPUT["future"]))
        return _page(request, form, status=422)
    before = _saved_before(request, form)
    if before is not None:
        return _again(request, form, before)
    try:
        ticket = _receive(request, form)
    except Invalid as refusal:
        fields = {RENAMED.get(name, name): faults for name, faults in refusal.fields.items()}
        return _page(request, form, status=show_refusal(form, Invalid(fields)))
    except IntegrityError:
        before = _saved_before(request, form)
        if before is None:
            raise
        return _again(request, form, before)
    return _done(request, form, ticket)


def _receive(request: HttpRequest, form: ComplaintForm) -> Ticket:
    actor, given = actor_in(request), form.cleaned_data
    category = form.category_row()
    pk = customer_id(given["customer"])
    customer = customers_access.visible_to(actor).filter(pk=pk, merged_into__isnull=True).first() if pk else None
    if pk and customer is None:
        raise Invalid.one("who", "unknown", _("This customer is not there any more; look again"))
    return intake.receive(
        None,
        actor=actor,
        now=_now(request),
        words=given["words"],
        channel=given["channel"],
        title=given["title"],
        language=given["language"],
        received_at=given["received_at"],
        customer=customer,
        described=form.described(),
        anonymous_reason=form.reason(),
        on_behalf_of=given["on_behalf_of"],
        on_behalf_authority=given["on_behalf_authority"],
        kind=given["kind"],
        category=category,
        team=goes_to(actor, team=form.team_row(), category=category),
        owner=_person(request),
        facts=form.facts(),
        source=intake.Source(kind="page", name=SOURCE, ref=given["nonce"]),
        heard=heard_of(request.POST),
    )


def _done(request: HttpRequest, form: ComplaintForm, ticket: Ticket) -> HttpResponse:
    """It is saved: add the files, forget the draft, go on."""
    actor = actor_in(request)
    first = ticket.interactions.order_by("id").first()
    _attach(request, ticket, first, form.cleaned_data["attachments"])
    drafts.drop(actor=actor, key=f"new-{form.cleaned_data['nonce']}")
    say(request, _("%(number)s is open, and yours") % {"number": ticket.spoken_number})
    if "next" in request.POST:
        return see_other(f"{reverse('new-complaint')}?fresh=1")
    return see_other(reverse("case", args=[ticket.number]))


def _attach(request: HttpRequest, ticket: Ticket, first: Interaction | None, uploads: tuple[Upload, ...]) -> None:
    """Add the files that are not there yet. One that is refused now does not undo the complaint: it is said."""
    there = set(ticket.attachments.values_list("sha256", flat=True)) if uploads else set()
    for upload in uploads:
        if hashlib.sha256(upload.content).hexdigest() in there:
            continue
        try:
            conversation.add_attachment(
                ticket, actor=actor_in(request), now=_now(request), upload=upload, interaction=first
            )
        except Refusal as refusal:
            complain(request, refusal)


def _saved_before(request: HttpRequest, form: ComplaintForm) -> Ticket | None:
    """The complaint this very form has become already."""
    return _saved_under(form.cleaned_data["nonce"]).first()


def _saved_under(nonce: str) -> TicketQuerySet:
    rows: TicketQuerySet = Ticket.objects.filter(source_name=SOURCE, source_ref=nonce)
    return rows


def _again(request: HttpRequest, form: ComplaintForm, ticket: Ticket) -> HttpResponse:
    """The form was saved before. With the same words that is one complaint; other words are not thrown away."""
    actor = actor_in(request)
    mine = ticket.created_by_id == actor.agent_id
    first = ticket.interactions.order_by("id").first()
    if mine and first is not None and first.text == form.cleaned_data["words"]:
        return _done(request, form, ticket)
    nonce, fields = new_nonce(), _typed(request.POST)
    fields["nonce"] = [nonce]
    _kept(request, f"new-{nonce}", fields)
    drafts.drop(actor=actor, key=f"new-{form.cleaned_data['nonce']}")
    data = request.POST.copy()
    data["nonce"] = nonce
    fresh = ComplaintForm(data, request.FILES)
    words = _("This form was saved before as %(number)s, with other words. Saving now opens a second complaint.")
    fresh.add_error(None, words % {"number": ticket.spoken_number if mine else "–"})
    return _page(request, fresh, status=409)


def _add_to(request: HttpRequest) -> HttpResponse:
    """The call belongs to a case that is open: its words are added there. Words already added are not added twice."""
    actor = actor_in(request)
    form = ComplaintForm(request.POST, request.FILES)
    for name in set(form.errors) - {"received_at", "attachments", "channel"}:
        del form.errors[name]
    try:
        ticket = access.ticket_for(actor, request.POST["add_to"])
    except Http404:
        form.add_error("who", _("This case is not there any more; look again"))
        return _page(request, form, status=422)
    case = reverse("case", args=[ticket.number])
    words = clean(request.POST.get("words", ""))
    if not words.strip():
        return see_other(f"{case}?write=words")
    if form.errors:
        return _page(request, form, status=422)
    given = form.cleaned_data
    said = ticket.interactions.filter(kind="words", author_id=actor.agent_id).order_by("-id").first()
    try:
        if said is None or said.text != words:
            said = conversation.add_interaction(
                ticket,
                actor=actor,
                now=_now(request),
                kind="words",
                text=words,
                channel=given["channel"],
                happened_at=given["received_at"],
                feeling_start=int(given["feeling_start"]) if given.get("feeling_start") else None,
                heard=heard_of(request.POST),
            )
    except Invalid as refusal:
        fields = {"words" if name == "text" else RENAMED.get(name, name): f for name, f in refusal.fields.items()}
        return _page(request, form, status=show_refusal(form, Invalid(fields)))
    except Refusal as refusal:
        return _page(request, form, status=show_refusal(form, refusal))
    _attach(request, ticket, said, given["attachments"])
    _keep_the_rest(request)
    say(request, _("The words are added to %(number)s") % {"number": ticket.spoken_number})
    return see_other(case)


def _keep_the_rest(request: HttpRequest) -> None:
    """What was noted beside the words stays in a draft; without anything of the kind the draft goes."""
    key = f"new-{request.POST.get('nonce', '')}"
    gone = {"who", "customer", "words", "name", "phone", "email", "add_to"}
    rest = {name: values for name, values in _typed(request.POST).items() if name not in gone}
    if not worth_keeping(rest) or not _kept(request, key, rest):
        drafts.drop(actor=actor_in(request), key=key)
