"""Which patterns a customer's words suggest: at most two, with the words that said so, or silence. Pure.

For an agent to confirm or dismiss; nothing follows from a suggestion by itself. The cues are data
(`content/cues.json`); a pattern is suggested when one strong cue or several weak ones together speak for it, and
nothing in the sentence (a denial, a film, somebody else's words) speaks against. In more than a few words a single
cue is not enough, and where two patterns are equally likely neither is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from playbooks.cues.evidence import DECIDES, Verdict, hits, verdicts
from playbooks.cues.reading import read
from playbooks.cues.table import Table, table, version

__all__ = ["VERSION", "Cue", "Suggestion", "match"]

MOST: Final = 2
SECOND: Final = 7
"""What a second pattern must weigh: more than one strong cue of its own."""
FEW: Final = 100
"""Up to how many bytes of folded text a single cue decides; of more, it must be a good part. Safety always counts."""
PART: Final = 2
"""A single cue decides in a longer text if it is at least one of so many parts of it."""
SHOWN: Final = 4
"""How many cues of one suggestion are shown."""
SPOKEN: Final = frozenset({"phone", "phone_note", "in_person"})
VERSION: Final = version()
"""Changes whenever the cues change; stored with a suggestion."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that fired: ``text[start:end]`` of what the customer wrote, in characters."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A pattern's key as in `playbooks.json`, the words that speak for it in order, and the weight of all of them."""

    key: str
    cues: tuple[Cue, ...]
    score: int


def match(text: str, *, channel: str | None = None) -> list[Suggestion]:
    """At most two patterns ``text`` shows, safety and conduct first; `[]` when nothing is clear.

    ``channel`` is a word of the ticket vocabulary (phone, email, chat, …); abuse on a spoken channel is an insult, in
    writing it may be abusive text. Any text is good.
    """
    if not text.strip():
        return []
    known = table()
    reading = read(text)
    length = len(reading.folded)
    found = {
        verdict.key: verdict
        for verdict in verdicts(hits(reading, known))
        if length in known.lengths[verdict.key] and (length <= FEW or _weighty(verdict, text))
    }
    if {"abusive_text", "conduct_insult"} <= found.keys():
        del found[_less_likely(found["abusive_text"], found["conduct_insult"], channel)]
    return [_suggestion(text, verdict) for verdict in _chosen(found, known)]


def _weighty(verdict: Verdict, text: str) -> bool:
    """Whether a verdict has enough behind it for a text of more than a few words."""
    said = sum(hit.end - hit.start for hit in verdict.hits)
    return verdict.score > DECIDES or verdict.safety or said * PART >= len(text)


def _less_likely(abuse: Verdict, insult: Verdict, channel: str | None) -> str:
    """Which of the two to leave: spoken, abuse is an insult; where nobody knows the channel, the weaker."""
    if channel is None:
        return insult.key if abuse.score > insult.score else abuse.key
    return abuse.key if channel in SPOKEN else insult.key


def _chosen(found: dict[str, Verdict], known: Table) -> list[Verdict]:
    """The best, and a second only if it is strong too and not what the first already says. Nothing where the best is
    only one of several. Safety goes first, and conduct where as much speaks for it as for anything else."""
    standing = [verdict for verdict in found.values() if not _yields(verdict, found, known)]
    ranked = sorted(standing, key=lambda one: (not one.safety, -one.score, known.order[one.key], not one.strong))
    first, rest = ranked[:1], ranked[1:]
    second = [one for one in rest if one.strong and first[0].strong and one.score >= SECOND][: MOST - 1]
    if rest and not second and not first[0].safety and _likely(rest[0], known) >= _likely(first[0], known):
        return []
    return first + second


def _likely(verdict: Verdict, known: Table) -> tuple[int, int]:
    """How much speaks for it; with as much, conduct is the likelier."""
    return verdict.score, -known.order[verdict.key]


def _yields(verdict: Verdict, found: dict[str, Verdict], known: Table) -> bool:
    """Whether a neighbour that is the likelier one where both speak has at least as much evidence."""
    return any(found[key].score >= verdict.score for key in known.yields_to[verdict.key] & found.keys())


def _suggestion(text: str, verdict: Verdict) -> Suggestion:
    heaviest = sorted(verdict.hits, key=lambda hit: (-hit.weight, hit.start))[:SHOWN]
    cues = tuple(
        Cue(text[hit.start : hit.end], hit.start, hit.end) for hit in sorted(heaviest, key=lambda hit: hit.start)
    )
    return Suggestion(verdict.key, cues, verdict.score)
