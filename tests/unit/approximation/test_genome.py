from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.approximation.breeding import has_root
from discovery.approximation.classical import classical_programs
from discovery.approximation.fit import make_space, measure, set_variable
from discovery.approximation.genome import Genome, fixed_constants, from_arrays, from_program, to_arrays, to_program
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
    Core,
)
from discovery.approximation.samples import COST, GROWTH, PROMOTED, SQUARED, sampled_target
from discovery.approximation.targets import float_values, make_target
from discovery.approximation.wrapping import EVEN, LOGARITHMIC, ODD, PLAIN, RECIPROCAL, SHIFTED
from discovery.errors import InputError
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.precision import working_precision
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_function import evaluate_exact, evaluate_floats

TARGETS = {
    "2^x": sampled_target(make_target("2^x", "0", "1")),
    "sin": sampled_target(make_target("sin(x)", "0", "pi/4", zero_factor=True)),
    "cos": sampled_target(make_target("cos(x)", "0", "pi/4")),
    "log2": sampled_target(make_target("log2(x)", "1", "2", zero_factor=True)),
    "absolute": sampled_target(make_target("sin(x)", "0", "pi/4", "absolute")),
}


def program_of(target, constants, operations):
    lines = [list(line) for line in operations]
    return Program.from_json({"target": target, "interval": ["0", "1"], "constants": constants, "operations": lines})


def wrapping_value(samples, kind, value, t):
    """The target's value made from that of the core, in float64, as the wrapping says."""
    wrapping = samples.wrappings[kind]
    for constant in wrapping.doubling_constants():
        value = value * value - float(constant)
    value = value ** (2.0**wrapping.squarings)
    if wrapping.variable == ODD:
        return np.sqrt(t) * value
    if wrapping.variable == SHIFTED:
        return t * value
    if wrapping.variable == RECIPROCAL:
        return np.sqrt(t * t - 4) * value
    return np.sqrt(t) * value if wrapping.variable == LOGARITHMIC else value


def outer(samples, kind, t):
    wrapping = samples.wrappings[kind]
    if wrapping.variable in (ODD, EVEN):
        return np.sqrt(t)
    if wrapping.variable == SHIFTED:
        return t + float(wrapping.zero)
    if wrapping.variable == RECIPROCAL:
        return (t + np.sqrt(t * t - 4)) / 2
    return (1 + np.sqrt(t)) / (1 - np.sqrt(t)) if wrapping.variable == LOGARITHMIC else t


@pytest.mark.parametrize("name", TARGETS)
def test_sampled_values_give_the_target_through_every_wrapping(name):
    samples = TARGETS[name]
    for kind in range(len(samples.wrappings)):
        t, value, low, weight = samples.table[TABLE_ROWS * kind : TABLE_ROWS * (kind + 1)]
        assert np.all(np.diff(t) > 0)
        assert np.all(weight > 0)
        assert np.all(np.abs(low) <= np.spacing(np.abs(value)) / 2 * 1.001)
        expected = float_values(samples.target.expression, outer(samples, kind, t))
        found = wrapping_value(samples, kind, value, t)
        np.testing.assert_allclose(found, expected, rtol=1e-12 if name != "log2" else 1e-7)
        moved = wrapping_value(samples, kind, value * (1 + 1e-7), t)
        error = np.abs(moved - found) / (np.abs(found) if name != "absolute" else 1)
        np.testing.assert_allclose(error, np.abs(value) * 1e-7 * weight, rtol=1e-4)


def test_sampled_values_have_both_parts_right():
    samples = TARGETS["2^x"]
    with working_precision(200):
        for t, high, low in samples.table[:3].T:
            exact = evaluate_ball(samples.target.expression, 200, {"x": arb(t)})
            assert abs(float(exact - high - low)) < 2.0**-104


def test_kinds_say_what_a_wrapping_costs_and_which_one_follows():
    samples = TARGETS["cos"]
    shapes = [(w.variable, w.squarings, w.doublings) for w in samples.wrappings]
    for k, (variable, squarings, doublings) in enumerate(shapes):
        assert samples.kinds[COST, k] == samples.wrappings[k].operations
        assert samples.kinds[GROWTH, k] == (1 if variable == PLAIN else 2)
        squared, promoted = samples.kinds[SQUARED, k], samples.kinds[PROMOTED, k]
        if squared >= 0:
            assert shapes[squared] == (variable, squarings + 1, doublings)
        if doublings:
            assert promoted < 0 or shapes[promoted] == (variable, squarings, doublings + 1)
    assert (EVEN, 0, 1) in shapes
    assert samples.kinds[PROMOTED, shapes.index((EVEN, 0, 1))] == shapes.index((EVEN, 0, 2))


