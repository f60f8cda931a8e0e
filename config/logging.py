"""One JSON line per event, to stderr and to DATA_DIR/logs, each with the id of the request it belongs to."""

import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bind_contextvars, clear_contextvars

_SAFE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

_SHARED: list[structlog.types.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
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
                    structlog.processors.format_exc_info,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": handlers,
        "root": {"handlers": sorted(handlers), "level": level},
        "loggers": {
            "django.server": {"handlers": [], "propagate": True},
            # A tick every two seconds is no news.
            "celery.app.trace": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
        },
    }
