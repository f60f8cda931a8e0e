"""The whole proof: `make test`, or `.venv/bin/python -m tests.run [--no-browser] [--no-engines] [pytest arguments]`.

Always on SQLite; again on PostgreSQL with Redis and a real Celery worker where both answer, but for what says nothing
about a database (marked ``one_engine``); and in a real browser where there is a Chromium. Nothing is installed here.
The last lines say what was covered, what was not, and the totals.
Environment: DATABASE_URL, REDIS_URL, CHROMIUM say where to look; REQUIRE_ENGINES=1 makes anything missing a failure;
EVERY_ENGINE=1 runs what is marked ``one_engine`` on PostgreSQL too.
"""

import argparse
import getpass
import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET  # our own pytest wrote what it reads
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import redis

ROOT = Path(__file__).resolve().parents[1]
PROCESSES = ["-n", "2", "--dist", "loadgroup"]
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Outcome:
    """What one run of pytest found; `code` is its exit code."""

    name: str
    code: int
    passed: int
    failed: int
    skipped: int

    @property
    def ok(self) -> bool:
        return self.code == 0

    def __str__(self) -> str:
        more = [f"{self.failed} failed"] if self.failed else []
        more += [f"{self.skipped} skipped"] if self.skipped else []
        more += ["did not finish"] if not self.ok and not self.failed else []
        return ", ".join([f"{self.name} {self.passed} passed", *more])


@dataclass(frozen=True)
class Engines:
    database_url: str
    redis_url: str
    name: str


# Looking around -------------------------------------------------------------------------------------------------------


def wanted_redis() -> str:
    return os.environ.get("REDIS_URL") or "redis://localhost:6379/15"


def find_engines() -> Engines | str:
    """PostgreSQL and Redis that answer, or the reason why there are none."""
    database = find_postgres()
    if database is None:
        return "PostgreSQL, Redis and worker (no PostgreSQL answers)"
    url, server = database
    redis_url = wanted_redis()
    version = answering_redis(redis_url)
    if version is None:
        return f"PostgreSQL {server}, Redis and worker (no Redis answers)"
    return Engines(url, redis_url, f"PostgreSQL {server} + Redis {version} + worker")


def find_postgres() -> tuple[str, int] | None:
    return next((found for url in database_urls() if (found := answering_postgres(url))), None)


def database_urls() -> Iterator[str]:
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith(("postgres:", "postgresql:")):
        yield given
        return
    name = f"fourstep_{os.getpid()}"  # the run's own, as test_fourstep_…; two runs at once do not meet
    for user in dict.fromkeys([getpass.getuser(), "postgres"]):
        yield f"postgres://{user}@localhost:5432/{name}"
        yield f"postgres://{user}@127.0.0.1:5432/{name}"


def answering_postgres(url: str) -> tuple[str, int] | None:
    """The address and the server's major version, if it answers and lets us make databases there."""
    maintenance = urlunsplit(urlsplit(url)._replace(path="/postgres", scheme="postgresql"))
    try:
        connection = psycopg2.connect(maintenance, connect_timeout=3)
    except psycopg2.OperationalError:
        return None
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
            allowed = cursor.fetchone()
    finally:
        connection.close()
    return (url, connection.server_version // 10_000) if allowed and allowed[0] else None


def answering_redis(url: str) -> str | None:
    """The server's version, or None."""
    client = redis.Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3)
    try:
        return ".".join(str(client.info("server")["redis_version"]).split(".")[:2])
    except redis.RedisError:
        return None
    finally:
        client.close()


def find_chromium() -> str | None:
    given = os.environ.get("CHROMIUM")
    if given:
        return shutil.which(given)
    return next((found for name in CHROMIUMS if (found := shutil.which(name))), None)


# Running --------------------------------------------------------------------------------------------------------------


