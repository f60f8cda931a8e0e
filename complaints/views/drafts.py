"""Words being typed, kept on the server while they are typed."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from complaints.actions import drafts
from complaints.models import Draft
from office.errors import Invalid, Refusal
from office.folding import printable
from office.moments import time_in_words
from office.pages import actor_in, say, signed_in

THROWN_AWAY = "thrown-away"
"""Under this key the last draft somebody threw away waits to be taken back; its own key is in ``WAS``."""
WAS = "draft_was"
OURS = frozenset({"csrfmiddlewaretoken", "action", "next"})


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@signed_in
def draft(request: HttpRequest, key: str) -> HttpResponse:
    """GET: what is kept. POST: keep the form as it stands; ``action=drop`` throws it away, ``action=restore`` takes
    it back. DELETE: gone for good. Only one's own drafts exist."""
    if request.method == "DELETE":
        drafts.drop(actor=actor_in(request), key=key)
        return HttpResponse(status=204)
    if request.method != "POST":
        return _told(own(request, key))
    act = request.POST.get("action") or request.GET.get("action")
    if act == "drop":
        return _throw_away(request, key)
    return _take_back(request) if act == "restore" else _keep(request, key)


def see_other(address: str) -> HttpResponseRedirect:
    """After a POST: go and see the result (303)."""
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def own(request: HttpRequest, key: str) -> Draft:
    """The person's own draft under this key; 404 when there is none."""
    row = Draft.objects.filter(agent_id=actor_in(request).agent_id or 0, key=printable(key)).first()
    if row is None:
        raise Http404
    return row


def _keep(request: HttpRequest, key: str) -> HttpResponse:
    fields = {name: list(values) for name, values in request.POST.lists() if name not in OURS}
    try:
        row = drafts.keep(actor=actor_in(request), now=request.now, key=key, fields=fields)  # type: ignore[attr-defined]
    except Refusal as refusal:
        return JsonResponse({"code": refusal.code, "sentence": str(refusal.sentence)}, status=refusal.status)
    return _told(row, fields=False)


def _told(row: Draft, *, fields: bool = True) -> JsonResponse:
    told: dict[str, object] = {
        "key": row.key,
        "saved_at": time_in_words(row.saved_at, zone=timezone.get_current_timezone()),
        "at": row.saved_at.isoformat(),
    }
    return JsonResponse(told | ({"fields": row.fields} if fields else {}))


def _throw_away(request: HttpRequest, key: str) -> HttpResponse:
    row = Draft.objects.filter(agent_id=actor_in(request).agent_id or 0, key=key).first()
    undo = ""
    if row is not None and row.key != THROWN_AWAY:
        undo = _set_aside(request, row)
    drafts.drop(actor=actor_in(request), key=key)
    if "text/html" not in request.headers.get("Accept", ""):
        return HttpResponse(status=204)
    say(request, _("The draft is thrown away"), undo=undo)
    return see_other(_back(request))


def _set_aside(request: HttpRequest, row: Draft) -> str:
    """Keep what is thrown away until the next one is; the address that takes it back, if it could be kept."""
    fields = {**row.fields, WAS: [row.key]}
    try:
        drafts.keep(actor=actor_in(request), now=request.now, key=THROWN_AWAY, fields=fields)  # type: ignore[attr-defined]
    except Invalid:
        return ""
    return reverse("draft", args=[THROWN_AWAY]) + "?action=restore"


def _take_back(request: HttpRequest) -> HttpResponse:
    row = own(request, THROWN_AWAY)
    key = row.fields.get(WAS, [""])[0]
    fields = {name: values for name, values in row.fields.items() if name != WAS}
    drafts.keep(actor=actor_in(request), now=row.saved_at, key=key, fields=fields)
    drafts.drop(actor=actor_in(request), key=THROWN_AWAY)
    say(request, _("The draft is back"))
    if key.startswith("new-"):
        return see_other(f"{reverse('new-complaint')}?draft={key}")
    return see_other(_back(request))


def _back(request: HttpRequest) -> str:
    """The page it came from, if it is one of ours."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else reverse("new-complaint")
