import itertools
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.approximation.enumeration import STRUCTURES, structures
from discovery.approximation.genome import Genome, to_program
from discovery.approximation.interpreter import ADD, ADDC, CDIV, CSUB, DIV, MAX_LINES, MUL, MULC, SUB, UNARY
from discovery.approximation.samples import sampled_target
from discovery.approximation.structure import (
    DEGREE_SHAPE,
    KEY_COUNTS,
    KEY_WORDS,
    compact,
    is_redundant,
    scaling_degrees,
    structure_key,
)
from discovery.approximation.targets import make_target
from discovery.approximation.wrapping import PLAIN, Wrapping
from discovery.errors import InputError

TARGET = make_target("2^x", "0", "1")
PLAIN_SAMPLES = sampled_target(TARGET, [Wrapping(TARGET, PLAIN)])


def code_of(lines):
    code = np.zeros((3, MAX_LINES), np.int64)
    for i, line in enumerate(lines):
        code[:, i] = line
    return code


def key_of(lines):
    return int(
        structure_key(code_of(lines), len(lines), np.zeros(KEY_WORDS, np.uint64), np.zeros(KEY_COUNTS, np.int64))
    )


def digest(lines):
    """The shape as `Program.structure_key` sees it, which is another program."""
    genome = Genome(tuple((o, a, b if o >= UNARY else 0, 2 if o < UNARY else None) for o, a, b in lines), 0)
    return to_program(genome, PLAIN_SAMPLES).structure_key()


@pytest.mark.parametrize(("lines", "count"), [(1, 4), (2, 22), (3, 208), (4, 2718), (5, 46968)])
def test_numbers_of_structures_are_the_known_ones(lines, count):
    found = structures(lines)
    assert found.shape == (count, 3, lines)
    assert STRUCTURES[lines - 1] == count
    assert len({bytes(code) for code in found}) == count


def test_every_structure_with_three_lines_is_there_and_only_once():
    listed = {key_of(code.T.tolist()) for code in structures(3)}
    assert len(listed) == 208
    assert 0 not in listed
    everything = set()
    rows = [
        [(o, a, b) for o in range(8) for a in range(i + 1) for b in range(i + 1 if o >= UNARY else 1)] for i in range(3)
    ]
    for lines in itertools.product(*rows):
        code = code_of(lines)
        used = {a for _, a, _ in lines} | {b for o, _, b in lines if o >= UNARY}
        computed = [(o, *sorted((a, b))) for o, a, b in lines if o >= UNARY]
        repeats = len(set(computed)) < len(computed)
        if used >= {0, 1, 2} and not repeats and not any(is_redundant(code, i) for i in range(3)):
            key = key_of(lines)
            if key:
                everything.add(key)
    assert everything == listed


def test_keys_of_structures_that_differ_are_seen_as_different_elsewhere():
    by_digest = defaultdict(list)
    for code in structures(4)[::7]:
        lines = code.T.tolist()
        by_digest[digest(lines)].append(key_of(lines))
    assert all(len(keys) == 1 for keys in by_digest.values())


@st.composite
def shapes(draw):
    count = draw(st.integers(2, 9))
    lines = []
    for i in range(count):
        operation = draw(st.integers(0, 7))
        lines.append((operation, draw(st.integers(0, i)), draw(st.integers(0, i)) if operation >= UNARY else 0))
    return lines


