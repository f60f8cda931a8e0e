"""Mail goes out: a row of the out-tray becomes a message with its headers and is handed to the mail server.

Django's mail API does the talking; which server, EMAIL_URL says. A message has the same Message-ID at every try,
because a worker may die between the server's yes and our note of it: the second copy is known as the same.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime, formataddr, parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.validators import validate_email
from django.utils.crypto import salted_hmac

from complaints.channels.mail_words import Mail, render
from office.folding import printable
from office.models import Outgoing
from office.outbox import Delivered, NotSent

LONGEST_NAME = 80
LONGEST_SUBJECT = 200
_SALT = "complaints.mail"
_DOWN, _SUSPECT = "mail-server-down", "mail-server-suspect"
RESTS = 15
"""Seconds during which nobody knocks at a mail server that did not open; then one at a time tries."""

log = logging.getLogger("fourstep.mail")


class Post:
    """One connection to the mail server, opened by the first mail of a batch and anew after an error."""

    def __init__(self) -> None:
        self._connection: Any = None
        self.sent = 0
        self.down = False

    def transmit(self, rows: Sequence[Outgoing], now: datetime) -> Delivered:
        """Render the rows of one mail and send it. ``NotSent`` says what the server, or a row, has against it."""
        mail = render(rows, now=now)
        message = message_of(key_of(rows), mail, now=now)
        try:
            if self._connection is None:
                self._connection = get_connection()
                self._connection.open()
            self._connection.send_messages([message])
        except (smtplib.SMTPException, OSError, ValueError) as error:
            self.close()
            refusal = judged(error)
            self.down = refusal.everybody
            raise refusal from error
        self.sent += 1
        return Delivered(text=mail.kept, result={"message_id": message.extra_headers["Message-ID"]})

    def close(self) -> None:
        """Say good-bye, if the server still listens."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except (smtplib.SMTPException, OSError) as error:
                log.info("mail connection lost", extra={"error": repr(error)})


def may_try() -> bool:
    """Whether somebody may knock now. While the server is suspect, one in ``RESTS`` seconds: a server that does not
    answer must not hold every worker of the queue that also rings the bell."""
    if cache.get(_DOWN):
        return False
    return not cache.get(_SUSPECT) or bool(cache.add(_DOWN, 1, timeout=RESTS))


def remember(post: Post) -> None:
    """After a batch: a server that did not open rests; one that took mail is trusted again."""
    if post.down:
        cache.set(_DOWN, 1, timeout=RESTS)
        cache.set(_SUSPECT, 1, timeout=600)
    elif post.sent:
        cache.delete_many([_DOWN, _SUSPECT])


# The message ----------------------------------------------------------------------------------------------------------


def message_of(key: str, mail: Mail, *, now: datetime) -> EmailMultiAlternatives:
    """The message with its headers. Names and subject are one line each, whatever they hold."""
    try:
        validate_email(mail.address)
    except ValidationError as error:
        raise NotSent("bad-address", for_good=True) from error
    _desk, own = parseaddr(settings.DEFAULT_FROM_EMAIL)
    message = EmailMultiAlternatives(
        subject=printable(mail.subject)[:LONGEST_SUBJECT],
        body=mail.text,
        from_email=formataddr((printable(mail.office.name), own)),
        to=[formataddr((printable(mail.name)[:LONGEST_NAME], mail.address))],
        reply_to=[mail.office.reply_to] if mail.office.reply_to else None,
        headers=_headers(key, mail, now),
    )
    message.attach_alternative(mail.html, "text/html")
    for file in mail.files:
        with file.stored.open("rb") as content:
            message.attach(printable(file.name), content.read(), file.content_type)
    return message


def _headers(key: str, mail: Mail, now: datetime) -> dict[str, str]:
    headers = {
        "Message-ID": message_id(key),
        "Date": format_datetime(now),
        "Content-Language": mail.language,
    }
    if mail.case is not None and key != _first_of(mail.case):
        headers["In-Reply-To"] = headers["References"] = message_id(_first_of(mail.case))
    if mail.automatic:
        headers["Auto-Submitted"] = "auto-generated"
        headers["X-Auto-Response-Suppress"] = "All"
    return headers


def _first_of(case: int) -> str:
    """The key of a case's acknowledgement, to which all its mail belongs, whether or not that one was sent."""
    return f"ack:{case}"


def key_of(rows: Sequence[Outgoing]) -> str:
    """What a mail is known by: its row's key; for a bundle all of them, the lowest row's first.

    So the same set is the same mail at every try, and one with another row in it is never taken for a copy.
    """
    return " ".join(row.dedupe_key for row in rows)


def message_id(dedupe_key: str) -> str:
    """The same for a row at every try; nobody else can guess it."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return f"<{salted_hmac(_SALT, dedupe_key, algorithm='sha256').hexdigest()[:40]}@{host}>"


# What the server says -------------------------------------------------------------------------------------------------


def judged(error: Exception) -> NotSent:
    """What an error means: 5xx about this address or this message is for good; everything else gets better, perhaps.

    What is wrong with the server, the way to it or our log-in stands in every mail's way.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers: Mapping[str, tuple[int, Any]] = error.recipients
        codes = [code for code, _words in answers.values()]
        said = "; ".join(f"{code} {_said(words)}" for code, words in answers.values())
        return NotSent("refused-address", said, for_good=bool(codes) and min(codes) >= 500)
    if isinstance(error, smtplib.SMTPDataError):
        return _refused(error)
    if isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code == 552:
        return _refused(error)  # larger than the server takes
    if isinstance(error, smtplib.SMTPResponseException):
        return NotSent("server", f"{error.smtp_code} {_said(error.smtp_error)}", everybody=True)
    if isinstance(error, ValueError):
        return NotSent("bad-address", repr(error), for_good=True)
    return NotSent("server", repr(error), everybody=True)


def _refused(error: smtplib.SMTPResponseException) -> NotSent:
    said = f"{error.smtp_code} {_said(error.smtp_error)}"
    return NotSent("refused-message", said, for_good=error.smtp_code >= 500)


def _said(words: object) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return printable(text)[:300]
