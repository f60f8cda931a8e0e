"""Answers kept for the length of a batch: who stands above whom is asked a hundred times in a second and says the same.

Only for what is read and not changed there, and only inside ``remembering``; elsewhere every question is asked anew.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_KEPT: ContextVar[dict[Any, Any] | None] = ContextVar("kept", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """From here to the end of the block the same question has the same answer."""
    token = _KEPT.set({})
    try:
        yield
    finally:
        _KEPT.reset(token)


def remembered(question: Callable[P, R]) -> Callable[P, R]:
    """Ask ``question`` once for the same (hashable) arguments while somebody remembers. Nobody changes the answer."""

    @functools.wraps(question)
    def ask(*args: P.args, **kwargs: P.kwargs) -> R:
        kept = _KEPT.get()
        if kept is None:
            return question(*args, **kwargs)
        key = (question, args, tuple(sorted(kwargs.items())))
        if key not in kept:
            kept[key] = question(*args, **kwargs)
        answer: R = kept[key]
        return answer

    return ask
