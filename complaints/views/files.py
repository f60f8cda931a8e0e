"""Files leave only through the door of their case, and only as a download."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from complaints import access
from complaints.actions import sealing
from complaints.models import Attachment
from office.pages import actor_in, signed_in


@require_safe
@signed_in  # type: ignore[arg-type]  # a file is streamed
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One file of a case the person sees. A browser is told to keep it, not to show it, and to run nothing in it."""
    actor = actor_in(request)
    attachment = access.attachment_for(actor, pk)
    if attachment.ticket.is_sealed:
        sealing.read_sealed(attachment.ticket, actor=actor, now=request.now)  # type: ignore[attr-defined]
    return handed(attachment)


def handed(attachment: Attachment) -> FileResponse:
    """A file to be kept: never shown by the browser, never run, never stored on the way."""
    try:
        content = attachment.stored.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, as_attachment=True, filename=attachment.name, content_type=attachment.content_type)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response
