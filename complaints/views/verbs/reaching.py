"""The customer's own page: a new link when the old one got about, and the link sent once more."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.actions import customer_links, sent_links
from complaints.views.verbs.asked import Asked, Verb
from office.errors import Conflict


def _rotate(asked: Asked, _data: dict[str, Any]) -> Any:
    customer_links.rotate(asked.ticket, **asked.by)
    return _("There is a new link; the one before opens nothing any more")


def _send(asked: Asked, _data: dict[str, Any]) -> Any:
    if not sent_links.send(asked.ticket, **asked.by):
        raise Conflict(_("There is no e-mail address to send it to, or the link has run out"), code="no-address")
    return _("The link is on its way")


VERBS = (
    Verb("customer_link.rotate", _rotate, title=_("New link")),
    Verb("customer_link.send", _send, title=_("Send the link")),
)
