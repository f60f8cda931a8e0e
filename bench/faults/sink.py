"""A mail server that takes everything and counts Message-IDs: what the customers' mailboxes hold."""

from __future__ import annotations

import threading
from collections import Counter
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller

from tests.engines.desk import free_port


class Sink:
    """Use as a context; ``arrived`` counts per Message-ID."""

    def __init__(self) -> None:
        self.arrived: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._server = Controller(self, hostname="127.0.0.1", port=free_port())

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (its name there)
        name = str(message_from_bytes(envelope.content)["Message-ID"] or "none").strip()
        with self._lock:
            self.arrived[name] += 1
        return "250 Taken"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._server.port}"

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()
