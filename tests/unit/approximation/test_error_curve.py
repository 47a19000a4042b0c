"""Error curves, against mpmath samples and against the proved bound."""

import itertools
import math

import mpmath
import pytest

from discovery.approximation.error_curve import binary64_error, error_curve
from discovery.errors import NotConvergent
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_bound import bound_error

# c1/(x + c3) - c2 near its relative minimax on [0, 1].
F3 = {
    "target": "2^x",
    "interval": ["0", "1"],
    "constants": ["-8.392493001", "-3.407083107", "1.463257"],
    "operations": [["+", "x", "c1"], ["/", "c0", "v0"], ["-", "v1", "c2"]],
}


def test_curve_is_the_error_and_stays_below_the_bound():
    program = Program.from_json(F3)
    curve = error_curve(program, 50)
    c = [mpmath.mpf(text) for text in F3["constants"]]
    for x, error in zip(curve.places, curve.errors, strict=True):
        exact = (c[0] / (x + c[1]) - c[2]) / mpmath.mpf(2) ** x - 1
        assert error == pytest.approx(float(exact), abs=1e-12)
    bound = float(bound_error(program).bound)
    assert max(map(abs, curve.errors)) <= bound
    assert curve.constants == 3
    signs = [value > 0 for _, value in curve.alternation]
    assert all(a != b for a, b in itertools.pairwise(signs))


def test_gap_is_filled_and_a_pole_is_not():
    gap = Program.from_json(
        {"target": "2^x", "interval": ["-1", "1"], "operations": [["*", "x", "x"], ["/", "v0", "x"]]}
    )
    curve = error_curve(gap, 40)
    assert all(map(math.isfinite, curve.errors))
    pole = Program.from_json(
        {"target": "2^x", "interval": ["-1", "1"], "operations": [["/", "c0", "x"]], "constants": ["1"]}
    )
    with pytest.raises(NotConvergent, match="x = "):
        error_curve(pole, 40)


def test_constants_that_make_a_zero_are_not_free():
    """log(x) ~ (x - 1) c/(x + d): two numbers may change, the 1 may not."""
    program = Program.from_json(
        {"target": "log(x)", "interval": ["1", "2"], "constants": ["1", "1.65", "0.62"],
         "operations": [["-", "x", "c0"], ["/", "c1", "x"], ["+", "c2", "v1"], ["*", "v0", "v2"]]}
    )  # fmt: skip
    assert error_curve(program, 40).constants == 2


def test_binary64_error_is_that_of_rounded_arithmetic():
    program = Program.from_json(F3)
    places = [0.1, 0.3, 0.7]
    c = [float(text) for text in F3["constants"]]
    with mpmath.workdps(40):
        errors = [abs((c[0] / (x + c[1]) - c[2]) / mpmath.mpf(2) ** x - 1) for x in places]
    error, place = binary64_error(program, places)
    assert error == pytest.approx(float(max(errors)), rel=1e-12)
    assert place == places[errors.index(max(errors))]
    gap = Program.from_json({"target": "2^x", "interval": ["-1", "1"], "operations": [["/", "x", "x"]]})
    assert binary64_error(gap, [0.0, 0.5]) == (math.inf, 0.0)
