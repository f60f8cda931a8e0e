"""Who is at the other end of the line, when a proxy of ours stands in between."""

from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str | None:
    """The address our proxy saw: the last of X-Forwarded-For, since what stands before it anybody can write.

    Only for an installation with BEHIND_PROXY=1; otherwise the header is a stranger's claim and nothing reads it.
    """
    forwarded = request.headers.get("X-Forwarded-For", "")
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR")
