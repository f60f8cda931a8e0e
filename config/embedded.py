"""Web, worker and beat in one process: `python -m config.embedded`, for one command on a bare machine.

The process that answers requests also runs the Celery worker (threads) and beat; messages stay in its memory. That is
safe because what is owed is a row: after a crash the next start finds it. Environment: PORT (default 8000), HOST
(default 127.0.0.1), DATA_DIR (default ./data-local), DEMO (default 1; 0 starts with an empty desk). The demo's mail
goes to a mail server of its own and is read at /demo/mail/, unless EMAIL_URL names another.
"""

import fcntl
import io
import logging
import os
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DEMO", "1")

import celery.beat
import celery.worker.state
import django
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox
from celery.exceptions import SecurityWarning
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connections
from gunicorn.app.base import BaseApplication

from config.celery import app

log = logging.getLogger("fourstep.embedded")

WEB_THREADS = 8
WORKER_THREADS = 4
STOP_SECONDS = 10
EVERYWHERE_OR_HERE = {"127.0.0.1", "0.0.0.0", "::1", "::"}  # noqa: S104 (compared, not bound)


class CannotStart(Exception):
    """A reason a person can act on; shown without a traceback."""


class Embedded:
    """The Celery worker and beat as threads of this process."""

    def __init__(self, *, threads: int = WORKER_THREADS) -> None:
        self.stopping = False
        # The worker shares this process and its rights; Celery's advice about root is for a worker of its own.
        warnings.simplefilter("ignore", SecurityWarning)
        self.worker = app.Worker(
            pool_cls="threads",
            concurrency=threads,
            hostname="embedded@localhost",
            quiet=True,
            loglevel="INFO",
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )
        # In memory: the intervals begin again at each start, and no schedule file is left behind.
        self.beat = celery.beat.Service(app, scheduler_cls="celery.beat:Scheduler", max_interval=1)
        self.threads = [
            threading.Thread(target=self._run, args=(self.worker.start,), name="celery-worker", daemon=True),
            threading.Thread(target=self._run, args=(self.beat.start,), name="celery-beat", daemon=True),
        ]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self, *, timeout: float = STOP_SECONDS) -> None:
        """Warm stop: running tasks end, nothing new is taken. `timeout` in seconds for each thread."""
        self.stopping = True
        self.beat.stop(wait=False)
        celery.worker.state.should_stop = 0  # what the signal handler of a worker process sets; 0 is the exit code
        for thread in self.threads:
            thread.join(timeout)
        celery.worker.state.should_stop = None

    def _run(self, target: Callable[[], None]) -> None:
        app.set_current()
        try:
            target()
        except SystemExit:
            pass  # how a worker says that it has stopped
        except Exception:
            log.exception("embedded thread failed")
        if not self.stopping:
            # A desk without worker or beat looks alive and does nothing; the master starts this process again.
            log.error("embedded thread ended: %s", threading.current_thread().name)
            os.kill(os.getpid(), signal.SIGTERM)


class Desk(BaseApplication):
    """gunicorn with exactly one process, because memory:// would otherwise mean several queues and several beats."""

    def __init__(self, *, host: str, port: int) -> None:
        self.address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self.shown = f"localhost:{port}" if host in EVERYWHERE_OR_HERE else self.address
        self.embedded: Embedded | None = None
        self.mailbox: Controller | None = None
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": [self.address],
            "workers": 1,
            "worker_class": "gthread",
            "threads": WEB_THREADS,
            "timeout": 60,
            "graceful_timeout": STOP_SECONDS + 5,
            "control_socket_disable": True,
            "loglevel": "warning",
            "when_ready": self.welcome,
            "post_worker_init": self.begin,
            "worker_exit": self.end,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return get_wsgi_application()

    def welcome(self, server: Any) -> None:
        """Say where it is and who can sign in; called when the port is open and before there is a child."""
        where = f"http://{self.shown}/"
        print(f"\nFourstep is running: {where}   (Ctrl-C stops it; the data stays in {settings.DATA_DIR})\n")
        if settings.DEMO:
            call_command("demo", print_logins=True)
        elif not get_user_model().objects.exists():
            print("Nobody can sign in yet: .venv/bin/python manage.py create_admin")
        sys.stdout.flush()
        connections.close_all()

    def begin(self, worker: Any) -> None:
        if worker.cfg.workers != 1:
            raise CannotStart("The embedded desk runs in one process only.")
        # Ctrl-C reaches the whole process group; the master alone decides, or two handlers meet in one lock.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if settings.DEMO and "EMAIL_URL" not in os.environ:
            self.mailbox = deliver_here(settings.DATA_DIR / "mail")
        self.embedded = Embedded()
        self.embedded.start()

    def end(self, server: Any, worker: Any) -> None:
        if self.embedded is not None:
            self.embedded.stop()
        if self.mailbox is not None:
            self.mailbox.stop()


def deliver_here(folder: Path) -> Controller:
    """The demo's mail server, on a free port of this machine: real SMTP, and every mail ends as a file in ``folder``.

    Called before the worker starts: from now on this process sends there.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # every line of the conversation, addresses and all
    controller = Controller(Mailbox(folder), hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    return controller


def check_port(host: str, port: int) -> None:
    """Raise CannotStart if somebody else listens there already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} on {host} cannot be used ({error.strerror}). Choose another one: PORT={port + 1} make run"
            ) from error


def hold(folder: Path) -> IO[str]:
    """Keep this folder for this process; raise CannotStart if another desk has it open."""
    lock = (folder / "running.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise CannotStart(
            f"Fourstep is already running with the data in {folder}. Stop it, or set DATA_DIR."
        ) from error
    return lock


def wanted_port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise CannotStart(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def prepare() -> None:
    """Tables, built-in playbooks, and at the first start the demonstration; harmless when repeated."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_builtin")
    if settings.DEMO and not get_user_model().objects.exists():
        call_command("demo", stdout=io.StringIO())  # the log-ins are said when the desk is ready
    connections.close_all()  # the process that serves is a child, and must not inherit an open database


def main() -> int:
    try:
        host, port = os.environ.get("HOST") or "127.0.0.1", wanted_port()
        check_port(host, port)
        os.environ.setdefault("PUBLIC_URL", f"http://localhost:{port}")
        django.setup()
        if not settings.BARE_MACHINE:
            raise CannotStart(
                "DATABASE_URL names a server: run gunicorn, celery worker and celery beat; see README.md."
            )
        lock = hold(settings.DATA_DIR)
        prepare()
    except (CannotStart, ImproperlyConfigured) as error:
        print(error, file=sys.stderr)
        return 1
    with lock:
        Desk(host=host, port=port).run()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
