"""The customer's page: read it, write to us, answer, give the verdict, say how it went."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from complaints import access
from complaints.actions import customer_links, portal, sent_links
from complaints.actions.conversation import FILE_SENTENCES, Upload
from complaints.domain import portal as p
from complaints.domain.numbers import parse
from complaints.domain.workflow import fits
from complaints.models import Ticket
from complaints.portal import words
from complaints.portal.door import Visit, chosen_language, customers, private, speaking, too_often
from complaints.portal.forms import AgainForm, AnswerForm, MessageForm, NewLinkForm, RateForm, VerdictForm
from complaints.queries.portal import TheirCase, load
from complaints.views.files import handed
from customers.contacts import ContactError, normalise
from office import access as office_access
from office.errors import Conflict, Invalid, Refusal
from office.pages import show_refusal
from office.roles import SYSTEM
from office.throttle import too_many
from office.views.asking import now_in, see

NEW_LINKS_A_MINUTE = 5
POSTS_A_MINUTE = 20


@require_safe
@customers
def page(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The whole page."""
    return _page(request, visit)


def _page(request: HttpRequest, visit: Visit, *, status: int = 200, **typed: BaseForm) -> HttpResponse:
    case = load(visit.ticket, everything=request.GET.get("all") == "1")
    context = {
        "visit": visit,
        "office": visit.office,
        "ticket": visit.ticket,
        "now": visit.now,
        "case": case,
        "received": words.when(visit.ticket.received_at, visit.now, day_only=True),
        "heading": words.heading(case),
        "next": words.next_of(visit, case),
        "steps": words.steps(case, visit.now),
        "answer": words.answer(case, visit.now),
        "promises": words.promises(case, visit.now),
        "messages_said": words.messages(visit, case),
        "said_back": case.said_back,
        **forms_for(visit, case),
        **{f"{name}_form": form for name, form in typed.items()},
    }
    return render(request, "complaints/portal/page.html", context, status=status)


def forms_for(visit: Visit, case: TheirCase) -> dict[str, BaseForm | None]:
    """A form for each thing the customer may do now; None for the others."""
    ticket = visit.ticket
    can = {act for act in ("answer", "verdict", "rate") if fits(f"portal.{act}", step=ticket.step, state=ticket.state)}
    verdict: BaseForm | None = None
    if "verdict" in can and words.situation(case) != "review":
        verdict = AgainForm() if ticket.state == "closed" else VerdictForm()
    answered = case.said_back is not None and case.said_back.evidence.get("answer") == "confirmed"
    return {
        "message_form": MessageForm(),
        "answer_form": AnswerForm() if "answer" in can and case.said_back is not None and not answered else None,
        "verdict_form": verdict,
        "rate_form": _rate_form(visit, case) if "rate" in can else None,
    }


def _rate_form(visit: Visit, case: TheirCase) -> RateForm | None:
    survey, ticket = case.survey, visit.ticket
    if survey is None:
        return RateForm() if ticket.state == "closed" or ticket.verdict else None
    if visit.now >= survey.given_at + p.CHANGEABLE:
        return None
    figures = {"satisfaction": str(survey.satisfaction), "effort": str(survey.effort or "")}
    return RateForm(initial={**figures, "words": survey.words})


