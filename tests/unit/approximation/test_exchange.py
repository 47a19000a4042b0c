import itertools

import numpy as np
import pytest
from flint import arb

from discovery.approximation.chebyshev_step import chebyshev_step
from discovery.approximation.exchange import largest_error, refine
from discovery.approximation.remez import remez
from discovery.approximation.targets import make_target
from discovery.approximation.wrapping import PLAIN, Wrapping
from discovery.errors import NotConvergent
from discovery.exact.precision import working_precision
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_bound import bound_error

CORE = [
    *(["/", "c0", "x"], ["+", "x", "v0"], ["/", "c1", "v1"], ["+", "v2", "v1"]),
    *(["+", "v3", "c2"], ["/", "c3", "v4"], ["+", "v5", "c4"]),
]
PUBLISHED = [5783.5330096027765, 15141.981176922711, -250.55247494972059, 501.10494991027866, 0.99999999999999956]
SCALING_DEGREES = [2, 2, 1, 1, 0]


def program(operations, constants, target="2^x", interval=("0", "1"), error="relative"):
    return Program.from_json(
        {
            "target": target,
            "interval": list(interval),
            "operations": operations,
            "constants": [str(value) for value in constants],
            "error": error,
        }
    )


def tanh_fraction(squarings):
    """The published shape with other numbers of squarings, started from the published constants scaled."""
    constants = [c * 2.0 ** ((squarings - 3) * d) for c, d in zip(PUBLISHED, SCALING_DEGREES, strict=True)]
    return [*CORE, *(["*", f"v{6 + k}", f"v{6 + k}"] for k in range(squarings))], constants


@pytest.mark.parametrize(
    ("operations", "start", "error", "points"),
    [
        ([["+", "x", "c0"], ["/", "c1", "v0"]], [-2.04, -2.12], 2.982e-2, 3),
        ([["+", "x", "c0"], ["/", "c1", "v0"], ["-", "v1", "c2"]], [-3.43, -8.38, 1.44], 8.673e-4, 4),
        (
            [["/", "c0", "x"], ["+", "x", "v0"], ["+", "v1", "c3"], ["/", "c1", "v2"], ["-", "v3", "c2"]],
            [25.6, 17.7, -1, -8.85],
            4.341e-6,
            5,
        ),
        (*tanh_fraction(3), 2.192e-15, 6),
    ],
)
def test_the_published_shapes_reach_their_relative_minimax(operations, start, error, points):
    # Second column of the comparison with arXiv:2312.08472, by an independent implementation.
    refined = refine(program(operations, start))
    assert refined.error == pytest.approx(error, rel=3e-4)
    assert len(refined.places) == points == refined.constants + 1
    assert refined.locally_minimax
    assert refined.error == pytest.approx(float(bound_error(refined.program).bound), rel=2e-4)
    assert largest_error(refined.program) == pytest.approx(refined.error, rel=1e-6)


@pytest.mark.parametrize(
    ("squarings", "interval", "error"),
    [
        (0, ("0", "1"), 5.64e-10),
        (1, ("0", "1"), 8.94e-12),
        (2, ("0", "1"), 1.40e-13),
        (4, ("0", "1"), 3.43e-17),
        (5, ("0", "1"), 5.35e-19),
        (1, ("-1/2", "1/2"), 1.58e-13),
        (4, ("-1/2", "1/2"), 6.03e-19),
    ],
)
def test_the_same_shape_with_other_squarings(squarings, interval, error):
    operations, constants = tanh_fraction(squarings)
    refined = refine(program(operations, constants, interval=interval))
    assert refined.error == pytest.approx(error, rel=5e-3)
    assert refined.locally_minimax