@pytest.mark.parametrize("name", ["2^x", "sin", "cos", "log2"])
def test_classical_programs_become_genomes_of_the_same_cost_and_value(name):
    samples = TARGETS[name]
    kinds = set()
    for classical in classical_programs(samples.target, 9):
        genome = from_program(classical.program, samples)
        if genome is None:
            continue
        kinds.add(samples.wrappings[genome.kind].variable)
        again = to_program(genome, samples)
        assert genome.operation_count(samples) == again.operation_count() == classical.program.operation_count()
        assert again.structure_key() == classical.program.structure_key()
        x = np.linspace(float(samples.target.lower) + 0.01, float(samples.target.upper), 9)
        np.testing.assert_allclose(evaluate_floats(again, x), evaluate_floats(classical.program, x), rtol=1e-9)
    assert kinds == {w.variable for w in samples.wrappings} - ({PLAIN} if name in ("sin", "log2") else set())


def test_the_core_of_a_program_is_as_short_as_its_wrappings_allow():
    sin = TARGETS["sin"]
    lines = [("*", "x", "x"), ("*", "v0", "c0"), ("+", "c1", "v1"), ("*", "v2", "x")]
    genome = from_program(program_of("sin(x)", ["-0.16", "0.999"], lines), sin)
    assert sin.wrappings[genome.kind].variable == ODD
    assert genome.lines == ((MULC, 0, 0, Fraction(-16, 100)), (ADDC, 1, 0, Fraction(999, 1000)))
    power = [("/", "x", "c0"), ("-", "c1", "v0"), ("*", "v1", "v1"), ("*", "v2", "v2")]
    exp2 = TARGETS["2^x"]
    genome = from_program(program_of("2^x", ["-4", "1"], power), exp2)
    assert exp2.wrappings[genome.kind].squarings == 2
    assert genome.lines == ((MULC, 0, 0, Fraction(-1, 4)), (CSUB, 1, 0, Fraction(1)))


def test_operations_on_constants_are_folded():
    lines = [("+", "c0", "c1"), ("/", "c2", "x"), ("*", "v1", "v0"), ("-", "v2", "v0")]
    genome = from_program(program_of("2^x", ["0.25", "0.5", "7"], lines), TARGETS["2^x"])
    assert genome.lines == (
        (CDIV, 0, 0, Fraction(7)),
        (MULC, 1, 0, Fraction(3, 4)),
        (ADDC, 2, 0, Fraction(-3, 4)),
    )


@pytest.mark.parametrize(
    "lines",
    [[("sqrt", "x"), ("+", "v0", "c0")], [("fma", "x", "c0", "c0")], [("-", "c0", "c0"), ("/", "x", "v0")]],
)
def test_programs_that_have_no_line_form_are_refused(lines):
    assert from_program(program_of("2^x", ["2"], lines), TARGETS["2^x"]) is None


def test_programs_with_too_many_lines_are_refused():
    lines = [("+", "x", "x")] + [("+", f"v{i}", "x") for i in range(MAX_LINES)]
    assert from_program(program_of("2^x", [], lines), TARGETS["2^x"]) is None


@st.composite
def genomes(draw, samples):
    lines = []
    for i in range(draw(st.integers(1, 9))):
        operation, a, b = draw(st.integers(0, 7)), draw(st.integers(0, i)), draw(st.integers(0, i))
        if operation < 4:
            high = draw(st.floats(0.125, 64, allow_subnormal=False))
            low = high * draw(st.sampled_from([0.0, 2.0**-60, -(2.0**-58)]))
            lines.append((operation, a, 0, Fraction(high) + Fraction(low)))
        else:
            lines.append((operation, a, b, None))
    return Genome(tuple(lines), draw(st.integers(0, len(samples.wrappings) - 1)))


@given(genomes(TARGETS["cos"]))
@settings(max_examples=50, deadline=None)
def test_arrays_keep_a_genome_exactly(genome):
    code, count, constants = to_arrays(genome)
    assert from_arrays(code, constants, count, genome.kind) == genome


@given(genomes(TARGETS["cos"]))
@settings(max_examples=50, deadline=None)
def test_a_program_computes_what_the_compiled_core_does(genome):
    samples = TARGETS["cos"]
    code, count, constants = to_arrays(genome)
    space = make_space()
    set_variable(samples.table, genome.kind, space.values)
    measure(code, count, constants, False, samples.table, genome.kind, space.values, space.errors)
    t, core = samples.table[TABLE_ROWS * genome.kind], space.values[count]
    program = to_program(genome, samples)
    found = evaluate_floats(program, outer(samples, genome.kind, t))
    with np.errstate(all="ignore"):
        expected = wrapping_value(samples, genome.kind, core, t)
    sane = np.isfinite(expected) & np.isfinite(found) & (np.abs(expected) < 1e200)
    scale = np.max(np.abs(expected[sane]), initial=1.0)
    close = np.isclose(found[sane], expected[sane], rtol=1e-6, atol=1e-6 * scale)
    # Cancellation may spoil a few points, never most of them.
    assert np.count_nonzero(~close) <= 0.1 * NODES


