"""The door: sign in, be paused after too many wrong passwords, follow a one-time link, sign out."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_client_ip_address
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import auth
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from office import access
from office.actions import people
from office.errors import Conflict, Invalid
from office.forms.signing_in import PasswordForm, SignInForm
from office.models import Agent, SignInLink
from office.pages import say, show_refusal
from office.throttle import WINDOW, too_many
from office.views.asking import now_in, onward, person_in, see

BACKEND = "django.contrib.auth.backends.ModelBackend"
GUESSES = 20
"""One-time links that may be tried from one address in a minute."""
SIGN_INS = 60
"""Passwords that may be tried from one address in a minute, whoever is named: a house behind one address signs in."""
MAX_NAME = 254
"""Characters of a name under which wrong passwords are counted; folding makes some names longer."""


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name or e-mail and password. A wrong pair says no more than that, whether or not there is such a person."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if person_in(request) is not None:
        return see(onward(request, wanted, otherwise="home"))
    form = SignInForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "next": wanted, "office_name": access.office().name}
    if request.method != "POST":
        return render(request, "office/sign_in.html", context)
    if too_many(request, "sign-in", limit=SIGN_INS, now=now_in(request)):
        return _rest(request)
    if form.is_valid():
        name = known_as(form.cleaned_data["username"])
        person = auth.authenticate(request, username=name, password=form.cleaned_data["password"])
        if person is not None:
            auth.login(request, person)
            return see(onward(request, wanted, otherwise="home"))
        context["tries_left"] = tries_left(request, name)
        form.add_error(None, _("That name and password do not go together."))
    return render(request, "office/sign_in.html", context, status=422)


def known_as(typed: str) -> str:
    """The user name behind what was typed: a name in any spelling of capitals, or an e-mail of exactly one person.

    What nobody is called comes back folded, so that wrong passwords are counted once for all its spellings.
    """
    tidy = typed.strip()
    by_name = access.people().filter(username__iexact=tidy).values_list("username", flat=True).first()
    by_mail = access.people().filter(email__iexact=tidy, is_active=True).values_list("username", flat=True)[:2]
    mailed = list(by_mail) if tidy else []
    return by_name or (mailed[0] if len(mailed) == 1 else tidy.casefold()[:MAX_NAME])


def tries_left(request: HttpRequest, name: str) -> int:
    """How many more wrong passwords this name has from this address before the pause."""
    failures: int = AxesProxyHandler.get_failures(request, {"username": name})
    return max(0, int(settings.AXES_FAILURE_LIMIT) - failures)


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """The pause after too many wrong passwords: 429, and how long it lasts."""
    now = timezone.now()
    pause: timedelta = settings.AXES_COOLOFF_TIME
    last = (
        AccessAttempt.objects.filter(
            username=(credentials or {}).get("username"), ip_address=get_client_ip_address(request)
        )
        .order_by("-attempt_time")
        .values_list("attempt_time", flat=True)
        .first()
    )
    left = max(timedelta(seconds=1), (last or now) + pause - now)
    minutes = ceil(left.total_seconds() / 60)
    paused = render(request, "office/locked.html", {"minutes": minutes}, status=429)
    paused.headers["Retry-After"] = str(ceil(left.total_seconds()))
    paused.headers["Cache-Control"] = "no-store"
    return paused


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session. Twice is once."""
    auth.logout(request)
    return see("sign-in")


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """Behind a one-time link a person sets a password and is signed in. A dead link is a page that is not there."""
    now = now_in(request)
    if too_many(request, "join", limit=GUESSES, now=now):
        return _rest(request)
    link = access.sign_in_link_for(secret, now=now)
    with translation.override(_language_for(request, link.agent)):
        return _set_password(request, link, now=now)


def _rest(request: HttpRequest) -> HttpResponse:
    response = render(request, "office/too_many.html", status=429)
    response.headers["Retry-After"] = str(WINDOW)
    return response


def _set_password(request: HttpRequest, link: SignInLink, *, now: datetime) -> HttpResponse:
    form, status = PasswordForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actor = access.actor_of(link.agent)
                agent = people.join(link, actor=actor, now=now, password=form.cleaned_data["password"])
            except Invalid as refusal:
                status = show_refusal(form, refusal)
            except Conflict as gone:
                raise Http404 from gone
            else:
                auth.login(request, agent, backend=BACKEND)
                say(request, _("Your password is set and you are signed in"))
                return see("home")
    return render(request, "office/join.html", {"form": form, "agent": link.agent}, status=status)


def _language_for(request: HttpRequest, agent: Agent) -> str:
    """The language chosen in this browser, else the one set up for the person the link is for."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else agent.language
