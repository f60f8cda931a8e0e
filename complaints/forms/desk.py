"""A supervisor's answer to an escalation, and to somebody who asks for more than their own limit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from office.models import Agent

ACKNOWLEDGE, RETURN, TAKE, ANSWER = "acknowledge", "return", "take_over", "answer"
OUTCOMES = (
    (ACKNOWLEDGE, _("Acknowledge")),
    (RETURN, _("Return")),
    (TAKE, _("Take over")),
    (ANSWER, _("Answer")),
)
MARKS = {ACKNOWLEDGE: "check", RETURN: "arrow-back-up", TAKE: "user-check", ANSWER: "message-2"}
MEANINGS = {
    ACKNOWLEDGE: _("I have seen it and decide later"),
    RETURN: _("Back to the handler with guidance"),
    TAKE: _("I speak to the customer myself"),
    ANSWER: _("Decide what was asked, the handler carries on"),
}


class OutcomeForm(forms.Form):
    """One of the four outcomes, and what the handler is told."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=OUTCOMES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the four"), "invalid_choice": _("Choose one of the four")},
    )
    guidance = forms.CharField(
        label=_("What the handler is told"),
        required=False,
        max_length=5000,
        widget=forms.Textarea,
        help_text=_("Kept on the case. Needed for a return and for an answer."),
    )

    def options(self) -> list[dict[str, Any]]:
        """The four with their drawing and what each means."""
        return [
            {"control": option, "icon": MARKS[str(option.data["value"])], "means": MEANINGS[str(option.data["value"])]}
            for option in self["outcome"].subwidgets
        ]


class DecisionForm(forms.Form):
    """Yes, or no and why."""

    APPROVE, REFUSE = "approve", "refuse"

    decision = forms.ChoiceField(choices=((APPROVE, _("Approve")), (REFUSE, _("Refuse"))))
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea,
        help_text=_("Kept on the case. Needed to refuse."),
    )


class WaiveForm(forms.Form):
    """Nobody may decide: an administrator names somebody, or waives the approval. Both with a reason."""

    person = forms.ModelChoiceField(
        label=_("Who decides"),
        queryset=Agent.objects.none(),
        required=False,
        empty_label=_("Nobody: waive the approval"),
    )
    reason = forms.CharField(label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, people: QuerySet[Agent], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
