"""One JSON line per event, to stderr and to DATA_DIR/logs, each with the id of the request it belongs to.

No line holds what people wrote, their names or addresses, or the address of a page (it may be a customer's secret
link): requests go by the name of their route, faults by their class and where they happened.
"""

import re
import sys
import traceback
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bind_contextvars, clear_contextvars

_SAFE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

_KNOWN_EXTRAS = {
    "timer", "outgoing", "kind", "stands", "last_tick_seconds", "status_code", "ticket", "actor", "duration", "attempt"
}  # fmt: skip
_SAID_BY_OTHERS = ("django.", "celery.", "gunicorn.", "axes.", "urllib3", "asyncio", "mail.log")
_ADDRESS = re.compile(r":? ?['\"]?(?:https?:/)?/\S*")
_QUOTED = re.compile(r"(?s)(['\"]).*\1")
_OURS_TO_MEND = (AttributeError, TypeError, NameError, ImportError, AssertionError, RecursionError)
"""Their words are about code, not about people."""


def without_people(_logger: Any, _method: str, line: structlog.types.EventDict) -> structlog.types.EventDict:
    """What other people's libraries say loses addresses and quotations; a fault keeps its class and its place only."""
    if str(line.get("logger", "")).startswith(_SAID_BY_OTHERS):
        line["event"] = _QUOTED.sub("…", _ADDRESS.sub("", str(line["event"])))
    found = line.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    if isinstance(found, tuple):
        found = found[1]
    if isinstance(found, BaseException):
        line["fault"] = _faults(found)
    line.pop("stack", None)
    return line


def _faults(error: BaseException | None) -> list[dict[str, Any]]:
    """The fault and what led to it, outermost first: class, places, and the rule of the database that was broken."""
    told: list[dict[str, Any]] = []
    while error is not None and len(told) < 5:
        places = traceback.extract_tb(error.__traceback__)[-20:]
        fault: dict[str, Any] = {
            "class": f"{type(error).__module__}.{type(error).__qualname__}",
            "at": [f"{place.filename}:{place.lineno} {place.name}" for place in places],
        }
        if isinstance(error, _OURS_TO_MEND):
            fault["says"] = str(error)[:300]
        rule = getattr(getattr(error, "diag", None), "constraint_name", None)
        if rule:
            fault["rule"] = rule
        told.append(fault)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return told


_SHARED: list[structlog.types.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.ExtraAdder(_KNOWN_EXTRAS),
    without_people,
]


def request_id(given: str) -> str:
    """The caller's own id if it is 8–64 plain characters, so that a trace survives the proxy; otherwise a new one."""
    return given if _SAFE_ID.fullmatch(given) else uuid.uuid4().hex


class RequestIdMiddleware:
    """Gives each request an id: `request.id`, the `X-Request-ID` header of the answer and a field of every log line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        clear_contextvars()
        identity = request_id(request.headers.get("X-Request-ID", ""))
        request.id = identity  # type: ignore[attr-defined]
        bind_contextvars(request_id=identity)
        try:
            response = self.get_response(request)
        finally:
            clear_contextvars()
        response["X-Request-ID"] = identity
        return response


def _named(value: object) -> str:
    """What is no JSON is named, not shown: a row or a request would show whose it is."""
    return type(value).__name__


def configure_structlog() -> None:
    """Our own loggers (`structlog.get_logger()`) write through the standard library, so one set of handlers rules."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def logging_config(folder: Path | None, *, level: str) -> dict[str, Any]:
    """The `LOGGING` setting. `folder` is where the rotating file goes (5 × 10 MB), None for no file."""
    handlers: dict[str, Any] = {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}}
    if folder is not None:
        handlers["stderr"]["level"] = "WARNING"  # somebody's terminal; everything else is in the file
        handlers["file"] = {
            "class": "logging.handlers.RotatingFileHandler",
            "filename": str(folder / "fourstep.jsonl"),
            "maxBytes": 10_000_000,
            "backupCount": 5,
            "encoding": "utf-8",
            "delay": True,
            "formatter": "json",
        }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(ensure_ascii=False, default=_named),
                ],
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": handlers,
        "root": {"handlers": sorted(handlers), "level": level},
        "loggers": {
            "django.server": {"handlers": [], "propagate": True, "level": "WARNING"},
            # Every request has a line of its own (config/meters.py); here only what broke.
            "django.request": {"level": "ERROR"},
            # A tick every two seconds is no news.
            "celery.app.trace": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
        },
    }
