"""Claims in units in the last place: decided at every binary32 number of the interval, and refused with the reason."""

import json
from fractions import Fraction

import numpy as np
import pytest
from mpmath.ctx_mp import MPContext

from discovery.errors import InputError, LimitExceeded
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_function import evaluate_floats
from discovery.exact.programs.program_scan import program_ranges, rounded_up, sampled_ulp, scan_program
from discovery.exact.programs.program_verification import check_program

# Degree 6 for 2^x on [-1/2, 1/2]; its largest error of 0.7996 ULP was found in a scan of all 2.1e9 inputs.
TAILS = ("62e43p-1", "ebfbd8p-3", "c6af78p-5", "3b30bp-7", "5f0a66p-10", "3f9068p-13")
EXP2 = {
    "target": "2^x",
    "interval": ["31/64", "1/2"],
    "format": "float32",
    "constants": ["0x1p0", *(f"0x1.{digits}" for digits in TAILS)],
    "operations": [["fma", f"v{4 - i}" if i < 5 else "c6", "x", f"c{i}"] for i in range(5, -1, -1)],
}


def program(**changes):
    return Program.from_json({**EXP2, **changes})


def ulp_by_mpmath(code, x):
    context = MPContext()
    context.prec = 120
    (result,) = evaluate_floats(code, np.array([x], np.float32))
    value = context.power(2, float(x))
    unit = context.ldexp(1, int(context.floor(context.log(value, 2))) - 23)
    return float(abs(context.mpf(float(result)) - value) / unit)


def test_every_number_of_the_interval_is_scanned():
    found = scan_program(program())
    # Binary32 numbers in [31/64, 1/2]: the last sixteenth of a binade, and 1/2 itself.
    assert found.inputs == sum(map(len, program_ranges(program()))) == 2**19 + 1
    assert found.undefined == 0
    assert 0.5 < found.max_ulp < 0.8


def test_the_worst_input_is_that_of_a_second_evaluation():
    found = scan_program(program())
    sampled, place = sampled_ulp(program(), found)
    assert sampled == pytest.approx(found.max_ulp, rel=1e-6)
    assert place == found.worst[0].x
    assert ulp_by_mpmath(program(), found.worst[0].x) == pytest.approx(found.max_ulp, rel=1e-9)


def test_a_claim_that_holds_is_confirmed_with_its_digits():
    largest = scan_program(program()).max_ulp
    answer = check_program(program(max_ulp=rounded_up(largest)))
    assert answer.ok, answer.reason
    assert answer.max_ulp == rounded_up(largest)
    assert answer.digits == pytest.approx(-np.log10(largest * 2.0**-23), abs=1e-4)
    assert [method["name"] for method in answer.methods] == [
        "scan of 524289 binary32 numbers",
        "NumPy and balls at samples",
    ]
    assert json.loads(json.dumps(answer.to_json()))["max_ulp"] == answer.max_ulp


def test_a_claim_that_does_not_hold_is_refused_with_the_place():
    largest = scan_program(program())
    answer = check_program(program(max_ulp=f"{largest.max_ulp * 0.98:.6f}"))
    assert not answer.ok
    assert f"x = {largest.worst[0].x!r}" in answer.reason
    assert "larger than" in answer.reason


def test_a_result_that_is_no_number_is_refused():
    # 0/x is NaN at both zeros.
    answer = check_program(
        program(interval=["0", "2^-140"], constants=["0"], operations=[["/", "c0", "x"]], max_ulp="1e9")
    )
    assert not answer.ok
    assert "NaN" in answer.reason


def test_a_target_without_fast_reference_is_decided_on_a_short_interval_and_refused_on_a_long_one():
    cube = {"target": "x^3", "constants": [], "operations": [["*", "x", "x"], ["*", "v0", "x"]]}
    answer = check_program(program(**cube, interval=["1", "1025/1024"], max_ulp="1.5"))
    assert answer.ok, answer.reason
    with pytest.raises(LimitExceeded, match="131072"):
        scan_program(program(**cube, interval=["1", "2"]))
    assert "131072" in check_program(program(**cube, interval=["1", "2"], max_ulp="1")).reason


def test_real_arithmetic_has_no_binary32_numbers():
    with pytest.raises(InputError, match="real"):
        scan_program(program(format="real"))


@pytest.mark.parametrize("ulp", [0.5, 0.79961188, 1e-7, 123456.789, 9.9999999])
def test_a_rounded_claim_is_never_below(ulp):
    assert Fraction(ulp) <= Fraction(rounded_up(ulp)) <= Fraction(ulp) * Fraction("1.00002")
