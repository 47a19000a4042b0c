"""Typed code: what the writer accepts, and that compiled code does what NumPy does, one operation at a time."""

import numpy as np
import pytest

from discovery.errors import InputError
from discovery.exact.programs.code_compiler import compile_code, compile_with_constants
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_function import evaluate_floats
from discovery.exact.programs.typed_code import DOUBLE, CodeWriter, code_of_program

ZEROS = (0, 0x80000000, 1, 0x80000001, 0x7FFFFF, 0x800000)
OTHERS = (0x3F800000, 0xBF800000, 0x7F7FFFFF, 0xFF7FFFFF, 0x7F800000, 0xFF800000, 0x7FC00000, 0x4B000001, 0x3EAAAAAB)
EDGES = np.array([*ZEROS, *OTHERS], np.uint32).view(np.float32)


def inputs():
    bits = np.random.default_rng(5).integers(0, 2**32, 20_000, dtype=np.uint64).astype(np.uint32)
    return np.concatenate([EDGES, bits.view(np.float32)])


def run(code):
    x = inputs()
    y = np.empty_like(x)
    compile_code(code)(x, y)
    return x, y


def same(one, other):
    return np.array_equal(
        one.view(np.uint32)[~np.isnan(one)], other.view(np.uint32)[~np.isnan(one)]
    ) and np.array_equal(np.isnan(one), np.isnan(other))


def written(*lines):
    """Return code of lines (operator, operands...) in which R(i) means the result of line i."""
    write = CodeWriter()
    results = []
    for operator, *operands in lines:
        named = [results[item] if isinstance(item, R) else item for item in operands]
        results.append(write(operator, *named))
    return write.code(results[-1])


class R(int):
    """The result of a line."""


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([("+", "x", 0.5)], lambda x: x + np.float32(0.5)),
        ([("-", 0.5, "x")], lambda x: np.float32(0.5) - x),
        ([("*", "x", "x")], lambda x: x * x),
        ([("/", 1.0, "x")], lambda x: np.float32(1) / x),
        ([("sqrt", "x")], np.sqrt),
        ([("abs", "x")], np.abs),
        ([("negate", "x")], np.negative),
        ([("min", "x", 1.0)], lambda x: np.where(x < 1, x, np.float32(1))),
        ([("max", 1.0, "x")], lambda x: np.where(x < 1, np.float32(1), x)),
        ([("if_less", "x", 0.0, "x", 1.0)], lambda x: np.where(x < 0, x, np.float32(1))),
        ([("if_equal", "x", "x", "x", 7.0)], lambda x: np.where(x == x, x, np.float32(7))),  # noqa: PLR0124
        ([("widen", "x"), ("*", R(0), R(0)), ("narrow", R(1))], lambda x: (x.astype(float) ** 2).astype(np.float32)),
        ([("bits", "x"), ("and", R(0), 0x7FFFFFFF), ("number", R(1))], np.abs),
        ([("bits", "x"), ("right", R(0), 4), ("convert", R(1))], lambda x: (x.view(np.int32) >> 4).astype(np.float32)),
        (
            [
                ("bits", "x"),
                ("subtract", 5, R(0)),
                ("left", R(1), 3),
                ("or", R(2), 1),
                ("xor", R(3), 9),
                ("convert", R(4)),
            ],
            lambda x: ((((np.uint32(5) - x.view(np.uint32)) << 3) | 1) ^ 9).view(np.int32).astype(np.float32),
        ),
        (
            [("bits", "x"), ("if_less", R(0), 9, "x", 2.0)],
            lambda x: np.where(x.view(np.int32) < 9, x, np.float32(2)),
        ),
    ],
)
def test_compiled_operations_are_those_of_numpy(lines, expected):
    x, y = run(written(*lines))
    with np.errstate(all="ignore"):
        assert same(y, np.asarray(expected(x), np.float32))


def test_fma_is_rounded_once():
    program = Program.from_json(
        {
            "target": "x",
            "interval": ["0", "1"],
            "format": "float32",
            "constants": ["0x1.000002p0", "-0x1p0"],
            "operations": [["fma", "x", "c0", "c1"], ["fma", "v0", "x", "x"]],
        }
    )
    x, y = run(code_of_program(program))
    assert same(y, evaluate_floats(program, x))
    one = np.float32(1.0000001)
    assert y.dtype == np.float32
    assert evaluate_floats(program, np.array([one]))[0] != (one * one - one) * one + one


def test_constants_as_arguments_give_what_constants_in_the_code_give():
    program = Program.from_json(
        {
            "target": "x",
            "interval": ["0", "1"],
            "format": "float32",
            "constants": ["0.5", "0.5", "0.5"],
            "operations": [["fma", "x", "c0", "c1"], ["fma", "v0", "x", "c2"]],
        }
    )
    code = code_of_program(program)
    assert len(code.coefficients) == 3  # equal values are not merged
    x = inputs()
    y = np.empty_like(x)
    free = compile_with_constants(code, code.coefficients)
    for values in ([0.5, 0.5, 0.5], [0.25, -1.0, 3.0]):
        free(np.array(values, np.float32), x, y)
        moved = program.with_constants(tuple(map(str, values)))
        assert same(y, evaluate_floats(moved, x))


def test_unused_lines_are_left_out_and_equal_ones_merged():
    write = CodeWriter()
    write("*", "x", 3.0)
    double = write("+", "x", "x")
    assert write("+", "x", "x") == double
    code = write.code(double)
    assert len(code.lines) == 1
    assert code.constants == ()


@pytest.mark.parametrize(
    ("operator", "operands", "message"),
    [
        ("+", ("x",), "takes 2 operands"),
        ("+", ("x", 0.1), "is no float32"),
        ("add", ("x", "x"), "does not take float32"),
        ("convert", ("x",), "does not take float32"),
        ("narrow", ("x",), "does not take float32"),
    ],
)
def test_lines_without_meaning_are_refused(operator, operands, message):
    with pytest.raises(ValueError, match=message):
        CodeWriter()(operator, *operands)


def test_mixed_types_are_refused():
    write = CodeWriter()
    with pytest.raises(ValueError, match="different types"):
        write("+", write("widen", "x"), "x")
    with pytest.raises(ValueError, match="must be float32"):
        write.code(write("widen", "x"))
    wide = write("widen", "x")
    assert write.code(write("narrow", write("*", wide, 0.1))).kind("v0") == DOUBLE


def test_programs_in_real_arithmetic_have_no_code():
    program = Program.from_json({"target": "x", "interval": ["0", "1"], "operations": [["+", "x", "x"]]})
    with pytest.raises(InputError, match="format real"):
        code_of_program(program)
