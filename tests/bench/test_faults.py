"""The ledger proof's own bookkeeping: what it counts it counts rightly, and what is wrong it does not overlook."""

import json
import random
from collections import Counter
from pathlib import Path

import pytest

from bench.faults import breaking, leg
from bench.faults.breaking import Done
from bench.faults.client import Try
from bench.faults.figures import FAULTS, OPERATIONS, Figures, bound, judged, percentile, total
from bench.faults.ledger import PROMISE, TICKET, Entry, Ledger, keys_in, missing, read, twice
from bench.faults.proof import Wish, goes_on, runs_in

ONE, OTHER = "t-" + "0a" * 12, "p-" + "1b" * 12


def whole(**words: object) -> Figures:
    """A proof of which everything holds, but for what is given."""
    fine = {
        "runs": 1,
        "answered": Counter({TICKET: OPERATIONS}),
        "faults": Counter({"worker killed": FAULTS}),
        "kills": FAULTS,
        "settled": {"worker": [3.0], "database": [3.0]},
        "brokerless_ms": [20.0],
        "statuses": Counter({"201": OPERATIONS}),
        "seen": Counter({"bells": 10, "chains": 10}),
    }
    return Figures(**(fine | words))


def fails(figures: Figures) -> list[str]:
    return [line for holds, line in judged(figures) if not holds]


# The ledger -----------------------------------------------------------------------------------------------------------


def test_what_was_noted_is_read_again_and_a_line_cut_off_was_never_promised(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    entries = [Entry(TICKET, ONE, "1"), Entry(PROMISE, OTHER, "1", value="2026-03-02T09:00:00+00:00", tries=3)]
    for entry in entries:
        ledger.note(entry)
    ledger.close()
    with ledger.path.open("a") as file:
        file.write('{"what": "ticket", "key": "t-')

    assert list(read(ledger.path)) == entries
    assert ledger.count == 2


def test_a_row_that_is_missing_and_a_row_that_is_there_twice_are_found() -> None:
    found = keys_in([f"Ring her back {OTHER}", f"{OTHER}, and once more {OTHER}", "nothing of ours"])
    assert found == {OTHER: 2}
    assert missing([ONE, OTHER], found) == [ONE]
    assert twice(found) == [OTHER]


# Figures --------------------------------------------------------------------------------------------------------------


def test_a_proof_in_which_everything_holds_holds() -> None:
    assert not fails(whole())


@pytest.mark.parametrize(
    "words",
    [
        {"answered": Counter({TICKET: OPERATIONS - 1})},
        {"faults": Counter({"worker killed": FAULTS - 1})},
        *({"wrong": Counter({name: 1})} for name in ("lost", "doubled", "early", "broken", "half")),
        {"mails": 9, "mail_twice": FAULTS + 1},
        {"settled": {"worker": [60.1]}},
        {"settled": {"database": [30.1]}},
        {"settled": {"worker": [1.0]}, "unsettled": Counter({"worker": 1})},
        {"statuses": Counter({"201": 5, "500": 1})},
        {"odd": Counter({"ticket: 404": 1})},
        {"brokerless_ms": [501.0]},
        {"brokerless_refused": 1},
    ],
    ids=str,
)
def test_each_thing_that_goes_wrong_makes_the_proof_fail(words: dict[str, object]) -> None:
    assert len(fails(whole(**words))) == 1


def test_an_honest_503_is_no_failure() -> None:
    assert not fails(whole(statuses=Counter({"201": 5, "503": 9, "507": 2})))


def test_beside_each_zero_stands_how_often_it_may_happen_all_the_same() -> None:
    assert bound(0, 20_000) == "0 of 20,000 (at most 0.00015 with 95 % confidence)"
    assert bound(2, 20_000) == "2 of 20,000"
    assert bound(0, 0) == "0 of 0"


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([], 95) == 0
    assert percentile([5.0, 1.0, 3.0], 50) == 3.0
    assert percentile([float(value) for value in range(1, 101)], 95) == 95.0


def test_runs_add_up_and_outlive_their_process(tmp_path: Path) -> None:
    for number in (1, 2):
        folder = tmp_path / f"run-{number:03d}"
        folder.mkdir()
        (folder / "figures.json").write_text(json.dumps(whole(remarks=["no disk"]).dumped()))
    (tmp_path / "run-003").mkdir()  # killed before its comparison

    both = total(runs_in(tmp_path))

    assert (both.runs, both.operations, both.faults.total()) == (2, 2 * OPERATIONS, 2 * FAULTS)
    assert both.settled == {"worker": [3.0, 3.0], "database": [3.0, 3.0]}
    assert both.remarks == ["no disk"]
    assert not fails(both)


def test_a_run_goes_on_until_what_was_asked_for_is_there() -> None:
    before = Figures(answered=Counter({TICKET: OPERATIONS - 100}), faults=Counter({"worker killed": FAULTS - 1}))
    assert goes_on(Wish(), before, 0.0, operations=99, faults=1)
    assert goes_on(Wish(), before, 0.0, operations=100, faults=0)
    assert not goes_on(Wish(), before, 0.0, operations=100, faults=1)
    assert not goes_on(Wish(faults=3), Figures(), 0.0, operations=0, faults=3)
    assert not goes_on(Wish(operations=3), Figures(), 0.0, operations=3, faults=0)
    assert not goes_on(Wish(minutes=0), Figures(), 0.0, operations=0, faults=0)


# Faults ---------------------------------------------------------------------------------------------------------------


def test_the_same_seed_draws_the_same_faults_and_each_of_them_sometimes() -> None:
    def names(seed: int) -> list[list[str]]:
        chance = random.Random(seed)  # noqa: S311
        return [[fault.name for fault in breaking.drawn(chance, has_disk=True)] for _round in range(300)]

    assert names(1) == names(1)
    assert names(1) != names(2)
    assert {name for names in names(1) for name in names} == {fault.name for fault in breaking.FAULTS}


def test_faults_of_one_round_hit_different_things_and_the_disk_only_where_it_can_be_full() -> None:
    chance = random.Random(7)  # noqa: S311
    for _round in range(300):
        hit = [fault.on for fault in breaking.drawn(chance, has_disk=False)]
        assert hit
        assert len(hit) == len(set(hit))
        assert breaking.DISK not in hit


def test_a_round_is_judged_by_the_longest_limit_of_what_was_hit() -> None:
    assert leg.judged_as(["database"]) == "database"
    assert leg.judged_as(["database", "worker"]) == leg.judged_as(["beat"]) == "worker, broker or beat"
    assert leg.judged_as(["web"]) == leg.judged_as(["disk", "database"]) == "web, disk, and database with them"


def asked(began: float, *, seconds: float = 0.1) -> Try:
    return Try(began, seconds, TICKET, 201)


def test_intake_without_a_broker_counts_only_where_nothing_else_was_broken() -> None:
    gone = Done("broker gone for 30 s", breaking.BROKER, 100.0, 130.0, 1)
    web = Done("web worker killed", breaking.WEB, 125.0, 125.0, 1)
    tries = [asked(99.0), asked(105.0), asked(126.0), asked(131.0)]
    assert leg.brokerless(tries, [gone]) == [tries[1], tries[2]]
    assert leg.brokerless(tries, [gone, web]) == [tries[1]]


def test_calm_is_a_while_after_the_last_fault() -> None:
    hit = Done("worker killed", breaking.WORKER, 100.0, 101.0, 1)
    tries = [asked(99.0), asked(99.95), asked(105.0), asked(130.0)]
    assert leg.calm(tries, [hit]) == [tries[0], tries[3]]
