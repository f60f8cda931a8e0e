"""The case: read it, write into it, take it a step further. What may be done is the workflow's; how is the verbs'."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from complaints import access
from complaints.actions import drafts, sealing
from complaints.domain.history import sentence
from complaints.forms import conflict
from complaints.forms.verbs import CorrectForm
from complaints.models import Draft, Ticket
from complaints.queries import case as queries
from complaints.queries.talk import SHOWS, talk_of
from complaints.views import case_page, case_words
from complaints.views.verbs import TABLE, Asked, Verb, offered, stepping, talking
from complaints.views.verbs.asked import Outcome, candidates, customer_candidates
from complaints.views.verbs.handling import corrected_from
from office.errors import Refusal, Stale
from office.folding import printable
from office.pages import actor_in, complain, say, show_refusal, signed_in
from office.roles import Actor
from office.views.asking import now_in, see

FORMS_OF_THEIR_OWN = {
    "step.record": stepping.save,
    "interaction.add": talking.write,
    "interaction.send": talking.send,
    "interaction.unsend": talking.unsend,
    "interaction.resend": talking.resend,
}
PANEL_TARGETS = frozenset({"panel"})


def _ticket(request: HttpRequest, number: str) -> Ticket:
    """The ticket through the door, for the page; that a sealed one was read is written down."""
    actor = actor_in(request)
    ticket = access.ticket_for(actor, number, among=queries.tickets(actor))
    if ticket.is_sealed:
        sealing.read_sealed(ticket, actor=actor, now=now_in(request))
    return ticket


@require_safe
@signed_in
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The whole page; only the panel when a panel is asked for by itself."""
    ticket = _ticket(request, number)
    asked = _asked(request, ticket)
    panel = _panel(asked, request.GET.get("panel", ""))
    if request.headers.get("HX-Target") in PANEL_TARGETS:
        return render(request, "complaints/case/_panel.html", {"panel": panel, "ticket": ticket, "now": asked.now})
    return _page(request, ticket, panel=panel)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Do a verb. What was typed stays on the page when it is refused."""
    if request.method != "POST":
        return redirect("case", number=number)
    actor = actor_in(request)
    ticket = access.ticket_for(actor, number, among=queries.tickets(actor))
    asked = _asked(request, ticket)
    if verb in FORMS_OF_THEIR_OWN:
        outcome = FORMS_OF_THEIR_OWN[verb](asked)
    elif verb in TABLE:
        outcome = _do(asked, TABLE[verb])
    else:
        raise Http404
    if outcome.status == 303:
        return _done(request, ticket, outcome)
    if refusal := outcome.show.pop("refusal", None):
        complain(request, refusal)
    fresh = access.ticket_for(actor, number, among=queries.tickets(actor))
    return _page(request, fresh, status=outcome.status, **outcome.show)


def _done(request: HttpRequest, ticket: Ticket, outcome: Outcome) -> HttpResponse:
    """On to the page again, or to the queue when the case is out of sight now."""
    say(request, outcome.said, undo=outcome.undo)
    if not access.visible_to(actor_in(request)).filter(pk=ticket.pk).exists():
        return see("queue")
    where = reverse("case", args=[ticket.number])
    anchor = f"#{outcome.anchor}" if outcome.anchor else ""
    if outcome.anchor == "write":
        where += f"?write={outcome.write or request.POST.get('kind', '')}"
    return see(f"{where}{anchor}")


# Panels ---------------------------------------------------------------------------------------------------------------


def _asked(request: HttpRequest, ticket: Ticket) -> Asked:
    given = request.POST if request.method == "POST" else request.GET
    chosen = [value for name in ("owner", "named", "sealed_from", "person") for value in given.getlist(name)]
    return Asked(
        request=request,
        actor=actor_in(request),
        now=now_in(request),
        ticket=ticket,
        typed=printable(request.GET.get("q", "")[:80]),
        chosen=tuple(chosen[:40]),
    )


def _panel(asked: Asked, name: str) -> dict[str, Any] | None:
    """The panel somebody opens: with their draft, if they began it before."""
    verb = TABLE.get(name)
    if verb is None or verb.form is None or name not in offered(asked.actor, asked.ticket):
        return None
    _fetch(asked, verb, asked.request.GET.get("row", ""))
    initial = {"version": asked.ticket.version, "row": asked.row.pk if asked.row else None}
    initial |= {name: value for name, value in verb.initial(asked).items() if value is not None}
    if verb.name == "ticket.unlink":
        initial["row"] = asked.request.GET.get("row", "")
    if verb.name == "ticket.correct":
        initial["seen"] = conflict.seen_of(corrected_from(asked.ticket))
    key = _panel_key(asked, verb)
    draft = Draft.objects.filter(agent_id=asked.actor.agent_id or 0, key=key).first()
    form = verb.form(asked, None, initial=initial)
    if draft is not None:
        kept = {
            name: values if _several(form, name) else values[0]
            for name, values in draft.fields.items()
            if name in form.fields and name not in ("version", "row", "seen") and values
        }
        form.initial.update(kept)
    return _drawn(asked, verb, form, draft=draft)


def _several(form: Form, name: str) -> bool:
    return bool(getattr(form.fields[name].widget, "allow_multiple_selected", False))


def _panel_key(asked: Asked, verb: Verb) -> str:
    row = f"-{asked.row.pk}" if asked.row else ""
    return f"case-{asked.ticket.number}-panel-{verb.name}{row}"


def _drawn(asked: Asked, verb: Verb, form: Form, *, draft: Draft | None = None, stale: Any = None) -> dict[str, Any]:
    return {
        "verb": verb,
        "form": form,
        "row": asked.row,
        "typed": asked.typed,
        "draft_key": _panel_key(asked, verb),
        "draft": draft,
        "stale": stale,
    }


def _fetch(asked: Asked, verb: Verb, row: str) -> None:
    if verb.fetch is None:
        return
    if not (row.isascii() and row.isdigit() and len(row) < 19):
        raise Http404
    asked.row = verb.fetch(asked, int(row))


def _do(asked: Asked, verb: Verb) -> Outcome:
    """Read the verb's form, do it, and answer what became of it."""
    post = asked.request.POST
    _fetch(asked, verb, post.get("row", ""))
    form = verb.form(asked, post) if verb.form else None
    if form is None:
        version = post.get("version", "")
        data: dict[str, Any] = {"version": int(version) if version.isdigit() and len(version) < 10 else None}
    elif form.is_valid():
        data = form.cleaned_data
    else:
        return Outcome(status=422, show={"panel": _drawn(asked, verb, form)})
    try:
        said = str(verb.run(asked, data))
    except Stale as refusal:
        return _stale(asked, verb, form, refusal)
    except Refusal as refusal:
        if form is None:
            return Outcome(status=refusal.status, show={"refusal": refusal})
        return Outcome(status=show_refusal(form, refusal), show={"panel": _drawn(asked, verb, form)})
    except Http404:
        if form is None or verb.name != "ticket.link":
            raise
        form.add_error("number", _("Nothing with this number that you may see"))
        return Outcome(status=422, show={"panel": _drawn(asked, verb, form)})
    drafts.drop(actor=asked.actor, key=_panel_key(asked, verb))
    return Outcome(said=said, undo=verb.undo(asked) if verb.undo else "")


