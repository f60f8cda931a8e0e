"""Letters of a case: which there can be, how one is written, approved and let go, and how it looks on paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints import access
from complaints.actions import letters as actions
from complaints.actions import sealing
from complaints.channels import pdf as pdfs
from complaints.domain import letters as l
from complaints.forms.letters import BeginForm, DecideForm, LetterForm
from complaints.models import Letter, Ticket
from complaints.queries import letters as q
from complaints.views.letter_page import (
    Shown,
    blocks_of,
    can,
    context_of,
    line_of,
    reader,
    rows_of,
    shown_as,
    submit_form,
    tick_of,
)
from office.errors import Refusal, Stale
from office.pages import actor_in, complain, say, show_refusal, signed_in
from office.views.asking import now_in, person_in, see


def _ticket(request: HttpRequest, number: str) -> Ticket:
    """The ticket through the door; that a sealed one was read is written down."""
    actor = actor_in(request)
    seen = access.visible_to(actor).select_related("customer", "owner", "team")
    ticket = access.ticket_for(actor, number, among=seen)
    if ticket.is_sealed and request.method != "POST":
        sealing.read_sealed(ticket, actor=actor, now=now_in(request))
    return ticket


# Which letters --------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def letters(request: HttpRequest, number: str) -> HttpResponse:
    """The letters of a case; those the record allows can be begun, the others say why not yet."""
    ticket = _ticket(request, number)
    known = q.templates()
    form = BeginForm(
        request.POST if request.method == "POST" else None,
        templates=[(key, template.named(reader())) for key, template in known.items()],
        language=_language_of(ticket),
    )
    if request.method == "POST" and form.is_valid():
        try:
            letter = actions.begin(ticket, actor=actor_in(request), now=now_in(request), **form.cleaned_data)
        except Refusal as refusal:
            return _letters(request, ticket, form, known, status=show_refusal(form, refusal))
        return see("letter", ticket.number, letter.pk)
    return _letters(request, ticket, form, known, status=422 if form.is_bound else 200)


def _letters(
    request: HttpRequest, ticket: Ticket, form: BeginForm, known: Mapping[str, l.Template], *, status: int
) -> HttpResponse:
    record = q.record_of(ticket, signatory=person_in(request), now=now_in(request))
    offers = [_offer(template, l.allowed(template, record)) for template in known.values()]
    context = {
        "ticket": ticket,
        "form": form,
        "offers": offers,
        "chosen": form["template"].value(),
        "letters": rows_of(q.of_case(ticket)),
        "can_begin": can(request, ticket, "letter.begin"),
        "now": now_in(request),
    }
    return render(request, "complaints/letters/letters.html", context, status=status)


def _offer(template: l.Template, wanting: tuple[str, ...]) -> dict[str, Any]:
    language = reader()
    return {
        "key": template.key,
        "name": template.named(language),
        "purpose": l.in_language(template.purpose, language),
        "when": l.in_language(template.when, language),
        "wanting": [l.fact_in_words(fact, language) for fact in wanting],
        "approval": template.approval,
    }


def _language_of(ticket: Ticket) -> str:
    """The customer's language, as the letter is begun: one the templates have."""
    wanted = ticket.language or (ticket.customer.language if ticket.customer else "")
    return l.language_of(wanted)


# One letter -----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def letter(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One letter: written while it is a draft, read afterwards. A POST saves, shows, or takes a better sentence."""
    ticket = _ticket(request, number)
    row = q.letter_for(ticket, pk)
    if request.method != "POST":
        return _page(request, ticket, shown_as(request, ticket, row))
    if "take" in request.POST or request.POST.get("do") == "preview":
        return _page(request, ticket, shown_as(request, ticket, row, typed=_taken(request, ticket, row)))
    return _save(request, ticket, row)


def _save(request: HttpRequest, ticket: Ticket, row: Letter) -> HttpResponse:
    typed = LetterForm.typed(request.POST)
    shown = shown_as(request, ticket, row, typed=typed)
    if not shown.form.is_valid():
        return _page(request, ticket, shown, status=422)
    data = shown.form.cleaned_data
    try:
        made = actions.write(
            row,
            actor=actor_in(request),
            now=now_in(request),
            parts=typed,
            ticked=data["ticked"],
            reason=data["reason"],
            version=data["version"],
        )
    except Stale as refusal:
        return _page(request, ticket, _stale(request, ticket, row, typed, data["version"]), status=refusal.status)
    except Refusal as refusal:
        return _page(request, ticket, shown, status=show_refusal(shown.form, refusal))
    say(request, _("Version %(number)s is saved") % {"number": made.number})
    return see("letter", ticket.number, row.pk)


def _stale(request: HttpRequest, ticket: Ticket, row: Letter, typed: dict[str, str], read: int) -> Shown:
    """Somebody saved first: what was typed stays, what they wrote stands beside it, and saving again is a decision."""
    shown = shown_as(request, ticket, row, typed=typed, fresh=True)
    saved = shown.standing.version
    kept = l.kept_parts(shown.standing.template, typed)
    theirs = {
        block.part.id: saved.parts.get(block.part.id, "")
        for block in shown.standing.examined.blocks
        if block.is_written and saved.parts.get(block.part.id, "") != kept.get(block.part.id, "")
    }
    shown.stale = {"version": saved, "read": read, "theirs": theirs}
    return shown


