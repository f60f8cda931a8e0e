"""Writing into the conversation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import access
from complaints.actions import conversation, drafts, mailing
from complaints.domain.mail import UNDO
from complaints.domain.saying import Stopped
from complaints.forms.composer import FORMS, ComposerForm, OutcomeForm, SendForm
from complaints.forms.saying import answer_of, heard_of, vows_of
from complaints.models import Draft, Interaction, Ticket
from complaints.views import said
from complaints.views.case_words import instant
from complaints.views.verbs.asked import Asked, Outcome
from office.errors import Invalid, Refusal
from office.folding import clean
from office.pages import show_refusal

SAID: Mapping[str, Promise | str] = {
    "note": gettext_lazy("Noted; the customer does not see it"),
    "call": gettext_lazy("The call is on file"),
    "reply": gettext_lazy("What was sent elsewhere is on file"),
    "words": gettext_lazy("The customer’s words are on file"),
    "outcome": gettext_lazy("The outcome is on file"),
}


HELD = gettext_lazy("Held until a supervisor lets it out")
PROMISING = ("send", "reply", "outcome", "call")
"""Forms in which we promise something."""


def draft_key(ticket: Ticket, kind: str) -> str:
    """Where unsaved words of this kind are kept."""
    return f"case-{ticket.number}-write-{kind}"


def write(asked: Asked) -> Outcome:
    """Add what was written, with its files, in one act: a file that is refused keeps nothing back but the whole."""
    kind = asked.request.POST.get("kind", "")
    if kind not in FORMS or kind == SendForm.kind:
        raise Http404
    form = FORMS[kind](asked.request.POST, asked.request.FILES)
    show: dict[str, Any] = {"write": kind, "written": form}
    if not form.is_valid():
        return _again(form, 422, show)
    if isinstance(form, OutcomeForm) and form.mailed:
        return _mail(asked, form, show)
    limit: int = settings.ATTACHMENT_MAX_BYTES
    try:
        message = conversation.add_interaction(
            asked.ticket,
            kind=kind,
            uploads=tuple(_read(form.cleaned_data["file"], limit)),
            max_bytes=limit,
            **form.asks(),
            **_answered(asked, form, heard=True),
            **asked.by,
        )
    except Stopped as refusal:
        return _stopped(asked, form, refusal, show)
    except Refusal as refusal:
        return _again(form, show_refusal(form, refusal), show)
    drafts.drop(actor=asked.actor, key=draft_key(asked.ticket, kind))
    return Outcome(said=str(HELD if message.delivery == "held" else SAID[kind]), anchor="write")


def send(asked: Asked) -> Outcome:
    """Mail what was written, with its files."""
    form = SendForm(asked.request.POST, asked.request.FILES)
    show: dict[str, Any] = {"write": form.kind, "written": form}
    return _mail(asked, form, show) if form.is_valid() else _again(form, 422, show)


def _mail(asked: Asked, form: ComposerForm, show: dict[str, Any]) -> Outcome:
    limit: int = settings.ATTACHMENT_MAX_BYTES
    try:
        uploads = tuple(_read(form.cleaned_data["file"], limit))
        answered = _answered(asked, form)
        message = mailing.send(asked.ticket, uploads=uploads, max_bytes=limit, **form.asks(), **answered, **asked.by)
    except Stopped as refusal:
        return _stopped(asked, form, refusal, show)
    except Refusal as refusal:
        return _again(form, show_refusal(form, refusal), show)
    drafts.drop(actor=asked.actor, key=draft_key(asked.ticket, form.kind))
    if message.delivery == "held":
        return Outcome(said=str(HELD), anchor="write")
    when = message.outgoing.not_before if message.outgoing else asked.now
    if when <= asked.now + UNDO:
        said = _("Goes out in %(seconds)s seconds") % {"seconds": UNDO.seconds}
    else:
        said = _("Goes out %(when)s") % {"when": instant(when, asked.now)}
    undo = f"{reverse('case-act', args=[asked.ticket.number, 'interaction.unsend'])}?row={message.pk}"
    return Outcome(said=said, anchor="write", undo=undo)


def _answered(asked: Asked, form: ComposerForm, *, heard: bool = False) -> dict[str, Any]:
    """What the author says to the check and to the promises found, and to suggested patterns."""
    post = asked.request.POST
    text = clean(form.cleaned_data["text"])
    ours = form.kind in PROMISING and form.cleaned_data.get("direction", "out") == "out"
    found = said.vows_in(asked.ticket, text, now=asked.now) if ours else ()
    words = {"answer": answer_of(post), "vows": vows_of(post, found)}
    return words | ({"heard": heard_of(post)} if heard else {})


def _stopped(asked: Asked, form: ComposerForm, refusal: Stopped, show: dict[str, Any]) -> Outcome:
    """The words stand in the composer again, with everything the check says of them."""
    post, now = asked.request.POST, asked.now
    form.said = said.of_form(asked.ticket, post, form.kind, actor=asked.actor, now=now)
    form.add_error("text", str(refusal.sentence))
    return _again(form, refusal.status, show)


def unsend(asked: Asked) -> Outcome:
    """Take a mail back; its words are in the composer again, before anything begun meanwhile."""
    message = _message(asked)
    try:
        mailing.unsend(message, **asked.by)
    except Refusal as refusal:
        return Outcome(status=refusal.status, show={"refusal": refusal})
    elsewhere = message.approval is not None and not message.approval.detail.get("mail")
    kind = "outcome" if message.kind == "outcome" else "reply" if elsewhere else SendForm.kind
    key = draft_key(asked.ticket, kind)
    begun = Draft.objects.filter(agent_id=asked.actor.agent_id or 0, key=key).first()
    fields: dict[str, list[str]] = dict(begun.fields) if begun else {}
    since = [text for text in fields.get("text", []) if text.strip() and text.strip() != message.text.strip()]
    fields["text"] = ["\n\n".join([message.text, *since])]
    if kind == "outcome":
        fields["how"] = ["told" if elsewhere else "send"]
    elif message.outgoing is not None:
        fields["mail"] = [message.outgoing.kind]
    drafts.keep(key=key, fields=fields, **asked.by)
    said = _("Taken back; the words are in the composer again")
    if message.attachments.exists():
        said = _("Taken back; the words are in the composer again. Attach the files again.")
    return Outcome(said=said, anchor="write", write=kind)


def resend(asked: Asked) -> Outcome:
    """Try again what was not delivered."""
    message = _message(asked)
    try:
        mailing.resend(message, **asked.by)
    except Refusal as refusal:
        return Outcome(status=refusal.status, show={"refusal": refusal})
    return Outcome(said=_("It is being sent again"), anchor="talk")


def _message(asked: Asked) -> Interaction:
    """The message of this case that the form names; 404 for any other."""
    row = asked.request.POST.get("row") or asked.request.GET.get("row", "")
    if not (row.isascii() and row.isdigit() and len(row) < 19):
        raise Http404
    message = access.interaction_for(asked.actor, int(row))
    if message.ticket_id != asked.ticket.pk:
        raise Http404
    return message


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
