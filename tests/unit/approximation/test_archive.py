import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.approximation.archive import SIZE, Entry, empty_archive, insert, read, receive, threshold
from discovery.approximation.interpreter import ADDC, CDIV, MAX_LINES, MUL, MULC, UNARY, Core
from discovery.approximation.mutation import delete_line, edit, insert_line
from discovery.approximation.structure import compact

KINDS = np.array([[0, 1, 2], [1, 2, -1], [1, 2, -1], [1, 1, 1]], np.int64)


def core_with(operation):
    code = np.zeros((3, MAX_LINES), np.int64)
    code[:, 0] = operation, 0, 0
    return Core(code, 1, 0)


def store(archive, error, key, operation=ADDC):
    constants = np.zeros((2, MAX_LINES))
    constants[:, 0] = error, error * 2.0**-60
    return insert(archive, core_with(operation), constants, Entry(3, error, np.uint64(key)))


def test_a_row_keeps_the_best_in_order():
    archive = empty_archive(5)
    rng = np.random.default_rng(1)
    errors = 10.0 ** rng.uniform(-9, 0, 200)
    for number, error in enumerate(errors):
        below = error < threshold(archive, 3)
        assert store(archive, error, number + 1) <= below
    stored = archive.errors[3]
    assert archive.filled.tolist() == [0, 0, 0, SIZE, 0, 0]
    np.testing.assert_array_equal(stored, np.sort(stored))
    np.testing.assert_array_equal(stored, archive.constants[3, :, 0, 0])
    np.testing.assert_array_equal(archive.constants[3, :, 1, 0], stored * 2.0**-60)
    # Families leave a few out that would have been among the best.
    assert stored[0] == errors.min()
    assert stored[-1] >= np.sort(errors)[SIZE - 1]


def test_a_shape_has_one_place_and_a_family_has_one():
    archive = empty_archive(4)
    assert store(archive, 1e-3, 7)
    assert not store(archive, 1e-3, 7)
    assert not store(archive, 2e-3, 7)
    assert store(archive, 5e-4, 7, operation=MULC)
    assert archive.filled[3] == 1
    assert archive.codes[3, 0, 0, 0] == MULC
    assert not store(archive, 5e-4 * (1 + 5e-4), 8)
    assert store(archive, 5e-4 * (1 - 5e-3), 8)
    assert archive.filled[3] == 2


def test_a_stored_program_is_read_back():
    archive = empty_archive(4)
    code, constants = np.zeros((3, MAX_LINES), np.int64), np.zeros((2, MAX_LINES))
    code[:, 0], code[:, 1] = (CDIV, 0, 0), (MUL, 1, 0)
    constants[:, 0] = 3.25, 2.0**-70
    assert insert(archive, Core(code, 2, 1), constants, Entry(3, 0.5, np.uint64(9)))
    other, found = np.zeros((3, MAX_LINES), np.int64), np.zeros((2, MAX_LINES))
    core = read(archive, 3, 0, other, found)
    assert (core.lines, core.kind) == (2, 1)
    np.testing.assert_array_equal(other, code)
    np.testing.assert_array_equal(found, constants)


def test_an_archive_receives_the_best_of_another_one():
    archive, other = empty_archive(3), empty_archive(3)
    for number in range(5):
        store(archive, 1e-3 * (number + 1), number + 1)
        store(other, 1e-4 * (number + 1), number + 11)
    before = [array.copy() for array in other]
    receive(archive, other, 2, np.zeros((3, MAX_LINES), np.int64), np.zeros((2, MAX_LINES)))
    np.testing.assert_allclose(archive.errors[3, :7], [1e-4, 2e-4, 1e-3, 2e-3, 3e-3, 4e-3, 5e-3])
    for array, same in zip(other, before, strict=True):
        np.testing.assert_array_equal(array, same)


