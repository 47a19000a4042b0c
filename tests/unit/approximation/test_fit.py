from fractions import Fraction

import numpy as np
import pytest

from discovery.approximation.fit import Rule, fit, make_space, set_variable
from discovery.approximation.head import solve_head
from discovery.approximation.interpreter import (
    ADD,
    ADDC,
    CDIV,
    CSUB,
    DIV,
    MAX_LINES,
    MUL,
    MULC,
    NODES,
    Core,
    evaluate,
)
from discovery.approximation.least_squares import add_damping, damped_step, orthogonalize
from discovery.approximation.random_numbers import below, power_of_two, random_constant, random_factor, uniform
from discovery.approximation.samples import sampled_target
from discovery.approximation.starts import Draw, has_poles, random_start
from discovery.approximation.targets import make_target
from discovery.approximation.wrapping import PLAIN, Wrapping

COMPLETE = Rule(200, 1e-12, 200, 0.0, 1e-3, True, False)
EXTENDED = Rule(200, 1e-12, 200, 0.0, 1e-22, False, True)
X = -np.cos(np.pi * (np.arange(NODES) + 0.5) / NODES) / 2 + 0.5


def program(lines, kind=0):
    code, constants = np.zeros((3, MAX_LINES), np.int64), np.zeros((2, MAX_LINES))
    for i, (operation, a, b, c) in enumerate(lines):
        code[:, i] = operation, a, b
        constants[0, i] = c
    return Core(code, len(lines), kind), constants


def table_of(function, weight=None):
    y = function(X)
    return np.array([X, y, np.zeros(NODES), 1 / y if weight is None else np.full(NODES, weight)])


def test_orthogonal_rows_give_back_the_rows_even_if_they_are_nearly_dependent():
    rng = np.random.default_rng(1)
    rows = np.zeros((MAX_LINES, NODES))
    first = rng.normal(size=NODES)
    for p in range(6):
        rows[p] = first + 10.0 ** (-2 * p) * rng.normal(size=NODES)
    before, triangle = rows.copy(), np.zeros((MAX_LINES, MAX_LINES))
    orthogonalize(6, rows, triangle, np.zeros((2, MAX_LINES)))
    np.testing.assert_allclose(rows[:6] @ rows[:6].T, np.eye(6), atol=1e-14)
    np.testing.assert_allclose(triangle[:6, :6].T @ rows[:6], before[:6], rtol=1e-13, atol=1e-14)
    np.testing.assert_array_equal(np.tril(triangle[:6, :6], -1), 0)


@pytest.mark.parametrize("damping", [0.0, 1e-20, 1e-3, 10.0])
def test_damped_step_solves_the_stacked_least_squares_problem(damping):
    rng = np.random.default_rng(2)
    triangle, scales = np.zeros((MAX_LINES, MAX_LINES)), np.zeros(MAX_LINES)
    triangle[:5, :5] = np.triu(rng.normal(size=(5, 5))) + 2 * np.eye(5)
    scales[:5] = rng.uniform(0.5, 2, 5)
    rotated, rotations = np.zeros((MAX_LINES + 1, MAX_LINES)), np.zeros((2, MAX_LINES, MAX_LINES))
    right = np.zeros((2, MAX_LINES))
    right[0, :5] = rng.normal(size=5)
    add_damping(5, triangle, scales, damping, rotated, rotations)
    assert damped_step(5, rotated, rotations, right)
    stacked = np.vstack([triangle[:5, :5], np.sqrt(damping) * np.diag(scales[:5])])
    expected = np.linalg.lstsq(stacked, np.concatenate([-right[0, :5], np.zeros(5)]), rcond=None)[0]
    np.testing.assert_allclose(right[1, :5], expected, rtol=1e-12)


def test_a_linear_program_is_fitted_as_by_linear_least_squares():
    core, constants = program([(MULC, 0, 0, 1.0), (ADDC, 1, 0, 0.0), (MUL, 0, 2, 0), (ADDC, 3, 0, 5.0)])
    table = table_of(np.exp2)
    squares, size, _ = fit(core, constants, COMPLETE, table, make_space())
    matrix = np.stack([X**2, X, np.ones(NODES)], axis=1) / np.exp2(X)[:, None]
    solution, residual, *_ = np.linalg.lstsq(matrix, np.ones(NODES), rcond=None)
    np.testing.assert_allclose(constants[0, [0, 1, 3]], solution, rtol=1e-6)
    assert squares == pytest.approx(float(residual[0]), rel=1e-9)
    assert size == pytest.approx(np.max(np.abs(matrix @ solution - 1)), rel=1e-6)


