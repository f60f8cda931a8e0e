"""What people say to a suggested pattern, and to words that were held."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from complaints import access
from complaints.actions import held, patterns
from complaints.forms import verbs as f
from complaints.models import Interaction
from complaints.queries import knowledge
from complaints.views.verbs.asked import Asked, Verb


class PickForm(f.VerbForm):
    """Which playbook fits a contact, out of all that may."""

    key = forms.ChoiceField(label=_("Pattern"))

    def __init__(self, data: Any = None, *, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["key"].choices = choices  # type: ignore[attr-defined]


def _contact(asked: Asked, pk: int) -> Interaction:
    """A contact of this case; 404 for any other."""
    found = access.interaction_for(asked.actor, pk)
    if found.ticket_id != asked.ticket.pk:
        raise Http404
    return found


def _key(asked: Asked) -> str:
    return asked.request.POST.get("key", "")[:40]


def _confirm(asked: Asked, _data: dict[str, Any]) -> Any:
    patterns.confirm(asked.row, key=_key(asked), **asked.by)
    return _("Confirmed; its lines stand beside the step")


def _dismiss(asked: Asked, _data: dict[str, Any]) -> Any:
    patterns.dismiss(asked.row, key=_key(asked), **asked.by)
    return _("Dismissed")


def _pick(asked: Asked, data: dict[str, Any]) -> Any:
    patterns.pick(asked.row, key=data["key"], **asked.by)
    return _("Noted; its lines stand beside the step")


def _decide(asked: Asked, data: dict[str, Any]) -> Any:
    approve = data["decision"] == "approve"
    message = held.decide(asked.row, approve=approve, reason=data["reason"], **asked.by)
    if not approve:
        return _("Kept back; its author is told")
    return _("Let out") if message.delivery == "elsewhere" else _("Let out; it goes in ten seconds")


VERBS = (
    Verb("pattern.confirm", _confirm, title=_("Confirm the pattern"), fetch=_contact),
    Verb("pattern.dismiss", _dismiss, title=_("Dismiss the pattern"), fetch=_contact),
    Verb(
        "pattern.pick",
        _pick,
        title=_("Another pattern"),
        button=_("Note it"),
        form=lambda asked, data, **o: PickForm(data, choices=knowledge.pickable(language=get_language() or "en"), **o),
        fetch=_contact,
        hint=_("It describes this contact, never the person"),
    ),
    Verb(
        "interaction.decide",
        _decide,
        title=_("Let these words out, or keep them back"),
        button=_("Decide"),
        form=lambda asked, data, **o: f.DecideForm(data, **o),
        fetch=_contact,
        hint=_("The wording check stopped them; their author asks you. Say why either way"),
    ),
)
