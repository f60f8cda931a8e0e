"""``Authorization: Bearer fs_…`` for REST clients."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from office import access
from office.actions.tokens import note_use
from office.models import ApiToken


class TokenUser:
    """What DRF calls the user of a token-authenticated request."""

    is_authenticated = True
    is_active = True

    def __init__(self, token: ApiToken) -> None:
        self.token = token
        self.pk = f"token-{token.pk}"
        self.actor = access.actor_of_token(token)


class TokenAuthentication(BaseAuthentication):
    """A missing header is anonymous; a wrong, expired or revoked token is 401 with one and the same answer."""

    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[TokenUser, ApiToken] | None:
        scheme, _sep, secret = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        now = timezone.now()
        token = access.token_for(secret.strip(), now=now) if scheme.lower() == "bearer" else None
        if token is None:
            raise AuthenticationFailed(_("This token is not valid"), code="token-invalid")
        note_use(token, now=now)
        return TokenUser(token), token

    def authenticate_header(self, request: Request) -> str:
        return f'{self.keyword} realm="api"'

    def extend_schema(self) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer"}
