"""The field's words for codes, in the reader's language (domain glossary). Pure apart from translation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

Words = Mapping[str, Promise | str]

STEPS: Words = {
    "listen": pgettext_lazy("step", "Listen"),
    "empathise": pgettext_lazy("step", "Empathise"),
    "apologise": pgettext_lazy("step", "Apologise"),
    "resolve": pgettext_lazy("step", "Resolve"),
}
STATES: Words = {
    "open": pgettext_lazy("state", "Open"),
    "answered": pgettext_lazy("state", "Answered"),
    "closed": pgettext_lazy("state", "Closed"),
    "withdrawn": pgettext_lazy("state", "Withdrawn"),
    "merged": pgettext_lazy("state", "Merged"),
    "out_of_scope": pgettext_lazy("state", "Out of scope"),
}
KINDS: Words = {
    "complaint": _("Complaint"),
    "technical": _("Technical help"),
    "advice": _("Advice"),
    "order": _("Order"),
    "feedback": _("Feedback"),
}
CHANNELS: Words = {
    "phone": _("Phone"),
    "phone_note": _("Phone note"),
    "email": _("E-mail"),
    "chat": _("Chat"),
    "sms": _("Text message"),
    "letter": pgettext_lazy("channel", "Letter"),
    "web": _("Web form"),
    "in_person": _("In person"),
    "social": _("Social media"),
    "api": _("Another system"),
}
HARMS: Words = {
    "money": _("Money"),
    "time": _("Time"),
    "safety": _("Safety"),
    "trust": _("Trust"),
    "none": pgettext_lazy("harm", "None"),
}
SEVERITIES: Words = {
    "1": pgettext_lazy("severity", "Minor"),
    "2": pgettext_lazy("severity", "Moderate"),
    "3": pgettext_lazy("severity", "Serious"),
    "4": pgettext_lazy("severity", "Critical"),
}
EXPECTATIONS: Words = {
    "reasonable": pgettext_lazy("expectation", "reasonable"),
    "too_high": pgettext_lazy("expectation", "too high"),
    "mistaken": pgettext_lazy("expectation", "mistaken"),
    "unreasonable": pgettext_lazy("expectation", "unreasonable"),
}
BEHAVIOURS: Words = {
    "demanding": pgettext_lazy("behaviour", "Demanding"),
    "confused": pgettext_lazy("behaviour", "Confused"),
    "agitated": pgettext_lazy("behaviour", "Agitated"),
}
ANSWERS: Words = {
    "confirmed": _("“Yes, that’s it”"),
    "corrected": _("Corrected us"),
    "unreachable": _("Could not be reached"),
    "no_way": _("No way to reach"),
}
REGRET_FORMS: Words = {
    "spoken": _("Spoken"),
    "message": _("Message"),
    "letter": pgettext_lazy("regret", "Letter"),
}
ACCEPTANCES: Words = {
    "accepted": _("Accepted"),
    "not_yet": _("Not yet"),
    "silent": _("Did not say"),
    "no_way": _("No way to reach"),
}
FINDINGS: Words = {
    "upheld": pgettext_lazy("finding", "Upheld"),
    "partly_upheld": pgettext_lazy("finding", "Partly upheld"),
    "not_upheld": pgettext_lazy("finding", "Not upheld"),
    "no_finding": pgettext_lazy("finding", "No finding"),
}
CLOCKS: Words = {
    "acknowledge": pgettext_lazy("clock", "Acknowledge"),
    "first_answer": pgettext_lazy("clock", "First answer"),
    "resolve": pgettext_lazy("clock", "Resolve"),
    "step_listen": pgettext_lazy("clock", "Listen (step)"),
    "step_empathise": pgettext_lazy("clock", "Empathise (step)"),
    "step_apologise": pgettext_lazy("clock", "Apologise (step)"),
    "step_resolve": pgettext_lazy("clock", "Resolve (step)"),
    "next_update": pgettext_lazy("clock", "Next update"),
}
FOLLOW_UPS: Words = {
    "promise": _("Promise"),
    "call_back": _("Call back"),
    "update": _("Update"),
    "satisfaction": _("Satisfaction call"),
    "care": _("Care contact"),
    "chase": _("Chase"),
}
PLANNED: Words = {
    "outcome": _("Ask whether everything is put right"),
    "silence": _("Ask once more what the customer says to our answer"),
    "waiting": _("Tell the customer how it stands while we wait"),
}
"""What the steps themselves plan, by the reason it is planned for."""
OUTCOMES: Words = {
    "kept": pgettext_lazy("follow-up", "Kept"),
    "missed": pgettext_lazy("follow-up", "Missed"),
    "unreached": pgettext_lazy("follow-up", "Could not reach"),
    "dropped": pgettext_lazy("follow-up", "No longer needed"),
}
TRIGGERS: Words = {
    "by_hand": _("Asked by the handler"),
    "overdue": _("A target is overdue"),
    "missed_promise": _("A promise was missed"),
    "unassigned": _("Nobody is assigned"),
    "reopened": _("Reopened again"),
    "safety": _("Safety was marked"),
    "asked_superior": _("The customer asks for a superior"),
    "review": _("The customer asks for a review"),
}
DELIVERIES: Words = {
    "elsewhere": pgettext_lazy("delivery", "sent elsewhere"),
    "held": pgettext_lazy("delivery", "held, a supervisor is asked"),
    "queued": pgettext_lazy("delivery", "being sent"),
    "sent": pgettext_lazy("delivery", "sent"),
    "failed": pgettext_lazy("delivery", "not delivered"),
    "cancelled": pgettext_lazy("delivery", "taken back"),
}
REDRESS: Words = {
    "refund": _("Refund"),
    "replacement": _("Replacement"),
    "repair": _("Repair or rework"),
    "substitute": _("Substitute"),
    "technical_assistance": _("Technical assistance"),
    "information": _("Information"),
    "referral": _("Referral"),
    "financial_assistance": _("Financial assistance"),
    "other_assistance": _("Other assistance"),
    "compensation": _("Compensation"),
    "apology": _("Apology"),
    "goodwill_gift": _("Goodwill gift"),
    "change_of_product": _("Change of product, process or policy"),
}
BASES: Words = {
    "due": pgettext_lazy("basis", "Due"),
    "actual_loss": pgettext_lazy("basis", "Actual loss"),
    "ex_gratia": pgettext_lazy("basis", "Goodwill"),
}
REDRESS_STATES: Words = {
    "waiting": pgettext_lazy("redress", "waiting for approval"),
    "agreed": pgettext_lazy("redress", "agreed"),
    "refused": pgettext_lazy("redress", "refused"),
    "withdrawn": pgettext_lazy("redress", "withdrawn"),
    "done": pgettext_lazy("redress", "done"),
}
CAUSES: Words = {
    "people": pgettext_lazy("cause", "People"),
    "process": pgettext_lazy("cause", "Process"),
    "product": pgettext_lazy("cause", "Product"),
    "supplier": pgettext_lazy("cause", "Supplier"),
    "it": pgettext_lazy("cause", "IT"),
    "information": pgettext_lazy("cause", "Information"),
    "policy": pgettext_lazy("cause", "Policy or contract"),
    "customer_knowledge": pgettext_lazy("cause", "Knowledge on the customer’s side"),
    "external": pgettext_lazy("cause", "Outside"),
    "force_majeure": pgettext_lazy("cause", "Force majeure"),
}
LINKS: Words = {
    "duplicate": pgettext_lazy("link", "Duplicate of"),
    "same_incident": pgettext_lazy("link", "Same incident"),
    "related": pgettext_lazy("link", "Related"),
}
LANGUAGES: Words = {"en": "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文（臺灣）"}


def choices(words: Words) -> list[tuple[str, Promise | str]]:
    """For a model or a form: code and word, in the table's order."""
    return list(words.items())


def word(words: Words, code: str) -> Promise | str:
    """The word for a code; a code nobody knows any more stands for itself."""
    return words.get(code, code)


def listed(words: Iterable[str]) -> str:
    """Words of one kind in a row, with the reader's mark between them."""
    return pgettext("between the words of a list", ", ").join(words)


def apart(remarks: Iterable[str]) -> str:
    """Remarks of different kinds in a row; empty ones are left out."""
    return pgettext("between remarks", ", ").join(remark for remark in remarks if remark)
