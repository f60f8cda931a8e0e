"""Make the table of `playbooks.saying.tone` anew: `python -m bench.tone`. With `--check`, say how good it would be.

Learns which sentences to stop from wording-sentences.json, the tests of the rules, the lines of the playbooks and the
letters: logistic regression over the marks of a sentence, by gradient steps in a fixed order, so that the same
sentences make the same table. `--check` leaves out every fifth sentence of the file in turn and judges those.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from math import exp, log, sqrt
from typing import Any, Final

from playbooks import wording
from playbooks.lines import BUILT_IN, say_lines
from playbooks.saying.context import LANGUAGES
from playbooks.saying.letters import fold
from playbooks.saying.rules import CONTENT
from playbooks.saying.scan import sentences
from playbooks.saying.scope import ours
from playbooks.saying.tone import HAN, TABLE, WORDS, Start, Tone, is_sentence, kind_of, marks

SENTENCES: Final = CONTENT / "wording-sentences.json"
LETTERS: Final = CONTENT / "letters.json"
_PLACE: Final = re.compile(r"\{[^{}]*\}")
THRESHOLDS: Final = {HAN: 0.8, WORDS: 0.8}
GOOD: Final = {HAN: 0.6, WORDS: 0.6}
SURELY_GOOD: Final = {HAN: -0.4, WORDS: -0.4}
ROUNDS, STEP, SHRINK, BELIEF, SEED = 20, 0.3, 1e-4, 1.0, 20261121
LEAST_SEEN = 2  # a mark of one sentence only says nothing of others
LEAST_WEIGHT = 5  # hundredths
FOLDS = 5

Judged = list[tuple[str, bool]]


def _avoided(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _avoided(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "avoid":
                yield from (line for item in value for line in item.values())
            else:
                yield from _avoided(value)


def _written(node: Any) -> Iterator[str]:
    """Every text of the letters, in every language, what is filled in left out."""
    if isinstance(node, list):
        for item in node:
            yield from _written(item)
    elif isinstance(node, dict):
        for value in node.values():
            yield from _written(value)
        yield from (_PLACE.sub("5", node[key]) for key in LANGUAGES if isinstance(node.get(key), str))


def _sentences_of(text: str) -> list[str]:
    return [one for one in sentences(ours(fold(text).text)) if is_sentence(one)]


def of_rules_and_playbooks() -> Judged:
    """Sentences judged by being the test of a rule or a line of a playbook. Form (F) is no matter of tone."""
    judged: Judged = []
    for rule in wording.built_in_rules():
        if rule.category != "F" and rule.severity != "hint":
            judged += [(fold(text).text, True) for text in rule.hit]
        judged += [(one, False) for text in rule.miss for one in _sentences_of(text)]
        judged += [(one, False) for text in rule.suggest.values() if rule.take for one in _sentences_of(text)]
    judged += [(one, False) for line in say_lines() for one in _sentences_of(line)]
    letters = json.loads(LETTERS.read_text(encoding="utf-8"))
    judged += [(one, False) for text in _written(letters) for one in _sentences_of(text)]
    avoided = _avoided(json.loads(BUILT_IN.read_text(encoding="utf-8"))["playbooks"])
    return judged + [(fold(line).text, True) for line in avoided]


def of_file() -> Judged:
    """The sentences of wording-sentences.json."""
    data = json.loads(SENTENCES.read_text(encoding="utf-8"))
    stopped = [(fold(text).text, True) for text in data["stop"]]
    return stopped + [(one, False) for text in data["go"] for one in _sentences_of(text)]


def learn(judged: Sequence[tuple[str, bool]]) -> Tone:
    """The table that ``judged`` make: sentences with Han and without each learn by themselves."""
    weights: dict[str, int] = {}
    starts: dict[str, Start] = {}
    for kind in (HAN, WORDS):
        mine = [(text, wanted) for text, wanted in judged if kind_of(text) == kind]
        some, bias = _learn(mine)
        weights |= some
        starts[kind] = Start(round(bias, 3), THRESHOLDS[kind], GOOD[kind], SURELY_GOOD[kind])
    return Tone(weights, starts)


def _learn(judged: Sequence[tuple[str, bool]]) -> tuple[dict[str, int], float]:
    """Weights in hundredths and the bias: logistic regression, by gradient steps that get shorter, mark by mark.

    Each weight begins at what its mark alone says (Wang & Manning 2012), and is drawn back there.
    """
    seen = [marks(sentence) for sentence, _ in judged]
    counted = Counter(mark for row in seen for mark in row)
    stopped = Counter(mark for row, (_, wanted) in zip(seen, judged, strict=True) if wanted for mark in row)
    names = sorted(mark for mark, times in counted.items() if times >= LEAST_SEEN)
    numbers = {name: number for number, name in enumerate(names)}
    rows = [sorted(numbers[mark] for mark in row if mark in numbers) for row in seen]
    bad = sum(wanted for _, wanted in judged)
    alone = [
        log((stopped[name] + 0.5) / (bad + 1)) - log((counted[name] - stopped[name] + 0.5) / (len(judged) - bad + 1))
        for name in names
    ]
    basis = [BELIEF * weight for weight in alone]
    weights, moved = list(basis), [0.01] * len(names)
    bias, bias_moved = 0.0, 0.01
    order, dice = list(range(len(rows))), random.Random(SEED)  # noqa: S311 - an order, not a secret
    for _ in range(ROUNDS):
        dice.shuffle(order)
        for index in order:
            row = rows[index]
            part = 1 / sqrt(max(1, len(row)))
            off = 1 / (1 + exp(-sum(weights[mark] for mark in row) * part - bias)) - judged[index][1]
            for mark in row:
                slope = off * part + SHRINK * (weights[mark] - basis[mark])
                moved[mark] += slope * slope
                weights[mark] -= STEP * slope / sqrt(moved[mark])
            bias_moved += off * off
            bias -= STEP * off / sqrt(bias_moved)
    whole = {name: round(weight * 100) for name, weight in zip(names, weights, strict=True)}
    return {name: weight for name, weight in whole.items() if abs(weight) >= LEAST_WEIGHT}, bias


def check() -> None:
    """Print how many of the sentences of the file are told of, when learned without them."""
    basis, own = of_rules_and_playbooks(), of_file()
    told: Counter[tuple[bool, bool]] = Counter()
    for fold_number in range(FOLDS):
        tone = learn(basis + [one for index, one in enumerate(own) if index % FOLDS != fold_number])
        told.update((wanted, tone.sounds(text)) for text, wanted in own[fold_number::FOLDS])
    for wanted, name in ((True, "to be stopped"), (False, "good")):
        print(f"{name}: {told[wanted, True]} of {told[wanted, True] + told[wanted, False]} told of")


def main() -> int:
    if "--check" in sys.argv:
        check()
        return 0
    tone = learn(of_rules_and_playbooks() + of_file())
    starts = {kind: asdict(start) for kind, start in tone.starts.items()}
    data = {"starts": starts, "weights": dict(sorted(tone.weights.items()))}
    TABLE.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{len(tone.weights):,} weights, {TABLE.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
