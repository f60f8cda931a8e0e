"""What became of everything that was answered, asked of the installation's own database and files.

``told`` is the way in, in a process with the installation's environment and Django set up: the ledger's path is its
argument, the message ids that arrived come on stdin, one JSON object goes out.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from bench.faults.ledger import KEY, KINDS, WHOLE, keys_in, missing, read, twice
from complaints.models import Attachment, Escalation, FollowUp, Interaction, Ticket
from office import audit
from office.models import Event, Outgoing, Timer


class Examined:
    """Lists of what is wrong, each with a sample; counts of what was looked at."""

    def __init__(self) -> None:
        self.wrong: dict[str, list[str]] = {name: [] for name in ("lost", "doubled", "early", "broken", "half")}
        self.seen: Counter[str] = Counter()

    def blame(self, name: str, what: str, whom: Iterable[object]) -> None:
        self.wrong[name].extend(f"{what} {each}" for each in whom)


def main(ledger: Path, arrived: Counter[str], *, until: datetime | None = None) -> dict[str, Any]:
    """Compare. Raises when the database itself cannot be read."""
    examined = Examined()
    noted = _noted(ledger)
    _rows(examined, noted)
    _bells(examined, until or timezone.now())
    _files(examined, noted["file"])
    _chains(examined)
    _mail(examined, arrived)
    return {
        "wrong": {name: {"count": len(each), "such as": each[:5]} for name, each in examined.wrong.items()},
        "seen": dict(examined.seen),
    }


def _noted(path: Path) -> dict[str, dict[str, str]]:
    """Key → value of each kind of entry."""
    kinds: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    for entry in read(path):
        kinds[entry.what][entry.key] = entry.value
    return kinds


def _rows(examined: Examined, noted: dict[str, dict[str, str]]) -> None:
    """Each answered request has its row, and nothing asked for with one key is there twice."""
    tables = {
        "ticket": Ticket.objects.values_list("source_ref", flat=True),
        "words": Interaction.objects.values_list("text", flat=True),
        "promise": FollowUp.objects.values_list("text", flat=True),
        "evidence": Ticket.objects.values_list("happened", flat=True),
        "file": Attachment.objects.values_list("name", flat=True),
    }
    for kind, texts in tables.items():
        found = keys_in(texts.iterator())
        examined.seen[kind] = len(found)
        examined.blame("lost", kind, missing(noted[kind], found))
        examined.blame("doubled", kind, twice(found))


def _bells(examined: Examined, now: datetime) -> None:
    """Each promise rang one escalation, not before it was due; nothing due by ``now`` waits, nothing was given up.

    What fell due after the desk was shut down is nobody's loss: a desk that is open for an hour always has something.
    """
    rung: dict[str, list[tuple[int, datetime]]] = {}
    raised = Escalation.objects.filter(trigger="missed_promise").values_list("reason", "level", "opened_at")
    for reason, level, opened_at in raised.iterator():
        for key in set(KEY.findall(reason)):
            rung.setdefault(key, []).append((level, opened_at))
    due = FollowUp.objects.filter(promised=True, due_at__lte=now, done_at=None).values_list("text", "due_at")
    for text, due_at in due.iterator():
        for key in set(KEY.findall(text)):
            examined.seen["bells"] += 1
            levels = Counter(level for level, _at in rung.get(key, []))
            examined.blame("lost", "bell of", [] if levels else [key])
            examined.blame("doubled", "bell of", [key for count in levels.values() if count > 1])
            examined.blame("early", "bell of", [key for _level, at in rung.get(key, []) if at < due_at])
    waiting = Timer.objects.filter(rung_at=None, cancelled_at=None, due_at__lte=now)
    examined.blame("lost", "timer", (f"{row.pk} {row.last_error}" for row in waiting))
    examined.blame("lost", "outgoing", (f"{row.pk} {row.last_error}" for row in Outgoing.objects.exclude(dead_at=None)))


def _files(examined: Examined, noted: dict[str, str]) -> None:
    """Each file that was taken is there byte for byte, and no half one is. Whole ones nobody noted are counted."""
    known = set()
    for row in Attachment.objects.iterator():
        known.add(row.stored.name)
        path = Path(settings.MEDIA_ROOT) / str(row.stored.name)
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""
        promised = next((noted[key] for key in KEY.findall(row.name) if key in noted), row.sha256)
        if not digest == row.sha256 == promised:
            examined.blame("lost", "content of file", [row.pk])
    root = Path(settings.MEDIA_ROOT)
    there = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    for name in sorted(there - known):
        if (root / name).read_bytes().endswith(WHOLE):
            examined.seen["files without a row"] += 1
        else:
            examined.blame("half", "file", [name])


def _chains(examined: Examined) -> None:
    """The record book follows line by line."""
    subjects = Event.objects.order_by().values_list("subject_kind", "subject_id").distinct()
    for subject in subjects.iterator():
        examined.seen["chains"] += 1
        try:
            examined.seen["lines"] += audit.verify(subject)
        except audit.ChainBroken as broken:
            examined.blame("broken", "chain", [broken])


def _mail(examined: Examined, arrived: Counter[str]) -> None:
    """What counts as sent did arrive."""
    for row in Outgoing.objects.exclude(sent_at=None).iterator():
        name = row.result.get("message_id")
        if name:
            examined.seen["mail"] += 1
            examined.blame("lost", "mail", [] if arrived[name] else [row.pk])
    examined.seen["still owed"] = Outgoing.objects.filter(sent_at=None, cancelled_at=None, dead_at=None).count()


def told() -> None:
    """Arguments: the notebook, and perhaps the instant at which the desk was last seen at work."""
    until = datetime.fromisoformat(sys.argv[2]) if len(sys.argv) > 2 else None
    print(json.dumps(main(Path(sys.argv[1]), Counter(json.load(sys.stdin)), until=until)))
