"""What an action answers when it will not act: one family, each with a code, a status and a sentence for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

Sentence = str | Promise


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one field: a code for machines, a sentence for people."""

    code: str
    sentence: Sentence


class Refusal(Exception):
    """An action will not act. Nothing was written. ``status`` is the HTTP answer it stands for."""

    status: ClassVar[int] = 409
    code: str = "refused"
    sentence: Sentence = _("This cannot be done")

    def __init__(self, sentence: Sentence | None = None, *, code: str | None = None) -> None:
        self.sentence = sentence or self.sentence
        self.code = code or self.code
        super().__init__(self.code)


class NotAllowed(Refusal):
    """The actor sees the object but may not do this to it (403)."""

    status = 403
    code = "not-allowed"
    sentence = _("Your role does not allow this")


class MissingScope(NotAllowed):
    """The actor is a token without ``scope`` (403)."""

    code = "missing-scope"

    def __init__(self, scope: str) -> None:
        super().__init__(format_lazy(_("The token lacks the scope {scope}"), scope=scope))


class Conflict(Refusal):
    """The object is not in a state in which this can be done (409)."""

    status = 409
    code = "wrong-state"
    sentence = _("This cannot be done in the present state")


class Stale(Refusal):
    """Somebody else saved first (412). ``current`` is the version they left."""

    status = 412
    code = "stale"
    sentence = _("Somebody else saved this in the meantime")

    def __init__(self, *, current: int) -> None:
        self.current = current
        super().__init__()


class Invalid(Refusal):
    """What was sent cannot be taken (422). ``fields`` maps a field name to its faults; "" is the whole."""

    status = 422
    code = "invalid"
    sentence = _("Some fields need another look")

    def __init__(self, fields: Mapping[str, Sequence[Fault]], sentence: Sentence | None = None) -> None:
        self.fields = {name: tuple(faults) for name, faults in fields.items()}
        super().__init__(sentence)

    @classmethod
    def one(cls, field: str, code: str, sentence: Sentence) -> Invalid:
        return cls({field: (Fault(code, sentence),)})


MALFORMED: Mapping[str, Promise] = {
    "malformed": _("The request cannot be read"),
    "not-json": _("The body is not JSON"),
    "not-multipart": _("The body is not a multipart form"),
    "too-deep": _("The body is nested too deeply"),
    "unknown-filter": _("This filter is not known"),
    "bad-value": _("A parameter has a value that cannot be taken"),
    "bad-cursor": _("This cursor was not given out here"),
    "bad-if-match": _("If-Match has to be an ETag in quotes"),
    "bad-idempotency-key": _("An Idempotency-Key has 1 to 200 visible ASCII characters"),
    "too-large": _("The body is too large"),
}
"""Why a request cannot be read."""

BODY = "body"
"""The name under ``fields`` of what is wrong with the body as a whole."""


class Malformed(Invalid):
    """The request cannot be read at all (400). ``code`` is one of ``MALFORMED``."""

    status = 400

    def __init__(self, code: str, field: str, says: Sentence | None = None) -> None:
        title = says or MALFORMED[code]
        super().__init__({field: (Fault(code, title),)}, title)
        self.code = code


class TooLarge(Malformed):
    """The body is larger than we take (413)."""

    status = 413

    def __init__(self) -> None:
        super().__init__("too-large", BODY)


class NoRoom(Refusal):
    """A file could not be written down (507). What comes without a file is kept as ever."""

    status = 507
    code = "no-room"
    sentence = _("The file cannot be kept at the moment. Send the rest without it, and the file later")


class StepBlocked(Refusal):
    """The step's evidence is not complete (409). ``blockers`` lists every reason, not only the first."""

    status = 409
    code = "step-blocked"
    sentence = _("Evidence is still missing")

    def __init__(self, blockers: Sequence[Any], sentence: Sentence | None = None) -> None:
        self.blockers = tuple(blockers)
        super().__init__(sentence)