def test_the_published_shape_has_its_known_error():
    """5.64e-10 is the minimax error of the core of the published program (Real et al., arXiv:2312.08472)."""
    lines = [(CDIV, 0, 0, 90.0), (ADD, 0, 1, 0), (CDIV, 2, 0, 236.0), (ADD, 3, 2, 0)]
    core, constants = program([*lines, (ADDC, 4, 0, -31.0), (CDIV, 5, 0, 62.0), (ADDC, 6, 0, 1.0)])
    _, size, _ = fit(core, constants, COMPLETE, table_of(np.exp2), make_space())
    assert 5.6e-10 < size < 6.5e-10


def test_extended_fit_goes_on_where_float64_sees_its_own_rounding():
    target = make_target("2^x", "0", "1")
    samples = sampled_target(target, [Wrapping(target, PLAIN, squarings=s) for s in (0, 5)])
    lines = [(CDIV, 0, 0, 90.4), (ADD, 0, 1, 0), (CDIV, 2, 0, 236.6), (ADD, 3, 2, 0)]
    core, constants = program([*lines, (ADDC, 4, 0, -31.32), (CDIV, 5, 0, 62.64), (ADDC, 6, 0, 1.0)])
    space = make_space()
    _, size, _ = fit(core, constants, COMPLETE, samples.table, space)
    assert size < 6.5e-10
    constants *= 32.0 ** np.array([2, 0, 2, 0, 1, 1, 0] + [0] * (MAX_LINES - 7))
    deep = Core(core.code, core.lines, 1)
    rounded = constants.copy()
    _, floor, _ = fit(deep, rounded, COMPLETE, samples.table, space)
    assert floor > 1e-16
    _, size, _ = fit(deep, constants, EXTENDED, samples.table, space)
    assert 5e-19 < size < 7e-19
    assert np.any(constants[1] != 0)


def test_a_fit_never_ends_worse_than_it_began():
    rng = np.random.default_rng(5)
    table, space = table_of(np.sin), make_space()
    lines = [(CDIV, 0, 0, 0), (ADDC, 1, 0, 0), (MUL, 2, 0, 0), (CSUB, 3, 0, 0), (DIV, 0, 4, 0), (MULC, 5, 0, 0)]
    for _ in range(30):
        core, constants = program(lines)
        constants[0] = rng.normal(size=MAX_LINES) * 3
        start = constants.copy()
        squares, _, _ = fit(core, start.copy(), Rule(0, 0.0, 0, 0.0, 1e-3, True, False), table, space)
        after, size, evaluations = fit(core, constants, COMPLETE, table, space)
        assert after <= squares
        values = np.zeros((2 * (MAX_LINES + 1), NODES))
        values[0] = X
        evaluate(core.code, core.lines, constants, values)
        if np.isfinite(after):
            assert size == pytest.approx(np.max(np.abs((values[core.lines] - table[1]) * table[3])), rel=1e-12)
            assert evaluations >= 1


HEADS = [
    ([(ADDC, 1.5)], None),
    ([(CSUB, 1.5)], None),
    ([(MULC, 1.5)], None),
    ([(CDIV, 1.5)], None),
    ([(ADDC, 1.5), (MULC, -0.7)], None),
    ([(CSUB, 1.5), (MULC, -0.7)], None),
    ([(MULC, 1.5), (ADDC, -0.7)], None),
    ([(MULC, 1.5), (CSUB, -0.7)], None),
    ([(ADDC, 1.5), (CDIV, 0.4)], None),
    ([(CDIV, 1.5), (CSUB, 0.4)], None),
    ([(ADDC, 1.5), (CDIV, 0.4), (ADDC, 3.0)], None),
    ([(CSUB, 7.5), (CDIV, 0.4), (CSUB, 3.0)], None),
    ([(CDIV, 1.0), (MULC, 2.0), (ADDC, 0.3)], 1),
]