def _stale(asked: Asked, verb: Verb, form: Form | None, refusal: Stale) -> Outcome:
    """Somebody saved first. The panel stands again with what was typed; doing it again is then a decision."""
    asked.ticket = access.ticket_for(asked.actor, asked.ticket.number, among=queries.tickets(asked.actor))
    if form is None or verb.form is None:
        return Outcome(status=refusal.status, show={"refusal": refusal})
    typed: dict[str, Any] = {name: form[name].value() for name in form.fields}
    both: dict[str, object] = {}
    taken: list[str] = []
    if isinstance(form, CorrectForm):
        current = corrected_from(asked.ticket)
        merged = form.merged(current)
        typed |= {**merged.values, "seen": conflict.seen_of(current)}
        both, taken = merged.both, merged.taken
    again = verb.form(asked, None, initial={**typed, "version": refusal.current})
    labels = {name: str(field.label) for name, field in form.fields.items()}
    stale = {
        "ticket": asked.ticket,
        "both": [(labels[name], name, _choice(again, name, value)) for name, value in both.items()],
        "taken": [labels[name] for name in taken],
    }
    return Outcome(status=refusal.status, show={"panel": _drawn(asked, verb, again, stale=stale)})


def _choice(form: Form, name: str, value: object) -> str:
    """A value as the form's own choices call it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    choices = getattr(form.fields[name], "choices", None) or []
    flat = [pair for code, word in choices for pair in (word if isinstance(word, list | tuple) else [(code, word)])]
    return str(dict(flat).get(value, value))


# The page and its parts -----------------------------------------------------------------------------------------------


def _page(request: HttpRequest, ticket: Ticket, *, status: int = 200, **show: Any) -> HttpResponse:
    panel = show.pop("panel", None)
    tab = request.GET.get("show", "all")
    gathered = queries.load(ticket, actor=actor_in(request), show=tab if tab in SHOWS else "all")
    context = case_page.page(request, gathered, now=now_in(request), **show)
    return render(request, "complaints/case/case.html", context | {"panel": panel}, status=status)


@require_safe
@signed_in
def talk(request: HttpRequest, number: str) -> HttpResponse:
    """Older messages, or another tab of the conversation: a fragment for htmx, the page for everybody else."""
    ticket = _ticket(request, number)
    tab = request.GET.get("show", "all")
    tab = tab if tab in SHOWS else "all"
    before = request.GET.get("before", "")
    if not request.headers.get("HX-Request"):
        return _older(request, ticket, tab, before)
    actor = actor_in(request)
    records = list(ticket.step_records.select_related("ended_by"))
    talk = talk_of(ticket, records, show=tab, before=before)
    part = queries.Case(ticket=ticket, actor=actor, records=records, rows=queries.beside_the_talk(talk))
    part.talk = talk
    can = offered(actor, ticket)
    context = {"ticket": ticket, "case": part, "show": tab, "now": now_in(request), "can": can}
    context["items"] = case_words.talk_items(part, now_in(request))
    template = "complaints/case/_talk_rows.html" if before else "complaints/case/_talk.html"
    return render(request, template, context)


def _older(request: HttpRequest, ticket: Ticket, tab: str, before: str) -> HttpResponse:
    gathered = queries.load(ticket, actor=actor_in(request), show=tab, before=before)
    context = case_page.page(request, gathered, now=now_in(request))
    return render(request, "complaints/case/case.html", context | {"panel": None})


@require_safe
@signed_in
def history(request: HttpRequest, number: str) -> HttpResponse:
    """The record book of the case in sentences, newest first."""
    ticket = _ticket(request, number)
    before = request.GET.get("before", "")
    place = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    events, following, names = queries.history_of(ticket, before=place)
    lines = [
        {
            "at": event.at,
            "who": _who(event.actor_kind, event.actor_id, names),
            "words": sentence(event.verb, event.payload, names=names),
            "refused": event.verb == "refused",
        }
        for event in events
    ]
    fragment = bool(request.headers.get("HX-Request"))
    template = "complaints/case/_history.html" if fragment else "complaints/case/history.html"
    return render(request, template, {"ticket": ticket, "lines": lines, "following": following, "now": now_in(request)})


def _who(kind: str, pk: int | None, names: dict[int, str]) -> str:
    if kind == "agent":
        return names.get(pk or 0, _("somebody who left"))
    if kind == "customer":
        return _("the customer")
    return _("another system") if kind == "token" else "Fourstep"


@require_safe
@signed_in
def print_view(request: HttpRequest, number: str) -> HttpResponse:
    """The whole case for paper."""
    ticket = _ticket(request, number)
    gathered = queries.whole(ticket, actor=actor_in(request))
    context = case_page.page(request, gathered, now=now_in(request))
    context["recorded"] = case_page.recorded(gathered, case_page.known_names(gathered))
    return render(request, "complaints/case_print.html", context)


PICKS = ("owner", "named", "sealed_from", "person", "customer")


@require_safe
@signed_in
def people(request: HttpRequest, number: str) -> HttpResponse:
    """Search as you type: people of the desk, or customers, as choices of the field ``pick``."""
    actor: Actor = actor_in(request)
    asked = _asked(request, access.ticket_for(actor, number))
    pick = request.GET.get("pick", "owner")
    if pick not in PICKS:
        raise Http404
    asked.chosen = tuple(request.GET.getlist(pick))
    found = customer_candidates(asked) if pick == "customer" else candidates(asked)
    context = {"pick": pick, "found": found, "several": pick == "named", "chosen": set(asked.chosen)}
    return render(request, "complaints/case/_found.html", context)
