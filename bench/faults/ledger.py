"""The notebook outside the system: a line for every request that was answered, on the disk before the next is asked."""

from __future__ import annotations

import json
import os
import re
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

TICKET, WORDS, PROMISE, EVIDENCE, FILE = "ticket", "words", "promise", "evidence", "file"
KINDS = (TICKET, WORDS, PROMISE, EVIDENCE, FILE)
PAGE = "page"
"""What is asked and promises nothing."""
WHOLE = b"\nthe end\n"
"""How every file ends that is there whole."""
KEY = re.compile(r"\b[a-z]-[0-9a-f]{24}\b")
"""What stands in the words of a row, and in no other."""


@dataclass(frozen=True)
class Entry:
    """An answered request. ``key`` stands in the row it made; ``value``: a promise's due instant, a file's digest."""

    what: str
    key: str
    number: str
    value: str = ""
    tries: int = 1
    replayed: bool = False


class Ledger:
    """Appended by many threads; a line is on the disk when ``note`` returns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.count = 0

    def note(self, entry: Entry) -> None:
        line = (json.dumps(asdict(entry), ensure_ascii=False) + "\n").encode()
        with self._lock:
            os.write(self._file, line)
            os.fsync(self._file)
            self.count += 1

    def close(self) -> None:
        os.close(self._file)


def read(path: Path) -> Iterator[Entry]:
    """Every whole line; a last one that was cut off was never promised to anybody."""
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        if line.endswith("\n"):
            yield Entry(**json.loads(line))


def keys_in(texts: Iterable[str]) -> Counter[str]:
    """How many rows hold each key."""
    return Counter(key for text in texts for key in set(KEY.findall(text)))


def missing(promised: Iterable[str], found: Counter[str]) -> list[str]:
    return [key for key in promised if not found[key]]


def twice(found: Counter[str]) -> list[str]:
    return [key for key, count in found.items() if count > 1]
