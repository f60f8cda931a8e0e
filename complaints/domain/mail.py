"""What the desk mails: the kinds, their limits, and why one did not arrive. Pure apart from translation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.domain.vocabulary import TRIGGERS, Words

UNDO = timedelta(seconds=10)
"""How long a mail waits for second thoughts."""

LATEST = timedelta(days=365)
"""No further ahead can a mail be set."""

MOST_BYTES = 10 * 1024 * 1024
"""Bytes of files one mail may carry; in transit they grow by a third, and many servers refuse 20 MB."""

MOST_A_DAY = 3
"""Acknowledgements an address gets within a day: nobody fills a stranger's mailbox with our letters."""

AGAIN_WITHIN = timedelta(hours=4)
"""By when somebody should have looked at a mail that did not arrive."""

WRITTEN: Words = {
    "reply": pgettext_lazy("mail", "Reply"),
    "update": pgettext_lazy("mail", "Update: where it stands"),
    "chase": pgettext_lazy("mail", "Reminder: does it settle it?"),
    "outcome": pgettext_lazy("mail", "Outcome"),
}
"""Mails in somebody's own words."""

AUTOMATIC: Words = {
    "acknowledgement": pgettext_lazy("mail", "Acknowledgement"),
    "ended": pgettext_lazy("mail", "Notice that the case has ended"),
}
"""Mails to the customer that the desk writes itself."""

WHY: Words = {**TRIGGERS, "soon": _("A target is close")}
"""Why somebody on the desk gets a mail about a case."""

TO_STAFF = ("invitation", "reset", "notice")
LINK = "customer_link"
"""The way to the customer's page, sent once more: a mail beside the conversation."""

LETTER = "letter"
"""A letter of the case, approved and kept as it went."""

KINDS: tuple[str, ...] = (*WRITTEN, *AUTOMATIC, LETTER, LINK, *TO_STAFF)

ADDRESS_FAULTS = frozenset({"refused-address", "bad-address", "no-address"})

FAILURES: dict[str, Promise | str] = {
    "refused-address": _("Not sent: the mail server refused the address."),
    "bad-address": _("Not sent: the mail server refused the address."),
    "refused-message": _("Not sent: the mail server refused the message."),
    "no-address": _("Not sent: the customer has no e-mail address any more."),
    "other-customer": _("Not sent: the case belongs to another customer now."),
}
GAVE_UP = _("Not sent: it was tried again and again, and the mail server did not take it.")


def failure(error: str) -> Promise | str:
    """The sentence for what a row of the out-tray says went wrong."""
    return FAILURES.get(error.partition(":")[0], GAVE_UP)


class Reach(Protocol):
    """A way to reach a customer, with what its point says of it."""

    pk: int
    preferred: bool
    kind: str
    value: str


def address_among(reaches: Iterable[Reach]) -> str:
    """The e-mail address a customer wants to be written at: the preferred one, else the first; "" without any."""
    mails = sorted((reach for reach in reaches if reach.kind == "email"), key=lambda r: (not r.preferred, r.pk))
    return mails[0].value if mails else ""
