"""Input that was taken, changed at random: only errors meant for users, in little time and memory, every time alike."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import pytest
from fuzz_targets import SEEDS, TARGETS, WORDS
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.settings import ROOT

CPU_SECONDS = 2.0
MEMORY_BYTES = 100_000_000
CASES = settings(derandomize=True, deadline=None, max_examples=150, database=None)


@st.composite
def changed(draw: st.DrawFn, target: str) -> bytes:
    """An input that is taken, with some bytes replaced, doubled or taken out."""
    data = draw(st.sampled_from(SEEDS[target]))
    for _ in range(draw(st.integers(0, 4))):
        start, end = sorted((draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))))
        piece = draw(st.one_of(st.sampled_from(WORDS), st.binary(max_size=6), st.just(data[start:end] * 2)))
        data = data[:start] + piece + data[end:]
    return data


@pytest.mark.parametrize("target", TARGETS)
def test_what_was_taken_is_taken(target: str) -> None:
    for seed in SEEDS[target]:
        assert TARGETS[target](seed), seed


@pytest.mark.parametrize("target", TARGETS)
def test_changed_input_is_taken_or_refused(target: str) -> None:
    @CASES
    @given(st.one_of(changed(target), st.binary(max_size=200)))
    def run(data: bytes) -> None:
        begin = time.thread_time()
        TARGETS[target](data)
        assert time.thread_time() - begin < CPU_SECONDS

    run()


@pytest.mark.parametrize("target", TARGETS)
def test_memory_stays_small(target: str) -> None:
    tracemalloc.start()
    try:
        for word in WORDS:
            for seed in SEEDS[target]:
                middle = len(seed) // 2
                TARGETS[target](seed[:middle] + word * 20 + seed[middle:])
        assert tracemalloc.get_traced_memory()[1] < MEMORY_BYTES
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("target", TARGETS)
def test_the_coverage_guided_fuzzer_finds_nothing(target: str, tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris is not installed: it is made for Linux on x86-64")
    command = [sys.executable, str(Path(__file__).with_name("with_atheris.py")), target, "-max_total_time=3"]
    done = subprocess.run(
        [*command, f"-artifact_prefix={tmp_path}/"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
