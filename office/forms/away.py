"""Until when somebody is away, and who stands in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from office.forms.set_up import here
from office.models import Agent


class AwayForm(forms.Form):
    """Empty: here."""

    until = forms.DateTimeField(
        label=_("Away until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty: here"),
    )
    deputy = forms.ModelChoiceField(
        label=_("Deputy"),
        queryset=Agent.objects.none(),
        required=False,
        empty_label=_("Nobody"),
        help_text=_("Answers for you if they may; otherwise the next one above is asked."),
    )

    def __init__(self, data: Any = None, *, agent: Agent, now: datetime, **kwargs: Any) -> None:
        until = agent.away_until if agent.away_until is not None and agent.away_until > now else None
        kwargs.setdefault("initial", {"until": until, "deputy": agent.deputy_id})
        super().__init__(data, **kwargs)
        self.fields["deputy"].queryset = here(agent.deputy_id).exclude(pk=agent.pk)  # type: ignore[attr-defined]
