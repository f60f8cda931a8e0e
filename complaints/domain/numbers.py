"""The number a ticket is spoken of by: eight random digits and a Damm check digit, shown as 4821-0937-5.

The check digit catches every wrong digit and every pair of neighbours swapped, which is how numbers go wrong on the
telephone. A number never starts with 0, so it is always said as nine digits. Random, so that a gap tells nobody much.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Final

LENGTH: Final = 9

# A totally anti-symmetric quasigroup of order 10: H. Michael Damm, Total anti-symmetrische Quasigruppen (2004), p. 111.
_DAMM: Final = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)

_NINE_DIGITS: Final = re.compile(r"[1-9][0-9]{8}")
# What people put between the digits or before them: white space, any dash, a dot or slash, a leading hash.
_BETWEEN: Final = re.compile(r"[\s\-‐‑‒–—―−－._/]+")
_LONGEST_TYPED: Final = 64


def _interim(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


def check_digit(eight: str) -> str:
    """The digit that completes eight ASCII digits. Raises ValueError for anything else."""
    if not re.fullmatch(r"[0-9]{8}", eight):
        raise ValueError("eight digits are needed")
    return str(_interim(eight))


def is_number(text: str) -> bool:
    """Whether `text` is a ticket number exactly as stored: nine ASCII digits, the last one right."""
    return _NINE_DIGITS.fullmatch(text) is not None and _interim(text) == 0


def parse(text: str) -> str | None:
    """The stored form of a number as somebody typed it (dashes, spaces, full-width digits, a leading #), or None."""
    if len(text) > _LONGEST_TYPED:
        return None
    digits = _BETWEEN.sub("", unicodedata.normalize("NFKC", text).strip().removeprefix("#"))
    return digits if is_number(digits) else None


def show(number: str) -> str:
    """The form for people: 482109375 → 4821-0937-5. Raises ValueError when it is not a ticket number."""
    if not is_number(number):
        raise ValueError("not a ticket number")
    return f"{number[:4]}-{number[4:8]}-{number[8]}"


def draw(randbelow: Callable[[int], int]) -> str:
    """A new number. `randbelow(n)` gives 0 … n−1, as `secrets.randbelow` does; the caller draws again after a clash."""
    eight = str(10_000_000 + randbelow(90_000_000))
    return eight + check_digit(eight)
