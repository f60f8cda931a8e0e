"""The demo's mailbox: what the desk sent, as the mail server got it. Without a demo there is no such page."""

from __future__ import annotations

import mailbox
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from functools import wraps
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from office.pages import signed_in

NEWEST = 100
SANDBOXED = "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-top-navigation-by-user-activation"


@dataclass(frozen=True)
class Letter:
    """One mail as it arrived."""

    key: str
    message: EmailMessage

    @property
    def to(self) -> str:
        return str(self.message.get("To", ""))

    @property
    def sender(self) -> str:
        return str(self.message.get("From", ""))

    @property
    def subject(self) -> str:
        return str(self.message.get("Subject", ""))

    @property
    def at(self) -> datetime | None:
        try:
            return parsedate_to_datetime(str(self.message.get("Date", "")))
        except ValueError:
            return None

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def files(self) -> list[str]:
        return [part.get_filename() or "" for part in self.message.iter_attachments()]

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""


def _in_the_demo(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For people of the demo, to read."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: str, **words: str) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **words)

    return require_safe(signed_in(guarded))


@_in_the_demo
def letters(request: HttpRequest) -> HttpResponse:
    """The newest mails, and the first of them, or the one asked for, open."""
    return _listed(request, "")


@_in_the_demo
def letter(request: HttpRequest, key: str) -> HttpResponse:
    """One mail among the others."""
    return _listed(request, key)


@_in_the_demo
def letter_html(request: HttpRequest, key: str) -> HttpResponse:
    """The HTML of one mail as a page of its own, in which nothing runs and nothing is fetched."""
    response = HttpResponse(_opened(key).html)
    response.headers["Content-Security-Policy"] = SANDBOXED
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _listed(request: HttpRequest, key: str) -> HttpResponse:
    opened = _opened(key) if key else None
    found = [Letter(path.name, _read(path)) for path in _newest()]
    shown = opened or (found[0] if found else None)
    return render(request, "complaints/demo_mail.html", {"door": "demo-mail", "letters": found, "shown": shown})


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "mail"


def _newest() -> list[Path]:
    folder = _folder()
    if not folder.is_dir():
        return []
    mailbox.Maildir(folder, create=True)  # the folders a mailbox has, where nothing came yet
    files = [path for name in ("new", "cur") for path in (folder / name).iterdir() if path.is_file()]
    return sorted(files, key=lambda path: path.stat().st_mtime_ns, reverse=True)[:NEWEST]


def _read(path: Path) -> EmailMessage:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    return message if isinstance(message, EmailMessage) else EmailMessage()


def _opened(key: str) -> Letter:
    found = next((path for path in _newest() if path.name == key), None)
    if found is None:
        raise Http404
    return Letter(key, _read(found))
