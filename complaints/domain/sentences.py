"""What is missing, and what is wrong with an input, in words for a person. Pure apart from translation."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.domain.workflow import Blocker

MISSING: Mapping[str, Promise | str] = {
    "listen.words.missing": _("Write down the customer’s own words"),
    "listen.happened.missing": _("Note what happened, and when"),
    "listen.order.missing": _("Name the product or order, or why there is none"),
    "listen.harm.missing": _("Ask what harm was done: money, time, safety, trust, or none"),
    "listen.remedy_sought.missing": _("Ask what outcome the customer wants"),
    "listen.feeling_start.missing": _("Note how the customer felt at the start"),
    "listen.severity.missing": _("Judge the severity"),
    "listen.still_wrong.missing": _("Say what is still wrong after the first answer"),
    "empathise.restatement.missing": _("Say it back in your own words"),
    "empathise.feeling_named.missing": _("Name the feeling you heard"),
    "empathise.answer.missing": _("Note the customer’s answer to it"),
    "empathise.answer.corrected": _("The customer corrected us: go back to Listen"),
    "empathise.answer.attempts": _(
        "“Could not be reached” needs tries on two different days, %(days)s so far, or a supervisor"
    ),
    "empathise.answer.reachable": _("“No way to reach” is only for an anonymous complaint"),
    "apologise.regret.missing": _("Write what we regret"),
    "apologise.regret_form.missing": _("Say in which form: spoken, message or letter"),
    "apologise.regret_by.missing": _("Say who apologised"),
    "apologise.acceptance.missing": _("Note whether the customer accepted"),
    "apologise.acceptance.reachable": _("“No way to reach” is only for an anonymous complaint"),
    "resolve.issues.missing": _("List what is complained about, point by point"),
    "resolve.finding.missing": _("Issue %(number)s has no finding yet"),
    "resolve.reason.missing": _("Give the reasons for the finding on issue %(number)s"),
    "resolve.remedy.missing": _("Say what is done to put it right now"),
    "resolve.redress_none.missing": _("Offer redress, or say why none is due"),
    "resolve.redress.waiting": _("Redress is waiting for approval"),
    "resolve.redress.nobody": _(
        "Nobody may approve this redress: an administrator can name someone or waive the approval"
    ),
    "resolve.root_cause.missing": _("Name the root cause"),
    "resolve.prevention.missing": _("Say what prevents it next time, or why nothing does"),
    "resolve.outcome.missing": _("Tell the customer the outcome: when, and how"),
    "resolve.outcome.failed": _("The outcome did not reach the customer: tell it another way"),
}

WORTHLESS: Mapping[str, Promise | str] = {
    "wording": _("%(field)s: the wording check stops this"),
    "too-short": _("%(field)s: too short to be evidence"),
    "copy-of-customer": _("%(field)s: these are the customer’s words, not yours"),
    "template-line": _("%(field)s: this is a line from a playbook, not about this case"),
    "filler": _("%(field)s: this says nothing about the case"),
    "repetition": _("%(field)s: the same words over and over"),
    "conditional": _("%(field)s: no “if”, no “any inconvenience”; it did happen to the customer"),
    "but": _("%(field)s: no “but” after the sorry"),
    "responsibility": _("%(field)s: responsibility is spoken of only after a finding, in Resolve"),
}

FIELDS: Mapping[str, Promise | str] = {
    "words": _("The customer’s own words"),
    "happened": _("What happened, and when"),
    "product": _("Product"),
    "order_ref": _("Order"),
    "no_order_reason": _("Why there is no order"),
    "harm": _("Harm so far"),
    "remedy_sought": _("What the customer asks for"),
    "feeling_start": _("Feeling at the start"),
    "severity": _("Severity"),
    "need": _("Need"),
    "expectation": _("The expectation is"),
    "expectation_source": _("It comes from"),
    "still_wrong": _("What is still wrong"),
    "restatement": _("In our own words"),
    "feeling_named": _("The feeling we heard"),
    "answer": _("The customer’s answer"),
    "answer_words": _("In the customer’s words"),
    "regret": _("What we regret"),
    "regret_form": _("In which form"),
    "regret_by": _("Who apologises"),
    "acceptance": _("Did the customer accept"),
    "remedy": _("Put right now"),
    "redress_none": _("Why no redress"),
    "root_cause": _("Root cause"),
    "cause_note": _("About the cause"),
    "prevention": _("What prevents it next time"),
    "prevention_none": _("Why nothing is prevented"),
}

INPUT: Mapping[str, Promise | str] = {
    "unknown-field": _("This field does not belong to the step"),
    "not-text": _("This has to be text"),
    "too-long": _("This is too long"),
    "unknown-choice": _("Choose one of the values offered"),
    "not-a-list": _("This has to be a list"),
    "none-and-some": _("“None” cannot stand beside a harm"),
    "unknown-person": _("Choose somebody who works here"),
    "required": _("This is needed"),
    "unknown-language": _("This language is not known"),
    "unknown-channel": _("This channel is not known"),
    "future": _("This is in the future"),
}


def sentence(blocker: Blocker) -> str:
    """What is missing, in the reader's language."""
    text = MISSING.get(blocker.code)
    if text is not None:
        return str(text) % blocker.params if blocker.params else str(text)
    fault = blocker.code.rpartition(".")[2]
    return str(WORTHLESS.get(fault, "%(field)s")) % {"field": label(blocker.field)}


def label(field: str) -> str:
    """The name of a piece of evidence."""
    if field.startswith("issue-"):
        return gettext("Reasons on issue %(number)s") % {"number": field.removeprefix("issue-")}
    return str(FIELDS.get(field, field))
