"""The sentences our own playbooks suggest saying, in English and Chinese: what a restatement must not merely repeat."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

BUILT_IN: Final = Path(__file__).parent / "content" / "playbooks.json"

# "[upheld] We booked the wrong day." says when the line may be said; it is not part of the line.
_CONDITION: Final = re.compile(r"^\s*\[[^\]]*\]\s*")


def _said(node: Any) -> Iterator[str]:
    """Every sentence under a `say` list or a `refuse_line`, wherever in a playbook it stands."""
    if isinstance(node, list):
        for item in node:
            yield from _said(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "say":
                for line in value:
                    yield from line.values()
            elif key == "refuse_line":
                yield from value.values()
            else:
                yield from _said(value)


@cache
def say_lines() -> tuple[str, ...]:
    """Every line the built-in playbooks offer to say, refusals included, all languages, each once, in file order."""
    playbooks = json.loads(BUILT_IN.read_text(encoding="utf-8"))["playbooks"]
    return tuple(dict.fromkeys(_CONDITION.sub("", line).strip() for line in _said(playbooks)))
