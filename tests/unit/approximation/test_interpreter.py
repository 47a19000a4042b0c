from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from discovery.approximation.extended import LOW, evaluate_extended, residuals_extended, two_sum
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
    SUB,
    TABLE_ROWS,
    UNARY,
    evaluate,
    jacobian,
    residuals,
)
from discovery.approximation.vectors import WIDTH, broadcast, element, fused, larger, largest, load, store, total

EXACT = {
    ADDC: lambda a, b, c: a + c,
    MULC: lambda a, b, c: a * c,
    CDIV: lambda a, b, c: c / a,
    CSUB: lambda a, b, c: c - a,
    ADD: lambda a, b, c: a + b,
    SUB: lambda a, b, c: a - b,
    MUL: lambda a, b, c: a * b,
    DIV: lambda a, b, c: a / b,
}


def program(lines):
    code, constants = np.zeros((3, MAX_LINES), np.int64), np.zeros((2, MAX_LINES))
    for i, (operation, a, b, c) in enumerate(lines):
        code[:, i] = operation, a, b
        constants[0, i] = c
    return code, len(lines), constants


def values_on(x):
    values = np.zeros((2 * LOW, NODES))
    values[0] = x
    return values


def exact_values(lines, x, constants):
    values = [Fraction(x)]
    for i, (operation, a, b, _) in enumerate(lines):
        c = Fraction(constants[0, i]) + Fraction(constants[1, i])
        values.append(EXACT[operation](values[a], values[b], c))
    return values


ALL = [(CDIV, 0, 0, 1.7), (ADD, 1, 0, 0), (SUB, 2, 1, 0), (MUL, 3, 2, 0), (DIV, 4, 2, 0)]
ALL += [(ADDC, 5, 0, 0.3), (MULC, 6, 0, -1.1), (CSUB, 7, 0, 9.0), (MUL, 8, 8, 0)]
NODES_X = np.linspace(0.2, 1.9, NODES)


@st.composite
def random_lines(draw):
    lines = []
    for i in range(draw(st.integers(1, 8))):
        operation = draw(st.integers(0, 7))
        a, b = draw(st.integers(0, i)), draw(st.integers(0, i))
        lines.append((operation, a, b, draw(st.sampled_from([0.75, -1.3, 2.0, 11.1]))))
    return lines


@given(random_lines())
@settings(max_examples=60, deadline=None)
def test_values_are_those_of_numpy_bit_by_bit(lines):
    code, count, constants = program(lines)
    values = values_on(NODES_X)
    evaluate(code, count, constants, values)
    expected = [NODES_X]
    with np.errstate(all="ignore"):
        for i, (operation, a, b, _) in enumerate(lines):
            expected.append(EXACT[operation](expected[a], expected[b], constants[0, i]))
    for i, row in enumerate(expected):
        np.testing.assert_array_equal(values[i], row)


@given(random_lines())
@settings(max_examples=60, deadline=None)
def test_extended_values_go_far_below_the_rounding_of_float64(lines):
    code, count, constants = program(lines)
    constants[1, :count] = constants[0, :count] * 2.0**-60
    values = values_on(NODES_X)
    evaluate_extended(code, count, constants, values)
    for j in (0, 13, NODES - 1):
        try:
            exact = exact_values(lines, NODES_X[j], constants)
        except ZeroDivisionError:
            continue
        scale = max(abs(value) for value in exact)
        if scale > 1e30 or any(value and abs(value) < scale * Fraction(1, 2**20) for value in exact):
            continue  # cancellation multiplies errors
        for i, value in enumerate(exact):
            found = Fraction(values[i, j]) + Fraction(values[LOW + i, j])
            assert abs(found - value) <= scale * Fraction(2) ** -75


def test_every_operation_has_the_right_extended_value():
    code, count, constants = program(ALL)
    constants[1, :count] = constants[0, :count] * 2.0**-55
    values = values_on(NODES_X)
    evaluate_extended(code, count, constants, values)
    for j in range(NODES):
        for i, value in enumerate(exact_values(ALL, NODES_X[j], constants)):
            found = Fraction(values[i, j]) + Fraction(values[LOW + i, j])
            assert abs(found - value) <= abs(value) * Fraction(2) ** -95


