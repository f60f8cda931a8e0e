"""The conversation of a case: the newest messages, and older ones page by page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils.dateparse import parse_datetime

from complaints.models import Attachment, Interaction, StepRecord, Ticket

PAGE = 20
MOST_FILES = 200
SHOWS = ("all", "customer", "notes", "files")


@dataclass
class Talk:
    """Messages oldest first, each with its files; ``earlier`` is where the older ones begin, empty when there are none.

    ``events`` are the ends of visits to steps that fall among the messages, for the tab that shows everything.
    """

    show: str = "all"
    messages: list[Interaction] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    events: list[StepRecord] = field(default_factory=list)
    earlier: str = ""


def talk_of(ticket: Ticket, records: list[StepRecord], *, show: str = "all", before: str = "") -> Talk:
    """One page of the conversation: 20 messages in two queries, or the files in one."""
    if show == "files":
        files = Attachment.objects.filter(ticket=ticket).select_related("added_by", "interaction").order_by("-id")
        return Talk(show=show, files=list(files[:MOST_FILES]))
    rows = Interaction.objects.filter(ticket=ticket).select_related("outgoing", "approval__addressed_to")
    if show == "customer":
        rows = rows.filter(Q(visibility="customer") | Q(direction="out"))  # what is being sent, too
    elif show == "notes":
        rows = rows.filter(kind="note")
    place = _place(before)
    if place is not None:
        at, pk = place
        rows = rows.filter(Q(happened_at__lt=at) | Q(happened_at=at, id__lt=pk))
    found = list(rows.order_by("-happened_at", "-id")[: PAGE + 1])
    more, messages = len(found) > PAGE, found[:PAGE][::-1]
    _with_files(messages)
    events: list[StepRecord] = []
    if show == "all":
        since = messages[0].happened_at if more else None
        events = [row for row in records if _between(row.ended_at, since, place[0] if place else None)]
    earlier = f"{messages[0].happened_at.isoformat()}_{messages[0].pk}" if more else ""
    return Talk(show=show, messages=messages, events=events, earlier=earlier)


def _between(at: datetime | None, since: datetime | None, before: datetime | None) -> bool:
    return at is not None and (since is None or at >= since) and (before is None or at < before)


def _place(before: str) -> tuple[datetime, int] | None:
    """Where a page ends, from its address; None for the newest page and for what is no place."""
    at, _, pk = before.replace(" ", "+").rpartition("_")
    try:
        moment = parse_datetime(at)
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None or not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    return moment, int(pk)


def _with_files(messages: list[Interaction]) -> None:
    files: dict[int, list[Attachment]] = defaultdict(list)
    for attachment in Attachment.objects.filter(interaction_id__in=[message.pk for message in messages]):
        files[attachment.interaction_id or 0].append(attachment)
    for message in messages:
        message.files = files[message.pk]  # type: ignore[attr-defined]
