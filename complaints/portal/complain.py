"""The public form: make a complaint without an account."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.core import signing
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.actions import complain as actions
from complaints.actions import customer_links
from complaints.models import Ticket
from complaints.portal.door import chosen_language, private, speaking, unseen
from complaints.portal.forms import ComplainForm
from complaints.portal.views import read_files
from complaints.queries.portal import categories
from office import access as office_access
from office import moments
from office.errors import Invalid, Refusal
from office.pages import show_refusal
from office.throttle import too_many, too_many_in_all
from office.views.asking import now_in, see
from office.views.preferences import remember

SALT = "complaints.complain"
A_MINUTE = 5
"""Complaints from one address in a minute; a whole office behind one address still gets through."""
A_MINUTE_IN_ALL = 120
LEAST_SECONDS = 3
"""Nobody reads and fills in the form faster; machines do."""
LASTS = timedelta(hours=24)
PLACES = {"description": "words", "customer": "name", "remedy_sought": "wanted", "": ""}


@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: HttpRequest) -> HttpResponse:
    """The form; by POST it is received once, however often it arrives. A press on a language brings the form again."""
    if request.method == "GET" and (chosen := chosen_language(request)):
        return chosen
    switched = request.POST.get("language", "")
    if request.method == "POST" and switched in dict(settings.LANGUAGES):
        with translation.override(switched):
            return private(remember(_page(request, _filled(request)), switched))
    with speaking(request, request.LANGUAGE_CODE):
        return private(_received(request) if request.method == "POST" else _page(request, _empty()))


def _empty() -> ComplainForm:
    return ComplainForm(rows=categories(), initial={"token": _token()})


def _filled(request: HttpRequest) -> ComplainForm:
    """What stands in the form, without a word about what is missing."""
    form = _empty()
    form.initial = {**form.initial, **{name: request.POST[name] for name in form.fields if name in request.POST}}
    return form


def _token() -> str:
    """One form, one complaint: who and when, signed."""
    return signing.dumps(secrets.token_urlsafe(18), salt=SALT)


def _received(request: HttpRequest) -> HttpResponse:
    form = ComplainForm(request.POST, request.FILES, rows=categories())
    now = now_in(request)
    if too_many(request, "complain", limit=A_MINUTE, now=now) or too_many_in_all(
        "complain", limit=A_MINUTE_IN_ALL, now=now
    ):
        form.is_valid()
        form.add_error(
            None, _("Too many complaints came at once. Wait a minute, then send it again; your words are still here.")
        )
        return _page(request, form, status=429)
    token, fault = _opened(request.POST.get("token", ""))
    if not form.is_valid():
        return _page(request, _with_token(form, renewed=not token), status=422)
    if fault:
        form.add_error(None, fault)
        return _page(request, _with_token(form, renewed=not token), status=422)
    try:
        ticket = _take(request, form, token)
    except Refusal as refusal:
        status = show_refusal(form, _placed(refusal))
        return _page(request, form, status=status)
    address = reverse("customer-link", args=[customer_links.secret_of(ticket.customer_link)])
    return unseen(see(f"{address}?received=1"))


def _take(request: HttpRequest, form: ComplainForm, token: str) -> Ticket:
    limit = settings.ATTACHMENT_MAX_BYTES
    said: dict[str, Any] = form.asks()
    said["uploads"] = tuple(read_files(form.cleaned_data["file"], limit))
    actor = actions.visitor(moments.bcp47(translation.get_language() or moments.ENGLISH))
    try:
        ticket: Ticket = actions.complain(None, actor=actor, now=now_in(request), token=token, max_bytes=limit, **said)
    except IntegrityError:  # the same form came in at this moment, and is known now
        ticket = actions.complain(None, actor=actor, now=now_in(request), token=token, max_bytes=limit, **said)
    return ticket


def _opened(typed: str) -> tuple[str, str]:
    """What the token holds ("" when it is not ours, or no longer), and what keeps the form from being taken."""
    try:
        token = signing.loads(typed, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return "", _("This form was open for a long time. Look it over once more, then send it.")
    try:
        signing.loads(typed, salt=SALT, max_age=LEAST_SECONDS)
    except signing.SignatureExpired:
        return str(token), ""
    return str(token), _("That was very quick. Look it over, then send it.")


def _with_token(form: ComplainForm, *, renewed: bool) -> ComplainForm:
    """The same form with a token that will be taken."""
    if renewed:
        data: Any = form.data
        form.data = data.copy()
        cast(Any, form.data)["token"] = _token()
    return form


def _placed(refusal: Refusal) -> Refusal:
    """What the actions call otherwise stands beside our own field."""
    if isinstance(refusal, Invalid):
        return Invalid({PLACES.get(name, name): faults for name, faults in refusal.fields.items()}, refusal.sentence)
    return refusal


def _page(request: HttpRequest, form: ComplainForm, *, status: int = 200) -> HttpResponse:
    context = {
        "office": office_access.office(),
        "form": form,
        "trap_shown": bool(form.is_bound and form.errors.get("website")),
    }
    return render(request, "complaints/portal/complain.html", context, status=status)