def _taken(request: HttpRequest, ticket: Ticket, row: Letter) -> dict[str, str]:
    """What was typed, with the better sentence in the place of the one a rule found, if it still stands there."""
    typed = LetterForm.typed(request.POST)
    wanted = request.POST.get("take", "")
    if not wanted:
        return typed
    standing = q.standing(
        ticket, row, actor=actor_in(request), now=now_in(request), parts=l.kept_parts(q.template_of(row), typed)
    )
    found = next((said for said in standing.examined.said if said.key == wanted and said.span), None)
    if found is None or found.span is None:
        return typed
    source = next(block.source for block in standing.examined.blocks if block.part.id == found.part)
    start, end = found.span
    return typed | {found.part: f"{source[:start]}{found.finding.suggest}{source[end:]}"}


def _page(request: HttpRequest, ticket: Ticket, shown: Shown, *, status: int = 200) -> HttpResponse:
    return render(request, "complaints/letters/letter.html", context_of(request, ticket, shown), status=status)


# Verbs ----------------------------------------------------------------------------------------------------------------


@require_POST
@signed_in
def preview(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The letter as it would look with what is typed, and what the check says of it: a fragment, nothing saved."""
    ticket = _ticket(request, number)
    row = q.letter_for(ticket, pk)
    shown = shown_as(request, ticket, row, typed=LetterForm.typed(request.POST))
    context = {
        "ticket": ticket,
        "letter": row,
        "sheet": shown.standing.sheet,
        "blocks": blocks_of(shown),
        "whole": [line_of(said) for said in shown.standing.examined.of("")],
        "ticks": [tick_of(tick) for tick in shown.standing.examined.ticks],
        "editable": True,
    }
    return render(request, "complaints/letters/_live.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def act(request: HttpRequest, number: str, pk: int, verb: str) -> HttpResponse:
    """Submit, decide, send, print or drop. What was typed stays when it is refused."""
    if request.method != "POST":
        return redirect("letter", number=number, pk=pk)
    if verb not in VERBS:
        raise Http404
    ticket = _ticket(request, number)
    return VERBS[verb](request, ticket, q.letter_for(ticket, pk))


def _submit(request: HttpRequest, ticket: Ticket, row: Letter) -> HttpResponse:
    shown = shown_as(request, ticket, row)
    form = shown.submit = submit_form(shown.standing, request.POST)
    if not form.is_valid():
        return _page(request, ticket, shown, status=422)
    do = partial(actions.submit, row, **form.cleaned_data)
    return _done(request, row, do, _("The letter is submitted"), form=form, shown=shown)


def _decide(request: HttpRequest, ticket: Ticket, row: Letter) -> HttpResponse:
    shown = shown_as(request, ticket, row)
    form = shown.decide = DecideForm(request.POST)
    if not form.is_valid():
        return _page(request, ticket, shown, status=422)
    approve = form.cleaned_data["decision"] == DecideForm.APPROVE
    said = _("The letter is approved") if approve else _("The letter went back with your words")
    do = partial(actions.decide, row, approve=approve, reason=form.cleaned_data["reason"])
    return _done(request, row, do, said, form=form, shown=shown)


def _send(request: HttpRequest, _ticket: Ticket, row: Letter) -> HttpResponse:
    return _done(request, row, partial(actions.send, row), _("The letter leaves in ten seconds"))


def _print(request: HttpRequest, _ticket: Ticket, row: Letter) -> HttpResponse:
    do = partial(actions.print_out, row)
    return _done(request, row, do, _("The letter is kept as printed. Print it now."))


def _drop(request: HttpRequest, _ticket: Ticket, row: Letter) -> HttpResponse:
    return _done(request, row, partial(actions.drop, row), _("The letter is dropped"))


def _done(
    request: HttpRequest,
    row: Letter,
    do: Callable[..., Letter],
    said: str,
    *,
    form: Form | None = None,
    shown: Shown | None = None,
) -> HttpResponse:
    """One verb, and the page again; a refusal stands beside its form, or at the top where there is none."""
    ticket = row.ticket
    try:
        do(actor=actor_in(request), now=now_in(request))
    except Refusal as refusal:
        if form is None or shown is None:
            complain(request, refusal)
            fresh = shown_as(request, ticket, q.letter_for(ticket, row.pk))
            return _page(request, ticket, fresh, status=refusal.status)
        return _page(request, ticket, shown, status=show_refusal(form, refusal))
    say(request, said)
    if not access.visible_to(actor_in(request)).filter(pk=ticket.pk).exists():
        return see("desk")  # who saw the case only because they were asked
    return see("letter", ticket.number, row.pk)


VERBS: Mapping[str, Callable[[HttpRequest, Ticket, Letter], HttpResponse]] = {
    "submit": _submit,
    "decide": _decide,
    "send": _send,
    "print": _print,
    "drop": _drop,
}


# On paper -------------------------------------------------------------------------------------------------------------


@require_safe
@signed_in
def page(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The letter alone: the copy that was kept, or as it would be today. Nothing runs in it and nothing is fetched."""
    content = _content(request, number, pk)
    response = HttpResponse(content)
    response.headers["Content-Security-Policy"] = q.policy_for(content)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
@signed_in
def pdf(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The same as PDF, where it can be made."""
    content = _content(request, number, pk)
    if not pdfs.is_here():
        ticket = _ticket(request, number)
        context = {"ticket": ticket, "pk": pk, "now": now_in(request)}
        return render(request, "complaints/letters/no_pdf.html", context, status=404)
    response = HttpResponse(pdfs.pdf_of(content), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="letter-{number}-{pk}.pdf"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _content(request: HttpRequest, number: str, pk: int) -> str:
    ticket = _ticket(request, number)
    row = q.letter_for(ticket, pk)
    if row.content:
        return row.content
    return q.page_of(q.standing(ticket, row, actor=actor_in(request), now=now_in(request)).sheet)
