"""How a complaint reads in a list: every word decided, nothing left for the template to ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _

from complaints.domain import vocabulary as v
from complaints.domain.workflow import ENDED
from complaints.models import Ticket
from office import moments

CHANNEL_ICONS: Final = {
    "phone": "phone",
    "phone_note": "note",
    "email": "mail",
    "chat": "message-circle",
    "sms": "message-2",
    "letter": "file-text",
    "web": "world",
    "in_person": "user",
    "social": "users",
    "api": "link",
}
LANGUAGE_TAGS: Final = {"en": "EN", "zh-Hans": "简", "zh-Hant": "繁"}
RISKS: Final[v.Words] = {
    **v.CLOCKS,
    **v.FOLLOW_UPS,
    "waiting": _("The wait is over"),
    "verdict": _("Verdict of the customer"),
}


@dataclass(frozen=True)
class Mark:
    icon: str
    words: str
    kind: str = ""


@dataclass(frozen=True)
class Row:
    """A ticket as the table says it: every word decided, nothing left to ask."""

    ticket: Ticket
    now: datetime
    refused: str = ""

    @property
    def is_ended(self) -> bool:
        return self.ticket.state in ENDED

    @property
    def is_paused(self) -> bool:
        """While it waits and nothing else is promised in the meantime; a wait that is over counts as late."""
        return self.ticket.is_waiting and self.ticket.risk_kind == "waiting" and self.ticket.risk_at > self.now

    @property
    def what(self) -> str:
        if self.is_paused:
            return gettext("Waits until %(when)s") % {"when": _moment(self.ticket.risk_at, self.now)}
        return str(v.word(RISKS, self.ticket.risk_kind))

    @property
    def channel_icon(self) -> str:
        return CHANNEL_ICONS.get(self.ticket.channel, "message-2")

    @property
    def language_tag(self) -> str:
        return LANGUAGE_TAGS.get(self.ticket.language, self.ticket.language[:2].upper())

    @property
    def level(self) -> int:
        """How the escalation's tag is drawn: the fourth line looks like the third and says its own figure."""
        return min(self.ticket.escalation_line, 3)

    @property
    def escalation(self) -> str:
        words = {"level": self.ticket.escalation_line, "name": getattr(self.ticket, "escalated_to", "")}
        if words["name"]:
            return gettext("Escalated to level %(level)s, waiting for %(name)s") % words
        return gettext("Escalated to level %(level)s") % words

    @property
    def marks(self) -> list[Mark]:
        ticket, found = self.ticket, []
        if promise := self._promise():
            found.append(promise)
        if wrote := self._wrote():
            found.append(wrote)
        if ticket.safety:
            found.append(Mark("alert-octagon", pgettext("overlay", "Safety"), "safety"))
        if ticket.is_sealed:
            found.append(Mark("lock", gettext("Sealed")))
        if ticket.is_waiting and not self.is_paused:
            found.append(Mark("player-pause", gettext("Waiting for the customer")))
        if ticket.pass_number > 1:
            found.append(Mark("arrow-back-up", gettext("Reopened: pass %(number)s") % {"number": ticket.pass_number}))
        need = ticket.need or (ticket.customer.needs if ticket.customer else "")
        if need:
            found.append(Mark("accessible", need))
        return found

    def _wrote(self) -> Mark | None:
        """The last word in the conversation is the customer's, and not the one it began with."""
        at: datetime | None = getattr(self.ticket, "last_said_at", None)
        if at is None or getattr(self.ticket, "last_said", "") != "in" or at <= self.ticket.entered_at:
            return None
        words = {"when": _moment(at, self.now)}
        return Mark("message-circle", gettext("The customer wrote %(when)s and has no answer yet") % words, "promise")

    def _promise(self) -> Mark | None:
        due: datetime | None = getattr(self.ticket, "promise_at", None)
        if due is None:
            return None
        words = {
            "what": v.word(v.FOLLOW_UPS, getattr(self.ticket, "promise_kind", "")),
            "when": _moment(due, self.now),
        }
        if due <= self.now:
            return Mark("heart-handshake", gettext("Promise missed: %(what)s by %(when)s") % words, "late")
        return Mark("heart-handshake", gettext("Promised: %(what)s, %(when)s") % words, "promise")


def _moment(moment: datetime, now: datetime) -> str:
    zone, language = timezone.get_current_timezone(), get_language() or moments.ENGLISH
    return moments.moment_in_words(moment, now=now, zone=zone, language=language)