@pytest.mark.parametrize(("chain", "fixed"), HEADS)
def test_the_head_of_a_program_that_fits_exactly_is_found_exactly(chain, fixed):
    lines = [(MUL, 0, 0, 0.0)]
    lines += [(operation, i + 1, 0, c) for i, (operation, c) in enumerate(chain)]
    core, constants = program(lines)
    values = np.zeros((2 * (MAX_LINES + 1), NODES))
    values[0] = X
    evaluate(core.code, core.lines, constants, values)
    table = np.array([X, values[core.lines], np.zeros(NODES), np.ones(NODES)])
    wanted, space = constants.copy(), make_space()
    kept = slice(1, 1 + fixed) if fixed else slice(0, 0)
    unknown = constants.copy()
    unknown[0, 1:] = 99.0
    unknown[0, kept] = wanted[0, kept]
    set_variable(table, 0, space.values)
    evaluate(core.code, core.lines, unknown, space.values)
    assert solve_head(core, unknown, table, space)
    np.testing.assert_allclose(unknown[0, : core.lines], wanted[0, : core.lines], rtol=1e-9)


def test_a_program_without_trailing_constants_has_no_head():
    core, constants = program([(ADDC, 0, 0, 1.0), (MUL, 1, 0, 0)])
    space = make_space()
    assert not solve_head(core, constants, table_of(np.exp2), space)


def test_a_divisor_of_both_signs_is_a_pole():
    space = make_space()
    for constant, expected in ((-0.5, True), (0.5, False), (-2.0, False)):
        core, constants = program([(ADDC, 0, 0, constant), (DIV, 0, 1, 0)])
        set_variable(table_of(np.exp2), 0, space.values)
        evaluate(core.code, core.lines, constants, space.values)
        assert has_poles(core, space.values) == expected


def test_random_starts_avoid_poles_and_repeat():
    core, inherited = program([(ADDC, 0, 0, 0), (CDIV, 1, 0, 0), (ADDC, 2, 0, 0), (DIV, 0, 3, 0)])
    table, space = table_of(np.exp2), make_space()
    outcomes = []
    for _ in range(2):
        random, found, poles = np.array([11], np.uint64), [], 0
        for _ in range(200):
            constants = np.zeros((2, MAX_LINES))
            random_start(random, core, table, space, Draw(constants, inherited, 1.0, 0.5, 40))
            poles += has_poles(core, space.values)
            found.append(constants[0, :3].copy())
        outcomes.append(np.array(found))
        assert poles == 0
    np.testing.assert_array_equal(*outcomes)
    assert len(np.unique(outcomes[0][:, 0])) > 190


def test_random_numbers_have_their_distributions():
    random = np.array([1], np.uint64)
    sample = np.array([uniform(random) for _ in range(20_000)])
    assert 0 <= sample.min() < 1e-3 < 1 - 1e-3 < sample.max() < 1
    assert sample.mean() == pytest.approx(0.5, abs=0.01)
    counts = np.bincount([below(random, 5) for _ in range(10_000)], minlength=5)
    assert len(counts) == 5
    assert counts.min() > 1800
    constants = np.array([random_constant(random, -2.0, 3.0) for _ in range(5000)])
    assert np.abs(constants).min() >= 0.25
    assert np.abs(constants).max() <= 8
    assert np.mean(constants < 0) == pytest.approx(0.5, abs=0.03)
    logarithms = np.log([random_factor(random) for _ in range(20_000)])
    assert logarithms.mean() == pytest.approx(0, abs=0.1)
    assert logarithms.std() == pytest.approx(1, abs=0.03)


def test_splitmix_gives_its_published_sequence():
    """First outputs for the seed 0 in the reference code of Vigna, splitmix64.c."""
    random = np.array([0], np.uint64)
    first = [uniform(random) for _ in range(2)]
    assert first == [(word >> 11) * 2.0**-53 for word in (0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4)]


def test_powers_of_two_are_exact_at_integers():
    assert [power_of_two(float(n)) for n in (-3, 0, 5)] == [0.125, 1.0, 32.0]
    assert Fraction(power_of_two(0.5)) == Fraction(3, 2)
