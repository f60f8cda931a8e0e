"""Writing into the conversation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.actions import conversation, drafts
from complaints.forms.composer import FORMS, ComposerForm
from complaints.models import Ticket
from complaints.views.verbs.asked import Asked, Outcome
from office.errors import Invalid, Refusal
from office.pages import show_refusal

SAID: Mapping[str, Promise | str] = {
    "note": gettext_lazy("Noted; the customer does not see it"),
    "call": gettext_lazy("The call is on file"),
    "reply": gettext_lazy("What was sent elsewhere is on file"),
    "words": gettext_lazy("The customer’s words are on file"),
    "outcome": gettext_lazy("The outcome is on file"),
}


def draft_key(ticket: Ticket, kind: str) -> str:
    """Where unsaved words of this kind are kept."""
    return f"case-{ticket.number}-write-{kind}"


def write(asked: Asked) -> Outcome:
    """Add what was written, with its files, in one act: a file that is refused keeps nothing back but the whole."""
    kind = asked.request.POST.get("kind", "")
    if kind not in FORMS:
        raise Http404
    form = FORMS[kind](asked.request.POST, asked.request.FILES)
    show: dict[str, Any] = {"write": kind, "written": form}
    if not form.is_valid():
        return _again(form, 422, show)
    limit: int = settings.ATTACHMENT_MAX_BYTES
    try:
        conversation.add_interaction(
            asked.ticket,
            kind=kind,
            uploads=tuple(_read(form.cleaned_data["file"], limit)),
            max_bytes=limit,
            **form.asks(),
            **asked.by,
        )
    except Refusal as refusal:
        return _again(form, show_refusal(form, refusal), show)
    drafts.drop(actor=asked.actor, key=draft_key(asked.ticket, kind))
    return Outcome(said=str(SAID[kind]), anchor="write")


def _again(form: ComposerForm, status: int, show: dict[str, Any]) -> Outcome:
    if form.files and "file" not in form.errors:
        form.add_error("file", _("Choose the files again; a browser does not keep them"))
    return Outcome(status=status, show=show)


def _read(files: Iterable[UploadedFile], limit: int) -> Iterable[conversation.Upload]:
    """Files into memory, none that is larger than may be kept."""
    for file in files:
        if (file.size or 0) > limit:
            raise Invalid.one("file", "too-large", conversation.FILE_SENTENCES["too-large"])
        yield conversation.Upload(name=file.name or "", content=file.read())
