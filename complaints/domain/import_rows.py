"""One line of an import file, read into what ``receive`` takes. Pure: no database, no clock."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from complaints.domain.vocabulary import LANGUAGES
from complaints.domain.workflow import CHANNELS, CONTACT_KINDS
from office.folding import clean

LONGEST_LINE = 1_000_000
KNOWN = frozenset(
    {
        "id",
        "text",
        "description",
        "subject",
        "channel",
        "language",
        "category",
        "kind",
        "received_at",
        "customer",
        "anonymous_reason",
        "order_ref",
        "product",
        "severity",
        "remedy_sought",
    }
)


class RowError(Exception):
    """A line cannot be taken; ``code`` and ``field`` say why."""

    def __init__(self, code: str, field: str = "") -> None:
        self.code, self.field = code, field
        super().__init__(f"{field}: {code}" if field else code)


@dataclass(frozen=True)
class ImportRow:
    """What one line says. ``ref`` makes it recognisable: its own id, else a digest of the line by the caller."""

    words: str
    channel: str = "web"
    language: str = ""
    title: str = ""
    category: str = ""
    kind: str = "complaint"
    received_at: datetime | None = None
    ref: str = ""
    customer: Mapping[str, str] = field(default_factory=dict)
    anonymous_reason: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


def read_row(line: str) -> ImportRow:
    """Read one JSON object. Raises ``RowError`` for anything that cannot be taken."""
    raw = _object(line)
    unknown = sorted(set(raw) - KNOWN)
    if unknown:
        raise RowError("unknown-field", unknown[0][:60])
    words = _text(raw, "text") or _text(raw, "description")
    if not words.strip():
        raise RowError("required", "text")
    channel = _one_of(raw, "channel", CHANNELS, "web")
    language = _one_of(raw, "language", tuple(LANGUAGES), "")
    kind = _one_of(raw, "kind", CONTACT_KINDS, "complaint")
    facts = {name: raw[name] for name in ("order_ref", "product", "severity", "remedy_sought") if raw.get(name)}
    return ImportRow(
        words=words,
        channel=channel,
        language=language,
        title=_text(raw, "subject"),
        category=_text(raw, "category"),
        kind=kind,
        received_at=read_instant(_text(raw, "received_at"), "received_at"),
        ref=_text(raw, "id")[:120],
        customer=_customer(raw),
        anonymous_reason=_text(raw, "anonymous_reason"),
        facts=facts,
    )


def read_instant(text: str, name: str) -> datetime | None:
    """An ISO date (its noon, UTC) or date and time (UTC when it names no offset); None for nothing."""
    if not text:
        return None
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(12), UTC)
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise RowError("bad-date", name) from error
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _object(line: str) -> dict[str, object]:
    if len(line) > LONGEST_LINE:
        raise RowError("too-long")
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise RowError("not-json") from error
    if not isinstance(raw, dict):
        raise RowError("not-an-object")
    return raw


def _text(raw: Mapping[str, object], name: str) -> str:
    value = raw.get(name)
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool) and name == "id":
        return str(value)
    if not isinstance(value, str):
        raise RowError("not-text", name)
    return clean(value).strip()


def _one_of(raw: Mapping[str, object], name: str, among: tuple[str, ...], default: str) -> str:
    value = _text(raw, name)
    if not value:
        return default
    for known in among:
        if known.lower() == value.lower():
            return known
    raise RowError("unknown-choice", name)


def _customer(raw: Mapping[str, object]) -> dict[str, str]:
    value = raw.get("customer")
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RowError("not-an-object", "customer")
    known = ("name", "phone", "email", "wechat", "external_id", "preferred_address")
    for name in value:
        if name not in known:
            raise RowError("unknown-field", f"customer.{str(name)[:40]}")
    return {name: _text(value, name) for name in known if value.get(name)}