def pytest(name: str, arguments: list[str], environment: dict[str, str]) -> Outcome:
    """One run of pytest with exactly this DATABASE_URL and REDIS_URL; its counts come from its own report."""
    print(f"\n=== {name} ===", flush=True)
    ours = {"DATABASE_URL", "REDIS_URL", "DATA_DIR", "PYTHONDONTWRITEBYTECODE"}  # what is compiled serves the next run
    kept = {key: value for key, value in os.environ.items() if key not in ours}
    with tempfile.TemporaryDirectory(prefix="fourstep-report-") as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *arguments]
        code = subprocess.run(command, cwd=ROOT, env=kept | environment, check=False).returncode
        return counted(name, code, report)


def counted(name: str, code: int, report: Path) -> Outcome:
    if not report.exists():
        return Outcome(name, code, 0, 0, 0)
    suites = list(ET.parse(report).getroot().iter("testsuite"))  # noqa: S314
    total, failed, skipped = (
        sum(int(suite.get(key, 0)) for suite in suites for key in keys)
        for keys in (("tests",), ("failures", "errors"), ("skipped",))
    )
    return Outcome(name, code, max(total - failed - skipped, 0), failed, skipped)


def run_engines(arguments: list[str]) -> Outcome | str:
    engines = find_engines()
    if isinstance(engines, str):
        return engines
    prefix = f"fourstep-tests-{os.getpid()}:"
    environment = {"DATABASE_URL": engines.database_url, "REDIS_URL": engines.redis_url, "REDIS_PREFIX": prefix}
    chosen = "not e2e" if os.environ.get("EVERY_ENGINE") == "1" else "not e2e and not one_engine"
    try:
        return pytest(engines.name, [*PROCESSES, "-m", chosen, *arguments], environment)
    finally:
        forget_keys(engines.redis_url, prefix)


def forget_keys(url: str, prefix: str) -> None:
    client = redis.Redis.from_url(url)
    for key in client.scan_iter(f"{prefix}*"):
        client.delete(key)
    client.close()


def run_browser(arguments: list[str]) -> Outcome | str:
    chromium = find_chromium()
    if chromium is None:
        return "browser (no Chromium found)"
    if not any((ROOT / "tests" / "e2e").glob("test_*.py")):
        return "browser (tests/e2e has no tests)"
    return pytest("browser", ["-m", "e2e", "tests/e2e", *arguments], {"CHROMIUM": chromium})


def read_arguments() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(
        prog="python -m tests.run", description="Run every test on every engine found here."
    )
    parser.add_argument("--no-browser", action="store_true", help="leave the browser tests out")
    parser.add_argument("--no-engines", action="store_true", help="leave PostgreSQL, Redis and the worker out")
    parser.add_argument(
        "--probe", choices=["postgres", "redis"], help="run nothing; say whether it answers (exit 0 or 1)"
    )
    return parser.parse_known_args()


def main() -> int:
    chosen, more = read_arguments()
    if chosen.probe:
        answers = find_postgres() if chosen.probe == "postgres" else answering_redis(wanted_redis())
        return 0 if answers else 1
    paths = [word for word in more if not word.startswith("-")]
    results: list[Outcome | str] = [pytest("SQLite", [*PROCESSES, "-m", "not e2e and not worker", *more], {})]
    results.append("PostgreSQL, Redis and worker (--no-engines)" if chosen.no_engines else run_engines(more))
    if chosen.no_browser or paths:
        results.append(f"browser ({'--no-browser' if chosen.no_browser else 'only some tests were asked for'})")
    else:
        results.append(run_browser(more))
    return report(results)


def report(results: list[Outcome | str]) -> int:
    """Print the last lines; 0 if everything that ran passed and nothing that is required is missing."""
    outcomes = [result for result in results if isinstance(result, Outcome)]
    missing = [result for result in results if isinstance(result, str)]
    totals = [sum(getattr(outcome, what) for outcome in outcomes) for what in ("passed", "failed", "skipped")]
    print("\n{} passed, {} failed, {} skipped".format(*totals))
    print(f"covered: {'; '.join(map(str, outcomes))}. not covered: {'; '.join(missing) or 'nothing'}", flush=True)
    required = os.environ.get("REQUIRE_ENGINES") == "1"
    return 0 if all(outcome.ok for outcome in outcomes) and not (required and missing) else 1


if __name__ == "__main__":
    raise SystemExit(main())
