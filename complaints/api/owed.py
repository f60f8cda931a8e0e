"""What is owed on every ticket the token may see."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from complaints import access
from complaints.api.filters import ANY, among
from complaints.api.paging import BY_DUE, PAGING, page_of
from complaints.api.parts import PAGE, paged
from complaints.api.resource import READ, Resource
from complaints.api.shapes import OwedSerializer
from complaints.domain import vocabulary as v
from complaints.models import FollowUp
from office import access as office_access
from office.api.fields import BAD_INSTANT, instant
from office.errors import Malformed
from office.models import ApiToken

ME, NONE = "me", "none"
PENDING, DONE = "pending", "done"


class AllFollowUps(Resource):
    parameters = PAGING | {"due_before", "owner", "state", "kind"}

    @extend_schema(
        operation_id="list_all_follow_ups",
        summary="List what is owed on all tickets, nearest first",
        description=(
            f"Without `state` the list holds what is pending; `state={DONE}` what was ended, `state={ANY}` both. "
            f"`owner` is a user name, `{NONE}`, or `{ME}` for the person who made the token. `kind` takes several "
            "values separated by commas."
        ),
        parameters=[
            OpenApiParameter("due_before", str, description="An instant; what is due at it is left out."),
            OpenApiParameter("owner", str),
            OpenApiParameter("state", str, enum=[PENDING, DONE, ANY], default=PENDING),
            OpenApiParameter("kind", str),
            *PAGE,
        ],
        responses={200: paged(OwedSerializer)},
    )
    def get(self, request: Request) -> Response:
        self.need(READ)
        query = request._request.GET
        rows = FollowUp.objects.filter(ticket__in=access.visible_to(self.actor)).select_related("ticket", "owner")
        for name, make in self.filters.items():
            if name in query or name == "state":
                rows = rows.filter(make(query.get(name, PENDING if name == "state" else "")))
        page = page_of(request, rows, BY_DUE)
        return Response(page.shown(OwedSerializer(page.rows, many=True).data))

    @property
    def filters(self) -> Mapping[str, Callable[[str], Q]]:
        kinds = among("kind", "kind", list(v.FOLLOW_UPS))
        return {"due_before": _due_before, "owner": self._owner, "state": _state, "kind": kinds}

    def _owner(self, typed: str) -> Q:
        if typed == NONE:
            return Q(owner__isnull=True)
        if typed == ME:
            token = self.request.auth
            made_by = token.created_by_id if isinstance(token, ApiToken) else None
            if made_by is None:
                raise Malformed("bad-value", "owner", _("No person made this token"))
            return Q(owner_id=made_by)
        person = office_access.people().filter(username__iexact=typed).first()
        if person is None:
            raise Malformed("bad-value", "owner", _("This person is not known"))
        return Q(owner_id=person.pk)


def _state(typed: str) -> Q:
    states = {PENDING: Q(done_at__isnull=True), DONE: Q(done_at__isnull=False), ANY: Q()}
    if typed not in states:
        raise Malformed("bad-value", "state", _("Choose one of the values offered"))
    return states[typed]


def _due_before(typed: str) -> Q:
    moment = instant(typed.replace(" ", "+"))  # a plus that was not escaped
    if moment is None:
        raise Malformed("bad-value", "due_before", BAD_INSTANT)
    return Q(due_at__lt=moment)
