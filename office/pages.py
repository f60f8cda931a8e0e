"""What every page does the same way: who may come in, how a refusal is shown, what is said after an act."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise

from office.errors import Invalid, Refusal, StepBlocked
from office.roles import Actor

View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """Only for people who signed in; others are asked to, and come back here. Nothing is kept by shared caches."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request, "actor", None) is None:
            return redirect_to_login(request.get_full_path(), reverse("sign-in"))
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return guarded


def for_supervisors(view: View) -> View:
    """Signed-in supervisors and administrators; 403 for other people."""
    return _ranked(view, lambda actor: actor.is_supervisor)


def for_administrators(view: View) -> View:
    """Signed-in administrators; 403 for other people."""
    return _ranked(view, lambda actor: actor.is_administrator)


def _ranked(view: View, enough: Callable[[Actor], bool]) -> View:
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not enough(actor_in(request)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return signed_in(guarded)


def actor_in(request: HttpRequest) -> Actor:
    """The actor of a signed-in request."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def show_refusal(form: BaseForm, refusal: Refusal) -> int:
    """Put a refusal beside the fields it is about (or above the form) and answer the status of the page."""
    if isinstance(refusal, Invalid):
        for name, faults in refusal.fields.items():
            for fault in faults:
                form.add_error(name if name in form.fields else None, str(fault.sentence))
    if not isinstance(refusal, Invalid) or not refusal.fields:
        form.add_error(None, str(refusal.sentence))
    return refusal.status


def say(request: HttpRequest, text: str | Promise, *, undo: str = "") -> None:
    """Tell what was done, at the top of the next page; ``undo`` is an address that takes it back by POST."""
    messages.success(request, str(text), extra_tags=f"undo:{undo}" if undo else "")


def complain(request: HttpRequest, refusal: Refusal) -> None:
    """Tell why an act outside a form was refused, with every blocker."""
    text = str(refusal.sentence)
    if isinstance(refusal, Invalid):
        text = " ".join(str(fault.sentence) for faults in refusal.fields.values() for fault in faults) or text
    if isinstance(refusal, StepBlocked):
        text = f"{text}: {len(refusal.blockers)}"
    messages.error(request, text)
