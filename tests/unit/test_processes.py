"""Processes beside this one: order, errors, and their end with their parent."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from discovery.processes import _pool, ordered_map
from discovery.settings import ROOT

SCRIPT = """
import os, sys, time
from discovery.processes import _pool, ordered_map

def where(item):
    time.sleep(0.2)
    return os.getpid()

if __name__ == "__main__":
    list(ordered_map(abs, [1]))
    pool, ready = _pool()
    if pool is None:
        print("none", flush=True)
    else:
        ready.result(timeout=60)
        found = set()
        while found <= {os.getpid()}:
            found |= set(ordered_map(where, range(4)))
        print(*(found - {os.getpid()}), flush=True)
    sys.stdin.read()
"""


def square(number: int) -> int:
    time.sleep(0.002 * (number % 3))
    return number * number


def reciprocal(number: int) -> float:
    return 1 / number


def started() -> bool:
    """Wait until the first of the other processes is there; return whether there are any."""
    list(ordered_map(square, [1]))
    pool, ready = _pool()
    if pool is not None:
        ready.result(timeout=60)
    return pool is not None


def test_results_come_in_the_order_of_the_items() -> None:
    items = list(range(60))
    expected = [number * number for number in items]
    assert list(ordered_map(square, items)) == expected
    started()
    assert list(ordered_map(square, items)) == expected
    assert list(ordered_map(square, [])) == []
    assert list(ordered_map(square, [7])) == [49]


def test_an_error_arrives_at_its_place_and_the_next_call_works() -> None:
    started()
    results = ordered_map(reciprocal, [1, 2, 0, 4, 5])
    assert [next(results), next(results)] == [1.0, 0.5]
    with pytest.raises(ZeroDivisionError):
        next(results)
    assert list(ordered_map(reciprocal, [1, 2, 4])) == [1.0, 0.5, 0.25]


def test_a_caller_that_stops_early_leaves_nothing_behind() -> None:
    started()
    results = ordered_map(square, list(range(200)))
    assert next(results) == 0
    results.close()  # type: ignore[attr-defined]
    assert list(ordered_map(square, [2, 3])) == [4, 9]


def exists(process: int) -> bool:
    """Whether a process runs; one that ended and was not waited for does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_others_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(SCRIPT)
    process = subprocess.Popen(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        words = process.stdout.readline().split()
        if words == ["none"]:
            process.kill()
            process.wait()
            pytest.skip("needs two cores")
        others = [int(word) for word in words]
        assert others
        assert all(map(exists, others))
        process.send_signal(signal.SIGKILL)
        process.wait()
    deadline = time.monotonic() + 20
    while any(map(exists, others)):
        assert time.monotonic() < deadline, "a process outlived its parent"
        time.sleep(0.05)