@given(shapes(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_keys_are_blind_to_signs_and_to_the_order_of_operands(lines, random):
    other = []
    for operation, a, b in lines:
        alike = next((pair for pair in ([ADDC, CSUB], [ADD, SUB]) if operation in pair), [operation])
        operands = (b, a) if operation in (ADD, SUB, MUL) and random.random() < 0.5 else (a, b)
        other.append((random.choice(alike), *operands))
    assert key_of(lines) == key_of(other)


def test_keys_are_blind_to_association_but_not_to_sharing():
    left = [(ADDC, 0, 0), (CDIV, 0, 0), (MUL, 0, 0), (ADD, 1, 2), (ADD, 4, 3)]
    right = [(ADDC, 0, 0), (CDIV, 0, 0), (MUL, 0, 0), (ADD, 2, 3), (ADD, 1, 4)]
    assert key_of(left) == key_of(right)
    assert key_of([(CDIV, 0, 0), (ADD, 1, 0), (MUL, 2, 2)]) != key_of(
        [(CDIV, 0, 0), (ADD, 1, 0), (ADD, 1, 0), (MUL, 2, 3)]
    )
    assert key_of([(ADDC, 0, 0), (DIV, 0, 1)]) != key_of([(ADDC, 0, 0), (DIV, 1, 0)])


@pytest.mark.parametrize(
    "lines",
    [
        [(ADDC, 0, 0), (ADD, 1, 0), (ADDC, 2, 0)],
        [(MULC, 0, 0), (MUL, 1, 0), (CDIV, 2, 0)],
        [(CSUB, 0, 0), (MUL, 0, 0), (SUB, 2, 1), (ADDC, 3, 0)],
    ],
)
def test_two_constants_in_one_chain_are_redundant(lines):
    assert key_of(lines) == 0


def test_trivial_lines_are_redundant():
    for line in ((SUB, 1, 1), (DIV, 1, 1), (ADD, 1, 1)):
        assert is_redundant(code_of([(MUL, 0, 0), line]), 1)
    assert not is_redundant(code_of([(MUL, 0, 0), (MUL, 1, 1)]), 1)
    for before, after, expected in ((ADDC, CSUB, True), (MULC, CDIV, True), (CDIV, CDIV, True), (ADDC, MULC, False)):
        assert is_redundant(code_of([(before, 0, 0), (after, 1, 0)]), 1) == expected


@given(shapes())
@settings(max_examples=100, deadline=None)
def test_compact_keeps_the_lines_that_are_needed_and_their_values(lines):
    code, constants = code_of(lines), np.zeros((2, MAX_LINES))
    constants[0, : len(lines)] = 1.5 + np.arange(len(lines))
    before = tree(code, constants, len(lines))
    count = compact(code, len(lines), constants, np.zeros(MAX_LINES + 1, np.int64))
    assert tree(code, constants, count) == before
    used = {int(a) for a in code[1, :count]} | {int(code[2, i]) for i in range(count) if code[0, i] >= UNARY}
    assert used >= set(range(1, count))


def tree(code, constants, value):
    if value == 0:
        return "x"
    operation, a, b = (int(part) for part in code[:, value - 1])
    right = tree(code, constants, b) if operation >= UNARY else constants[0, value - 1]
    return f"({operation} {tree(code, constants, a)} {right})"


def degrees_of(lines):
    degrees = np.zeros(MAX_LINES)
    consistent = scaling_degrees(code_of(lines), len(lines), np.zeros(DEGREE_SHAPE), degrees)
    return [int(degrees[i]) for i, line in enumerate(lines) if line[0] < UNARY] if consistent else None


def test_scaling_degrees_of_the_published_shape():
    lines = [(CDIV, 0, 0), (ADD, 0, 1), (CDIV, 2, 0), (ADD, 3, 2), (ADDC, 4, 0), (CDIV, 5, 0), (ADDC, 6, 0)]
    assert degrees_of(lines) == [2, 2, 1, 1, 0]


@given(shapes())
@settings(max_examples=150, deadline=None)
def test_constants_with_their_degrees_scale_the_variable(lines):
    degrees = degrees_of(lines)
    if degrees is None:
        return
    rng = np.random.default_rng(len(lines))
    constants, scaled, p = rng.uniform(1, 2, len(lines)), [], 0
    for i, line in enumerate(lines):
        scaled.append(constants[i])
        if line[0] < UNARY:
            scaled[i] *= 2.0 ** degrees[p]
            p += 1
    with np.errstate(all="ignore"):
        at, doubled = value(lines, constants, 0.7), value(lines, scaled, 1.4)
    if np.isfinite(at) and 1e-6 < abs(at) < 1e6:
        assert doubled == pytest.approx(at, rel=1e-6)


def value(lines, constants, x):
    values = [np.float64(x)]
    for (operation, a, b), c in zip(lines, constants, strict=True):
        u, v = values[a], values[b]
        values.append(
            [u + c, u * c, c / u, c - u, u + v, u - v, u * v, u / v][operation] if operation != DIV else u / v
        )
    return values[-1]


def test_a_program_that_does_not_scale_has_no_degrees():
    assert degrees_of([(MUL, 0, 0), (ADD, 1, 0)]) is None
    assert degrees_of([(MUL, 0, 0)]) is None
    assert degrees_of([(MULC, 0, 0), (ADDC, 1, 0), (MUL, 0, 2), (ADDC, 3, 0)]) == [-2, -1, 0]


@pytest.mark.parametrize("lines", [0, 7, -1])
def test_a_size_outside_the_range_is_refused(lines):
    with pytest.raises(InputError, match="lines must be an int in"):
        structures(lines)
