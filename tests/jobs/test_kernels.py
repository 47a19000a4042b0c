"""Operations on kernels for the page: scans over intervals and parts, timings, costs, a missing compiler."""

import numpy as np
import pytest

from discovery.approximation.float32.catalogue import default_kernel, kernels
from discovery.errors import InputError
from discovery.exact.float32.scan_result import combined, from_json
from discovery.exact.programs.code_compiler import compile_code
from discovery.jobs.kernels import compiled_c, float32_costs, float32_scan, float32_timing

EXP2 = default_kernel("exp2")
WHOLE = [0, 1, 1]


def test_scan_of_an_interval_agrees_with_its_parts():
    whole = from_json(float32_scan(EXP2.to_json(), "-1/4", "3/8", [0, 1, 101], 1.0))
    assert whole.complete
    assert whole.max_ulp < 1
    parts = [from_json(float32_scan(EXP2.to_json(), "1", "3/2", [number, 4, 1], 1.0)) for number in range(4)]
    once = from_json(float32_scan(EXP2.to_json(), "1", "3/2", WHOLE, 1.0))
    joined = combined(parts)
    assert joined.inputs == once.inputs == 2**22 + 1
    assert (joined.max_ulp, joined.misrounded, joined.histogram) == (once.max_ulp, once.misrounded, once.histogram)
    assert joined.mean_ulp == pytest.approx(once.mean_ulp, rel=1e-9)
    assert joined.worst[0] == once.worst[0]
    assert [(row.exponent, row.inputs, row.misrounded) for row in joined.by_exponent] == [
        (row.exponent, row.inputs, row.misrounded) for row in once.by_exponent
    ]


def test_empty_interval_means_every_bit_pattern():
    result = from_json(float32_scan(EXP2.to_json(), "", "", [0, 1, 100003], 1.0))
    assert result.inputs == -(-(2**32) // 100003)
    assert result.undefined == 0


def test_sixteen_bit_formats_are_enumerated():
    result = from_json(float32_scan(default_kernel("exp2", "float16").to_json(), "", "", WHOLE, 1.0))
    assert (result.inputs, result.number_format) == (65536, "float16")


def test_timing_has_a_row_for_every_way():
    rows = float32_timing(EXP2.to_json(), 4)
    names = [row["name"] for row in rows]
    assert names == [
        "this kernel",
        "this kernel, C",
        "NumPy",
        "Numba loop",
        "glibc loop",
        "glibc libmvec",
        "SLEEF 1.0 ULP",
    ]
    for row in rows:
        assert (row["nanoseconds"] is None) == bool(row["reason"])
        assert row["nanoseconds"] is None or 0 < row["best"] <= row["nanoseconds"]
    assert rows[0]["max_ulp"] < 1


def test_compiled_c_agrees_with_the_kernel():
    run = compiled_c(EXP2)
    if isinstance(run, str):
        pytest.skip(run)
    x = np.linspace(-160, 140, 20_001).astype(np.float32)
    ours, theirs = np.empty_like(x), np.empty_like(x)
    compile_code(EXP2.code)(x, ours)
    run(x, theirs)
    assert np.array_equal(ours.view(np.uint32), theirs.view(np.uint32))


def test_missing_compiler_is_a_reason(monkeypatch):
    monkeypatch.setattr("discovery.jobs.kernels.shutil.which", lambda _name: None)
    assert compiled_c(EXP2) == "no C compiler is on this machine; apt-get install gcc"


def test_costs_of_all_kernels_of_a_function():
    found = kernels("exp2")[:3]
    costs = float32_costs([kernel.to_json() for kernel in found], 4)
    assert len(costs) == 3
    assert min(costs) > 0


def test_bad_requests_are_named():
    with pytest.raises(InputError, match="no part"):
        float32_scan(EXP2.to_json(), "", "", [4, 4, 1], 1.0)
    with pytest.raises(InputError, match="rational numbers"):
        float32_scan(EXP2.to_json(), "sqrt(2)", "2", WHOLE, 1.0)
    with pytest.raises(InputError, match="empty"):
        float32_scan(EXP2.to_json(), "2", "1", WHOLE, 1.0)
    with pytest.raises(InputError, match="one function"):
        float32_costs([EXP2.to_json(), default_kernel("exp").to_json()], 4)
    with pytest.raises(InputError, match="no key"):
        float32_scan({}, "", "", WHOLE, 1.0)
