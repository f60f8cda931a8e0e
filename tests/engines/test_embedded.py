"""The desk of one command: it answers, keeps its data, stops on Ctrl-C and says clearly why it does not start."""

import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines.desk import ROOT, Desk, free_port, own_environment


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    try:
        yield desk
    finally:
        if desk.process and desk.is_left():
            desk.kill()


def refused_start(**words: str) -> str:
    """What a start says that must not succeed."""
    command = [sys.executable, "-m", "config.embedded"]
    done = subprocess.run(
        command, cwd=ROOT, env=own_environment(**words), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_the_desk_survives_a_power_cut_and_stops_on_ctrl_c(desk: Desk, tmp_path: Path) -> None:
    desk.start()
    secret = (tmp_path / "secret_key").read_text()
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert "create_admin" in desk.output

    busy = refused_start(PORT=str(desk.port), DATA_DIR=str(tmp_path / "other"))
    assert f"Port {desk.port}" in busy
    held = refused_start(PORT="0" + str(desk.port + 1), DATA_DIR=str(tmp_path))
    assert "already running" in held

    desk.kill()
    assert desk.is_whole()
    with desk.open() as database:
        database.execute("CREATE TABLE kept (word TEXT)")
        database.execute("INSERT INTO kept VALUES ('yes')")

    desk.start()
    assert (tmp_path / "secret_key").read_text() == secret
    assert desk.interrupt() < 20
    with desk.open() as database:
        assert database.execute("SELECT word FROM kept").fetchone() == ("yes",)


@pytest.mark.parametrize("port", ["http", "0", "70000", "٨٠٠٠"])
def test_a_port_that_is_none_is_refused(port: str, tmp_path: Path) -> None:
    assert "PORT must be a number" in refused_start(PORT=port, DATA_DIR=str(tmp_path))


def test_a_database_server_needs_processes_of_its_own(tmp_path: Path) -> None:
    words = {"DATABASE_URL": "postgres://desk@localhost/desk", "REDIS_URL": "redis://localhost", "SECRET_KEY": "x" * 50}
    assert "DATABASE_URL names a server" in refused_start(**words, DATA_DIR=str(tmp_path), PORT=str(free_port()))


def test_an_installation_without_its_own_secret_does_not_start(tmp_path: Path) -> None:
    words = {"DATABASE_URL": "postgres://desk@localhost/desk", "PORT": str(free_port())}
    assert "SECRET_KEY is not set" in refused_start(**words, DATA_DIR=str(tmp_path))
