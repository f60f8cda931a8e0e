"""Two people, one form: what the second typed, what the first saved, and what stood there when both began."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from office.folding import clean

LONGEST_SEEN = 20_000


def plain(value: object) -> str | list[str]:
    """A value as a form holds it: text with plain line ends, or the chosen ones in order."""
    if isinstance(value, list | tuple | set | frozenset):
        return sorted(str(item) for item in value)
    return "" if value is None else clean(str(value)).strip()


def digest(value: object) -> str:
    """A short sign by which two values of one field are told apart; nobody has to be able to read it."""
    return hashlib.sha256(json.dumps(plain(value), ensure_ascii=False).encode()).hexdigest()[:12]


def seen_of(values: Mapping[str, object]) -> str:
    """What a form was shown with, for its hidden field."""
    return json.dumps({name: digest(value) for name, value in values.items()}, separators=(",", ":"))


def read_seen(text: str) -> dict[str, str]:
    """The hidden field back; an absent or broken one has seen nothing."""
    try:
        seen = json.loads(text) if len(text) <= LONGEST_SEEN else {}
    except ValueError:
        return {}
    return {str(name): str(sign) for name, sign in seen.items()} if isinstance(seen, dict) else {}


@dataclass
class Merge:
    """``values`` is what the form shows now. ``both``: fields both changed, with what the other saved. ``taken``:
    fields only the other changed, whose new value stands in the form.
    """

    values: dict[str, Any] = field(default_factory=dict)
    both: dict[str, object] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)

    @property
    def touched(self) -> bool:
        """Whether the other changed anything this form shows."""
        return bool(self.both or self.taken)


def merge(typed: Mapping[str, Any], *, seen: Mapping[str, str], current: Mapping[str, object]) -> Merge:
    """Field by field: the typed value stays wherever this person changed it; an untouched field takes the new value.

    A field without a sign in ``seen`` counts as unchanged by others when its value is what was typed, else as changed.
    """
    merged = Merge()
    for name, mine in typed.items():
        theirs = current.get(name)
        if digest(theirs) in (digest(mine), seen.get(name)):
            merged.values[name] = mine
        elif digest(mine) == seen.get(name):
            merged.values[name] = theirs
            merged.taken.append(name)
        else:
            merged.values[name] = mine
            merged.both[name] = theirs
    return merged