def test_a_polynomial_program_reaches_the_minimax_of_remez():
    horner = [
        ["*", "x", "c0"],
        ["+", "v0", "c1"],
        ["*", "v1", "x"],
        ["+", "v2", "c2"],
        ["*", "v3", "x"],
        ["+", "v4", "c3"],
    ]
    refined = refine(program(horner, [0.1, 0.2, 0.7, 1.0]))
    best = remez(Wrapping(make_target("2^x", "0", "1"), PLAIN).problem(), 3)
    assert refined.error == pytest.approx(best.error, rel=1e-8)
    assert refined.places == pytest.approx(best.points, abs=1e-6)
    assert [float(text) for text in refined.program.constants] == pytest.approx(
        [float(v) for v in reversed(best.numerator)]
    )


def test_the_rank_counts_constants_that_matter_independently():
    redundant = refine(
        program([["*", "x", "c0"], ["*", "v0", "c1"], ["+", "v1", "c2"], ["+", "v2", "c3"]], [1, 1, 0.5, 0.4])
    )
    line = refine(program([["*", "x", "c0"], ["+", "v0", "c1"]], [1, 0.9]))
    assert redundant.constants == line.constants == 2
    assert redundant.error == pytest.approx(line.error, rel=1e-6)


def test_fixed_constants_stay_and_the_rest_adapts():
    code = program([["*", "x", "c0"], ["+", "v0", "c1"]], ["0.9", "1"])
    refined = refine(code, fixed=[0])
    assert refined.program.constants[0] == "0.9"
    assert refined.error < largest_error(code)
    assert refined.constants == 1


def test_refinement_never_makes_a_program_worse():
    code = program(
        [["*", "x", "c0"], ["*", "v0", "x"], ["+", "v1", "c1"], ["*", "v2", "v2"], ["-", "v3", "x"]], [0.7, 1.1]
    )
    refined = refine(code)
    assert refined.error <= largest_error(code)


def test_a_symmetric_interval_with_a_gap_and_a_zero_in_the_middle():
    # x coth x is even: x*(c1 + c0/x/x ...) divides by zero at the zero of the target.
    code = program(
        [["/", "c0", "x"], ["*", "x", "c1"], ["+", "v0", "v1"], ["/", "c2", "v2"]], [1, 0.33, 1], "tanh(x)", ("-1", "1")
    )
    refined = refine(code)
    assert refined.error == pytest.approx(2.1076e-3, rel=1e-3)
    assert bound_error(refined.program).gaps


def test_a_program_with_a_pole_on_the_grid_is_refused():
    with pytest.raises(NotConvergent):
        refine(program([["*", "x", "c0"], ["-", "v0", "v0"], ["/", "c0", "v1"]], [1]))


def brute_force(rows, errors):
    """Return the smallest possible largest residual, from all choices of n+1 rows."""
    count, width = rows.shape
    best = 0.0
    for chosen in itertools.combinations(range(count), width + 1):
        part, values = rows[list(chosen)], errors[list(chosen)]
        orthogonal = np.linalg.svd(part.T)[2][-1]
        best = max(best, abs(orthogonal @ values) / np.abs(orthogonal).sum())
    return best


@pytest.mark.parametrize("seed", range(8))
def test_the_linear_step_is_the_minimax_of_its_rows(seed):
    rng = np.random.default_rng(seed)
    width, count = int(rng.integers(1, 5)), int(rng.integers(6, 11))
    rows, errors = rng.normal(size=(count, width)), rng.normal(size=count)
    with working_precision(200):
        balls = [[arb(float(value)) for value in row] for row in rows]
        step = chebyshev_step(balls, [arb(float(value)) for value in errors], arb(10) ** 12)
    residuals = np.abs(errors + rows @ np.array([float(value) for value in step]))
    assert residuals.max() == pytest.approx(brute_force(rows, errors), rel=1e-8)


def test_a_small_radius_keeps_the_step_small():
    with working_precision(200):
        step = chebyshev_step([[arb(1)], [arb(1)]], [arb(-1), arb(-3)], arb(1) / 100)
        free = chebyshev_step([[arb(1)], [arb(1)]], [arb(-1), arb(-3)], arb(10) ** 9)
    assert 0 < float(step[0]) <= 0.01
    assert float(free[0]) == pytest.approx(2)
