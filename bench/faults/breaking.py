"""What is done to the installation: each fault begins, lasts and ends by itself; several may go on at once."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.faults.place import Place, Ward, fill

DATABASE, BROKER, WORKER, BEAT, WEB, DISK = "database", "broker", "worker", "beat", "web", "disk"
LEASE = 20.0
"""Seconds for which a claimed row is held; a worker that stands still for longer has lost it."""


@dataclass(frozen=True)
class Fault:
    """One kind. ``on`` is what it hits: of those that go on at once each hits something else."""

    name: str
    on: str
    do: Callable[[Place, random.Random], None]
    weight: int = 3
    kills: int = 0
    needs_disk: bool = False


@dataclass(frozen=True)
class Done:
    """A fault that was: the instants are monotonic seconds."""

    name: str
    on: str
    began: float
    ended: float
    kills: int


def _worker(place: Place, chance: random.Random) -> Ward:
    return place.wards[chance.choice(["worker-a", "worker-b"])]


def _kill_child(ward: Ward, chance: random.Random) -> None:
    children = ward.process.children()
    if children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(chance.choice(children), signal.SIGKILL)


# Workers and beats ----------------------------------------------------------------------------------------------------


def worker_child(place: Place, chance: random.Random) -> None:
    _kill_child(_worker(place, chance), chance)


def worker_parent(place: Place, chance: random.Random) -> None:
    _worker(place, chance).process.signal(signal.SIGKILL)


def both_workers(place: Place, chance: random.Random) -> None:
    for name in ("worker-a", "worker-b"):
        place.wards[name].process.kill()


def worker_frozen(place: Place, chance: random.Random) -> None:
    """It stands still for longer than its lease, and then goes on as if nothing had been."""
    group = _worker(place, chance).process.process.pid
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGSTOP)
        time.sleep(LEASE + chance.uniform(2, 8))
        os.killpg(group, signal.SIGCONT)


def more_beats(place: Place, chance: random.Random) -> None:
    extra = [place.start("beat") for _one in range(chance.choice([1, 2]))]
    time.sleep(chance.uniform(10, 20))
    for one in extra:
        one.kill()


def no_beat(place: Place, chance: random.Random) -> None:
    ward = place.wards["beat"]
    ward.hold()
    ward.process.kill()
    time.sleep(chance.uniform(8, 25))
    ward.release()


# Web ------------------------------------------------------------------------------------------------------------------


def web_child(place: Place, chance: random.Random) -> None:
    _kill_child(place.wards["web"], chance)


def web_master(place: Place, chance: random.Random) -> None:
    place.wards["web"].process.signal(signal.SIGKILL)


# The broker -----------------------------------------------------------------------------------------------------------


def broker_killed(place: Place, chance: random.Random) -> None:
    place.redis.kill()
    time.sleep(chance.uniform(0.5, 3))
    place.redis.start()


def broker_gone(place: Place, chance: random.Random) -> None:
    place.redis.kill()
    time.sleep(30)
    place.redis.start()


def broker_flushed(place: Place, chance: random.Random) -> None:
    client = place.redis.client()
    client.flushall()
    client.close()


def broker_frozen(place: Place, chance: random.Random) -> None:
    """It takes connections and answers nothing, as behind a network that drops packets."""
    process = place.redis.process
    if process is not None:
        process.send_signal(signal.SIGSTOP)
        time.sleep(chance.uniform(5, 25))
        process.send_signal(signal.SIGCONT)


# The database ---------------------------------------------------------------------------------------------------------


def _stopped(number: int) -> Callable[[Place, random.Random], None]:
    def do(place: Place, chance: random.Random) -> None:
        place.postgres.signal(number)
        time.sleep(chance.uniform(1, 5))
        place.postgres.start()

    return do


# The disk -------------------------------------------------------------------------------------------------------------


def disk_full(place: Place, chance: random.Random) -> None:
    ballast = fill(place.media)
    time.sleep(chance.uniform(4, 10))
    ballast.unlink()


AWAY = frozenset({"broker gone for 30 s", "broker frozen"})
"""Faults during which the broker cannot be reached for a while."""

FAULTS: tuple[Fault, ...] = (
    Fault("worker child killed", WORKER, worker_child, weight=6, kills=1),
    Fault("worker killed", WORKER, worker_parent, weight=4, kills=1),
    Fault("both workers killed", WORKER, both_workers, weight=2, kills=2),
    Fault("worker frozen longer than its lease", WORKER, worker_frozen, weight=1),
    Fault("two or three beats", BEAT, more_beats, weight=2),
    Fault("no beat", BEAT, no_beat, weight=2, kills=1),
    Fault("web worker killed", WEB, web_child, weight=5, kills=1),
    Fault("gunicorn killed", WEB, web_master, weight=2, kills=1),
    Fault("broker killed", BROKER, broker_killed, weight=4, kills=1),
    Fault("broker flushed", BROKER, broker_flushed, weight=4),
    Fault("broker gone for 30 s", BROKER, broker_gone, weight=2, kills=1),
    Fault("broker frozen", BROKER, broker_frozen, weight=2),
    Fault("database stopped fast", DATABASE, _stopped(signal.SIGINT), kills=1),
    Fault("database stopped at once", DATABASE, _stopped(signal.SIGQUIT), kills=1),
    Fault("database killed", DATABASE, _stopped(signal.SIGKILL), kills=1),
    Fault("disk full", DISK, disk_full, weight=3, needs_disk=True),
)


def drawn(chance: random.Random, *, has_disk: bool) -> list[Fault]:
    """One to three faults that hit different things."""
    chosen: dict[str, Fault] = {}
    possible = [fault for fault in FAULTS if has_disk or not fault.needs_disk]
    for _one in range(chance.choice([1, 2, 2, 3, 3])):
        fault = chance.choices(possible, [each.weight for each in possible])[0]
        chosen.setdefault(fault.on, fault)
    return list(chosen.values())


def overlapping(faults: list[Fault], place: Place, chance: random.Random, *, done: list[Done]) -> None:
    """Let them happen, each after a moment, and wait until the last has ended; also when somebody presses Ctrl-C."""
    wrong: list[BaseException] = []

    def happen(fault: Fault, own: random.Random) -> None:
        time.sleep(own.uniform(0, 3))
        began = time.monotonic()
        try:
            fault.do(place, own)
        except Exception as error:  # it is raised in the thread that waits
            wrong.append(error)
        done.append(Done(fault.name, fault.on, began, time.monotonic(), fault.kills))

    threads = [threading.Thread(target=happen, args=(fault, random.Random(chance.random()))) for fault in faults]  # noqa: S311
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            thread.join()
    except KeyboardInterrupt:
        for thread in threads:
            thread.join()
        raise
    if wrong:
        raise wrong[0]
