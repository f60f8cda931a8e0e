"""A page as PDF, where WeasyPrint is installed (the Docker image has it). Nothing is fetched while it is made."""

from __future__ import annotations

from typing import Any

try:
    from weasyprint import HTML  # type: ignore[import-not-found, import-untyped, unused-ignore]
except (ImportError, OSError):  # the package, or one of the libraries it needs, is not there
    HTML = None


def is_here() -> bool:
    """Whether a PDF can be made on this machine."""
    return HTML is not None


def pdf_of(page: str) -> bytes:
    """The page as it prints. ``LookupError`` where WeasyPrint is not installed."""
    if HTML is None:
        raise LookupError("weasyprint")
    made: bytes = HTML(string=page, url_fetcher=_nothing).write_pdf()
    return made


def _nothing(url: str, *_more: Any, **_options: Any) -> dict[str, Any]:
    """A letter needs nothing beside itself; whatever else is asked for is not there."""
    raise ValueError(f"not fetched: {url[:80]}")
