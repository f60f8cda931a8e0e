"""The office's pages: the door, a person's preferences, set-up, and what is shown when a page cannot be."""

from office.views.errors import csrf_failed, failed, forbidden, not_found
from office.views.signing_in import locked_out

__all__ = ["csrf_failed", "failed", "forbidden", "locked_out", "not_found"]