# Acts -----------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@customers
def message(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Words and files."""
    form = MessageForm(request.POST, request.FILES)

    def do(data: dict[str, Any]) -> str:
        limit = settings.ATTACHMENT_MAX_BYTES
        uploads = tuple(read_files(data["file"], limit))
        portal.message(visit.ticket, words=data["words"], uploads=uploads, max_bytes=limit, **visit.by)
        return _("We have your message. Somebody reads it and answers you.")

    return _act(request, visit, form, do)


@require_http_methods(["GET", "HEAD", "POST"])
@customers
def answer(request: HttpRequest, visit: Visit) -> HttpResponse:
    """“Yes, that’s it”, or not quite."""
    form = AnswerForm(request.POST)

    def do(data: dict[str, Any]) -> str:
        portal.answer(visit.ticket, answer=data["answer"], words=data["words"], **visit.by)
        return _("Thank you. We go on from here.")

    return _act(request, visit, form, do)


@require_http_methods(["GET", "HEAD", "POST"])
@customers
def verdict(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Accept, not fixed, or somebody else."""
    form = AgainForm(request.POST) if visit.ticket.state == "closed" else VerdictForm(request.POST)

    def do(data: dict[str, Any]) -> str:
        portal.verdict(visit.ticket, verdict=data["verdict"], words=data["words"], **visit.by)
        return SAID[data["verdict"]]()

    return _act(request, visit, form, do)


SAID: dict[str, Callable[[], str]] = {
    "accepted": lambda: _("Thank you. We have noted that this settles it."),
    "not_fixed": lambda: _("We have noted that it is not fixed, and begin again."),
    "review": lambda: _("We have noted that someone else should look at it."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@customers
def rate(request: HttpRequest, visit: Visit) -> HttpResponse:
    """How it went."""
    form = RateForm(request.POST)

    def do(_data: dict[str, Any]) -> str:
        portal.rate(visit.ticket, **form.asks(), **visit.by)
        return _("Thank you. You can change this for 14 days.")

    return _act(request, visit, form, do)


def _act(request: HttpRequest, visit: Visit, form: Any, do: Callable[[dict[str, Any]], str]) -> HttpResponse:
    """Do it and show the page anew; what was refused stays in its form, with what is wrong beside it."""
    if request.method != "POST":
        return see(visit.home)
    if too_many(request, "customer-page", limit=POSTS_A_MINUTE, now=visit.now):
        form.is_valid()
        form.add_error(
            None, _("That was too much at once. Wait a minute, then send it again; your words are still here.")
        )
        return _again(request, visit, form, 429)
    if not form.is_valid():
        return _again(request, visit, form, 422)
    try:
        said = do(form.cleaned_data)
    except Refusal as refusal:
        moved = isinstance(refusal, Conflict)
        if moved:
            form.add_error(
                None, _("Your complaint has moved on since you opened this page. Your words are still here.")
            )
        return _again(request, visit, form, refusal.status if moved else show_refusal(form, refusal))
    messages.success(request, said)
    return see(visit.home)


def _again(request: HttpRequest, visit: Visit, form: Any, status: int) -> HttpResponse:
    """The page as it stands now. Words whose form is no longer offered wait in the message."""
    visit.link.ticket = Ticket.objects.select_related("customer", "owner").get(pk=visit.ticket.pk)
    offered = forms_for(visit, load(visit.ticket))
    if offered[f"{form.act}_form"] is not None:
        return _page(request, visit, status=status, **{form.act: form})
    kept = MessageForm({"words": form.data.get("words", "")})
    kept.is_valid()
    for fault in form.non_field_errors():
        kept.add_error(None, fault)
    return _page(request, visit, status=status, message=kept)


def read_files(files: Iterable[UploadedFile], limit: int) -> Iterable[Upload]:
    """Files into memory, none that is larger than may be kept and not more than are taken."""
    for place, file in enumerate(files):
        if place >= p.MOST_FILES:
            raise Invalid.one("file", "too-many", p.TOO_MANY_FILES)
        if (file.size or 0) > limit:
            raise Invalid.one("file", "too-large", FILE_SENTENCES["too-large"])
        yield Upload(name=file.name or "", content=file.read())


# Files, and the link again --------------------------------------------------------------------------------------------


@require_safe
@customers  # type: ignore[arg-type]  # a file is streamed
def download(request: HttpRequest, visit: Visit, pk: int) -> HttpResponseBase:
    """A file of this complaint that is meant for its customer; to be kept, never shown by the browser."""
    return handed(access.attachment_for(visit.by["actor"], pk))


@require_safe
@customers
def received(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Right after the form: the number and the link, to be kept."""
    context = {
        "visit": visit,
        "office": visit.office,
        "ticket": visit.ticket,
        "address": customer_links.address_of(visit.link),
    }
    return render(request, "complaints/portal/received.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_link(request: HttpRequest) -> HttpResponse:
    """Number and address; the answer is the same whether they fit or not."""
    if request.method == "GET" and (chosen := chosen_language(request)):
        return chosen
    with speaking(request, request.LANGUAGE_CODE):
        return private(_new_link(request))


def _new_link(request: HttpRequest) -> HttpResponse:
    form = NewLinkForm(request.POST if request.method == "POST" else None)
    asked = request.method == "POST"
    if asked and too_many(request, "new-link", limit=NEW_LINKS_A_MINUTE, now=now_in(request)):
        return too_often(request)
    if asked:
        form.is_valid()
        _send_again(form.data.get("number", ""), form.data.get("email", ""), request)
    context = {"office": office_access.office(), "form": form, "asked": asked}
    return render(request, "complaints/portal/new_link.html", context)


def _send_again(number: str, email: str, request: HttpRequest) -> None:
    stored = parse(number)
    try:
        address = normalise("email", email, region=None).value
    except ContactError:
        return
    ticket = Ticket.objects.filter(number=stored, customer__contacts__point__value=address).first() if stored else None
    if ticket is not None:
        sent_links.send(ticket, actor=SYSTEM, now=now_in(request), email=address)