@st.composite
def programs(draw):
    count = draw(st.integers(1, 8))
    code, constants = np.zeros((3, MAX_LINES), np.int64), np.zeros((2, MAX_LINES))
    for i in range(count):
        code[:, i] = draw(st.integers(0, 7)), draw(st.integers(0, i)), draw(st.integers(0, i))
        constants[0, i] = draw(st.sampled_from([2.0, 0.5, -3.0]))
    return code, count, constants


def is_valid(code, count):
    for i in range(count):
        operands = code[1:, i] if code[0, i] >= UNARY else code[1:2, i]
        if not (0 <= code[0, i] < 8 and np.all(operands >= 0) and np.all(operands <= i)):
            return False
    return True


@given(programs(), st.integers(0, 10**6))
@settings(max_examples=100, deadline=None)
def test_edits_give_programs_that_can_be_run(program, seed):
    code, count, constants = program
    random = np.array([seed], np.uint64)
    core = Core(code, count, seed % 3)
    for _ in range(12):
        core = edit(random, core, constants, KINDS, 10)
        core = Core(code, compact(code, core.lines, constants, np.zeros(MAX_LINES + 1, np.int64)), core.kind)
        assert 1 <= core.lines <= 10
        assert 0 <= core.kind < 3
        assert is_valid(code, core.lines)


def names(code, count):
    """Every value by the operations that make it, constants left out."""
    made = ["x"]
    for operation, a, b in code[:, :count].T:
        made.append(f"{operation}({made[a]},{made[b]})" if operation >= UNARY else f"{operation}({made[a]})")
    return made


@given(programs(), st.integers(0, 10**6), st.data())
@settings(max_examples=60, deadline=None)
def test_a_deleted_line_gives_its_place_to_one_of_its_operands(program, seed, data):
    code, count, constants = program
    i = data.draw(st.integers(0, count - 1))
    before = code.copy()
    assert delete_line(np.array([seed], np.uint64), code, count, constants, i) == count - 1
    assert is_valid(code, count - 1)
    operands = {before[1, i], before[2, i]} if before[0, i] >= UNARY else {before[1, i]}
    candidates = []
    for source in operands:
        made = ["x"]
        for j in range(count):
            operation, a, b = before[:, j]
            text = f"{operation}({made[a]},{made[b]})" if operation >= UNARY else f"{operation}({made[a]})"
            made.append(made[source] if j == i else text)
        candidates.append([made[v] for v in range(count + 1) if v != i + 1])
    assert names(code, count - 1) in candidates


@given(programs(), st.integers(0, 10**6), st.data())
@settings(max_examples=60, deadline=None)
def test_an_inserted_line_is_used_and_the_others_stay(program, seed, data):
    code, count, constants = program
    i = data.draw(st.integers(0, count))
    before = code.copy()
    assert insert_line(np.array([seed], np.uint64), code, count, constants, i) == count + 1
    assert is_valid(code, count + 1)
    np.testing.assert_array_equal(np.delete(code[0, : count + 1], i), before[0, :count])
    np.testing.assert_array_equal(code[:, :i], before[:, :i])
    later = code[1:, i + 1 : count + 1]
    if i < count:
        assert np.any(later == i + 1)
    else:
        operands = code[1:, i] if code[0, i] >= UNARY else code[1:2, i]
        assert i in operands


@pytest.mark.parametrize("seed", range(3))
def test_edits_reach_every_operation_and_wrapping(seed):
    random, constants = np.array([seed], np.uint64), np.zeros((2, MAX_LINES))
    seen, kinds, sizes = set(), set(), set()
    code = np.zeros((3, MAX_LINES), np.int64)
    core = Core(code, 1, 0)
    for _ in range(600):
        core = edit(random, core, constants, KINDS, 6)
        seen |= set(code[0, : core.lines].tolist())
        kinds.add(core.kind)
        sizes.add(core.lines)
    assert seen == set(range(8))
    assert kinds == {0, 1, 2}
    assert sizes == set(range(1, 7))