def test_derivatives_are_those_of_exact_difference_quotients():
    code, count, constants = program(ALL)
    values, adjoints = values_on(NODES_X), np.zeros((MAX_LINES + 1, NODES))
    rows, table = np.zeros((MAX_LINES, NODES)), np.ones((TABLE_ROWS, NODES))
    table[3] = 1 + NODES_X**2
    evaluate(code, count, constants, values)
    free = jacobian(code, count, constants, values, table, 0, adjoints, rows)
    with_constant = [i for i in range(count - 1, -1, -1) if ALL[i][0] < UNARY]
    assert free == len(with_constant)
    step = Fraction(1, 10**12)
    for p, i in enumerate(with_constant):
        for j in (0, 7, NODES - 1):
            moved = [list(line) for line in ALL]
            up, down = constants.astype(object), constants.astype(object)
            up[0, i], down[0, i] = Fraction(constants[0, i]) + step, Fraction(constants[0, i]) - step
            top, bottom = (exact_values(moved, NODES_X[j], c)[-1] for c in (up, down))
            slope = float((top - bottom) / (2 * step)) * table[3, j]
            assert rows[p, j] == pytest.approx(slope, rel=1e-11)


def test_a_squared_value_passes_its_derivative_on_twice():
    code, count, constants = program([(ADDC, 0, 0, 0.5), (MUL, 1, 1, 0)])
    values, adjoints = values_on(NODES_X), np.zeros((MAX_LINES + 1, NODES))
    rows, table = np.zeros((MAX_LINES, NODES)), np.ones((TABLE_ROWS, NODES))
    evaluate(code, count, constants, values)
    assert jacobian(code, count, constants, values, table, 0, adjoints, rows) == 1
    np.testing.assert_allclose(rows[0], 2 * (NODES_X + 0.5), rtol=1e-15)


def test_residuals_are_weighted_and_the_extended_ones_see_below_rounding():
    code, count, constants = program([(ADDC, 0, 0, 1.0)])
    constants[1, 0] = 2.0**-70
    values, errors = values_on(NODES_X), np.zeros((2, NODES))
    evaluate_extended(code, count, constants, values)
    table = np.zeros((TABLE_ROWS, NODES))
    exact = [Fraction(x) + 1 for x in NODES_X]
    table[1] = [float(value) for value in exact]
    table[2] = [float(value - Fraction(float(value))) for value in exact]
    table[3] = 3.0
    squares, size = residuals_extended(values, 1, table, 0, errors)
    assert size == pytest.approx(3 * 2.0**-70, rel=1e-6)
    assert squares == pytest.approx(NODES * size**2, rel=1e-6)
    table[1] -= 0.25
    squares, size = residuals(values, 1, table, 0, errors)
    np.testing.assert_allclose(errors[0], 0.75)
    assert (squares, size) == (pytest.approx(NODES * 0.75**2), pytest.approx(0.75))


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("place", [0, 5, NODES - 1])
def test_one_error_that_is_not_finite_makes_all_infinite(bad, place):
    values, errors = values_on(NODES_X), np.zeros((2, NODES))
    table = np.ones((TABLE_ROWS, NODES))
    values[0, place] = bad
    assert residuals(values, 0, table, 0, errors) == (np.inf, np.inf)
    assert residuals_extended(values, 0, table, 0, errors) == (np.inf, np.inf)


@njit
def _vector_facts(source, target):
    a, b = load(source, 0, 0), load(source, 1, WIDTH)
    store(target, 0, 0, a + b)
    store(target, 1, 0, a - b)
    store(target, 2, 0, a * b)
    store(target, 3, 0, a / b)
    store(target, 4, 0, fused(a, b, broadcast(-1.0)))
    store(target, 5, 0, larger(a * a, b * b))
    high, low = two_sum(a, b)
    store(target, 6, 0, high)
    store(target, 7, 0, low)
    return total(a), largest(a * a), element(b, 3)


def test_vector_instructions_are_those_of_eight_numbers():
    rng = np.random.default_rng(3)
    source, target = rng.normal(size=(2, 2 * WIDTH)), np.zeros((8, WIDTH))
    a, b = source[0, :WIDTH], source[1, WIDTH:]
    summed, biggest, fourth = _vector_facts(source, target)
    for row, expected in zip(target, (a + b, a - b, a * b, a / b), strict=False):
        np.testing.assert_array_equal(row, expected)
    fused_exactly = [float(Fraction(x) * Fraction(y) - 1) for x, y in zip(a, b, strict=True)]
    np.testing.assert_array_equal(target[4], fused_exactly)
    np.testing.assert_array_equal(target[5], np.maximum(a * a, b * b))
    for x, y, high, low in zip(a, b, target[6], target[7], strict=True):
        assert Fraction(high) + Fraction(low) == Fraction(x) + Fraction(y)
    assert summed == ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]))
    assert (biggest, fourth) == (np.max(a * a), b[3])