def test_constants_are_written_with_all_their_digits():
    third = Fraction(float(Fraction(1, 3))) + Fraction(float(Fraction(1, 3) - Fraction(float(Fraction(1, 3)))))
    samples = TARGETS["2^x"]
    program = to_program(Genome(((ADDC, 0, 0, third), (MULC, 1, 0, Fraction(0.1))), 0), samples)
    assert abs(program.constant_values[0] - third) < Fraction(1, 10**35)
    assert float(program.constant_values[1]) == 0.1
    value = evaluate_exact(program, Fraction(1, 2))
    assert abs(value - (Fraction(1, 2) + Fraction(1, 3)) / 10) < Fraction(1, 10**16)


def test_the_constants_of_a_zero_are_fixed():
    samples = TARGETS["log2"]
    for kind, wrapping in enumerate(samples.wrappings):
        genome = Genome(((ADDC, 0, 0, Fraction(1)), (MULC, 1, 0, Fraction(5, 2))), kind)
        program, fixed = to_program(genome, samples), fixed_constants(genome, samples)
        if wrapping.variable == PLAIN:
            assert fixed == ()
            continue
        assert wrapping.variable in (SHIFTED, LOGARITHMIC, RECIPROCAL)
        assert [program.constants[i] for i in fixed] == ["1"]
        assert evaluate_exact(program, Fraction(1)) == 0
    exp2 = TARGETS["2^x"]
    assert fixed_constants(Genome(((ADDC, 0, 0, Fraction(1)),), 3), exp2) == ()


@pytest.mark.parametrize(
    ("name", "lines", "answer"),
    [
        # (x + c)(x - 1), as u x - u; c - x - (c - x)/x; x - 1 by a constant alone is no identity.
        ("log2", [(ADDC, 0, 0), (MUL, 1, 0), (SUB, 2, 1)], True),
        ("log2", [(CSUB, 0, 0), (DIV, 1, 0), (SUB, 1, 2)], True),
        ("log2", [(ADDC, 0, 0), (MULC, 1, 0)], False),
        # c/(c/x + x) is 0 at 0 although it divides by 0 there.
        ("sin", [(CDIV, 0, 0), (ADD, 0, 1), (CDIV, 2, 0)], True),
        ("sin", [(CDIV, 0, 0), (CSUB, 1, 0)], False),
        ("sin", [(MULC, 0, 0), (CSUB, 1, 0)], False),
        ("2^x", [(MULC, 0, 0), (CSUB, 1, 0)], True),
    ],
)
def test_a_zero_that_no_factor_has_is_seen_in_the_structure(name, lines, answer):
    samples = TARGETS[name]
    code = np.zeros((3, MAX_LINES), np.int64)
    code[:, : len(lines)] = np.array(lines).T
    assert has_root(Core(code, len(lines), 0), samples.roots[0], np.zeros((2, MAX_LINES))) == answer
    assert np.isnan(samples.roots[1:]).all()


def test_programs_without_a_factor_are_for_targets_whose_zeros_they_can_have():
    assert [w.variable for w in TARGETS["sin"].wrappings] == [PLAIN, ODD]
    assert PLAIN in [w.variable for w in TARGETS["absolute"].wrappings]
    with pytest.raises(InputError, match="no form of program"):
        sampled_target(TARGETS["log2"].target, [])


def test_a_value_that_is_not_finite_is_named():
    target = make_target("2^x", "0", "1")
    bad = sampled_target(target).wrappings[0]

    class Broken:
        operations, variable, squarings, doublings, zero = 0, PLAIN, 0, 0, Fraction(0)

        def problem(self):
            problem = bad.problem()
            return type(problem)(lambda t: t / 0, problem.weight, problem.lower, problem.upper)

    with pytest.raises(InputError, match="no finite value"):
        sampled_target(target, [Broken()])


def test_the_node_table_has_the_right_shape():
    samples = TARGETS["cos"]
    kinds = len(samples.wrappings)
    assert samples.table.shape == (TABLE_ROWS * kinds, NODES)
    assert samples.dense.shape == (TABLE_ROWS * 8 * kinds, NODES)
    assert samples.kinds.shape == (4, kinds)
