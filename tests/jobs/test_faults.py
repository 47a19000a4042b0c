"""A few of each fault that the benchmark injects by dozens: nothing is lost, nothing doubled, the store is sound."""

from pathlib import Path

import pytest

from benchmarks.faults import workload
from benchmarks.faults.__main__ import FAULTS, inject, main
from benchmarks.faults.workload import Damage
from discovery.store.store import open_store

# Real searches and the real server take seconds each; other tests kill those.
SHORT = [name for name in FAULTS if name not in ("worker", "server")]
TIMES = {"clock": 10, "stale": 5, "refusal": 10}


@pytest.mark.parametrize("name", SHORT)
def test_nothing_is_lost_or_doubled(name: str) -> None:
    wanted = TIMES.get(name, 1)
    times, found = inject(name, wanted, seed=1)
    if name == "disk" and times == 0:
        pytest.skip("needs the right to mount a file system (run as root)")
    assert (times, found) == (wanted, Damage())


def test_the_command_prints_a_line_for_each_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stale", "clock", "--times", "2", "--json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert all('"times": 2, "lost": 0, "doubled": 0, "faults": 0' in line for line in lines)
    for wrong in (["fire"], ["stale", "--times", "0"]):
        with pytest.raises(SystemExit):
            main(wrong)


@pytest.mark.parametrize(
    ("harm", "damage"),
    [
        ("DELETE FROM sighting WHERE unit = 3 AND position = 0", Damage(lost=1, faults=2)),
        ("UPDATE run SET findings = findings + 1", Damage(doubled=1, faults=1)),
        ("UPDATE run SET candidates = candidates + 100", Damage(doubled=1)),
        ("UPDATE run SET state = 'running'", Damage(lost=1)),
        ("UPDATE sighting SET unit = 0 WHERE unit = 3 AND position = 1", Damage(lost=1, doubled=1)),
    ],
)
def test_damage_is_seen(tmp_path: Path, harm: str, damage: Damage) -> None:
    with open_store(f"sqlite:///{tmp_path}/store.db") as store:
        run_id = workload.queue(store)
        workload.resume(store, run_id)
        assert workload.damage(store, run_id) == Damage()
        with store.database.write() as connection:
            connection.exec_driver_sql(harm)
        assert workload.damage(store, run_id) == damage
