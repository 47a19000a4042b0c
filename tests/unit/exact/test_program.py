import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery.errors import InputError
from discovery.exact.expression import parse
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_fields import constant_value
from discovery.exact.programs.program_structure import ARITY, Instruction, canonical
from discovery.exact.programs.program_writer import program_from_lines

F3 = {
    "kind": "program",
    "target": "2^x",
    "interval": ["0", "1"],
    "error": "relative",
    "format": "real",
    "constants": ["-3.4355225277901402", "-0x1.0c690a6cf2b43p+3", "1.4427239805682266"],
    "operations": [["+", "x", "c0"], ["/", "c1", "v0"], ["-", "v1", "c2"]],
    "max_error": "0.0012266",
}


def changed(**keys):
    return {**F3, **keys}


def program(operations, constants=()):
    return Program.from_json(changed(operations=operations, constants=list(constants)))


def test_json_round_trip_keeps_every_character():
    read = Program.from_json(F3)
    assert read.to_json() == F3
    assert json.loads(json.dumps(read.to_json())) == F3
    assert Program.from_json(read.to_json()) == read
    assert hash(read) == hash(Program.from_json(F3))
    assert read.kind == "program"


def test_absent_keys_have_the_defaults_of_the_format():
    read = Program.from_json({"target": "x+1", "interval": [0, 1], "operations": [["+", "x", "x"]]})
    assert (read.error, read.number_format, read.constants, read.max_error, read.max_ulp) == (
        "relative",
        "real",
        (),
        None,
        None,
    )


@pytest.mark.parametrize(
    ("keys", "field", "words"),
    [
        ({"target": "2^y"}, "target", "unknown name 'y' at column 3"),
        ({"target": 3.5}, "target", "must be an expression as a string"),
        ({"interval": ["0"]}, "interval", "list of two expressions"),
        ({"interval": ["0", "x"]}, "interval", "unknown name 'x'"),
        ({"error": "ulp"}, "error", "relative or absolute"),
        ({"format": "float16"}, "format", "real or float32"),
        ({"constants": [1.5, "2", "3"]}, "constants", "entry 0 must be a string"),
        ({"constants": ["1", "2,5", "3"]}, "constants", "entry 1: '2,5' is not a number"),
        ({"constants": ["1e999", "2", "3"]}, "constants", "exponent"),
        ({"constants": ["1" * 121, "2", "3"]}, "constants", "121 characters"),
        ({"constants": ["1"] * 101}, "constants", "0 to 100 entries; got 101 entries"),
        ({"constants": ["1"]}, "operations", "entry 1: c1 is used, but there are 1 constants"),
        ({"operations": []}, "operations", "1 to 100 entries"),
        ({"operations": [["+", "x", "x"]] * 101}, "operations", "got 101 entries"),
        ({"operations": [["^", "x", "c0"]]}, "operations", "unknown operator '^'"),
        ({"operations": [["+", "x"]]}, "operations", "+ takes 2 operands; got 1"),
        ({"operations": [["fma", "x", "x"]]}, "operations", "fma takes 3 operands; got 2"),
        ({"operations": [["+", "x", "v0"]]}, "operations", "v0 is used before it is computed"),
        ({"operations": [["+", "x", "y"]]}, "operations", "unknown operand 'y'"),
        ({"operations": [["+", "x", "c01"]]}, "operations", "unknown operand 'c01'"),
        ({"operations": ["+", "x", "c0"]}, "operations", "list of strings is wanted"),
        ({"operations": [["+", "c0", "c1"]]}, "operations", "does not depend on x"),
        ({"max_error": "-1"}, "max_error", "positive number"),
        ({"max_error": [1]}, "max_error", "positive number"),
        ({"max_ulp": True}, "max_ulp", "positive number"),
    ],
)
def test_a_malformed_key_is_named(keys, field, words):
    with pytest.raises(InputError) as caught:
        Program.from_json(changed(**keys))
    assert caught.value.field == field
    assert words in str(caught.value)


@pytest.mark.parametrize("key", ["target", "interval", "operations"])
def test_a_missing_key_is_named(key):
    with pytest.raises(InputError, match=f"the key '{key}' is missing"):
        Program.from_json({name: value for name, value in F3.items() if name != key})


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_constants_of_both_kinds_are_exact(number):
    assert constant_value(number.hex()) == Fraction(number)
    assert constant_value(repr(number)) == Fraction(repr(number))


def test_hexadecimal_constants_longer_than_a_double_are_exact():
    assert constant_value("-0x1.00000000000000000001p+1") == -2 - Fraction(2, 16**20)
    assert constant_value("0X0.8P0") == constant_value("0x8p-4") == Fraction(1, 2)


def test_the_operation_count_follows_the_published_rule():
    counted = program(
        [
            ["*", "c0", "c1"],  # constants alone are free
            ["+", "x", "v0"],
            ["*", "x", "x"],  # not used
            ["sqrt", "v1"],
            ["fma", "v1", "v3", "c0"],  # counts one
            ["/", "v4", "v3"],
        ],
        ["2", "3"],
    )
    assert counted.operation_count() == 4
    assert counted.complexity() == 4.0
    assert counted.operator_counts() == {"+": 1, "sqrt": 1, "fma": 1, "/": 1}


def test_the_key_is_blind_to_order_names_dead_code_and_repetition():
    one = program([["+", "x", "c0"], ["*", "x", "x"], ["*", "v0", "v1"]], ["0.5"])
    other = program(
        [["-", "x", "c1"], ["*", "x", "x"], ["+", "c2", "x"], ["+", "x", "c2"], ["*", "v1", "v3"]],
        ["7", "9", "0x1p-1"],
    )
    assert one.key() == other.key()
    assert one.key() != program([["+", "x", "c0"], ["*", "x", "x"], ["*", "v0", "v1"]], ["0.25"]).key()
    assert one.key() != program([["-", "x", "c0"], ["*", "x", "x"], ["*", "v0", "v1"]], ["0.5"]).key()
    assert program([["/", "x", "c0"]], ["2"]).key() != program([["/", "c0", "x"]], ["2"]).key(), (
        "division does not commute"
    )
    assert one.key() == one.with_claim("0.1").key()


def test_the_key_keeps_the_factors_of_an_fma_apart_from_its_addend():
    keys = [
        program([["fma", *order]], ["2", "3"]).key()
        for order in (("x", "c0", "c1"), ("c0", "x", "c1"), ("x", "c1", "c0"))
    ]
    assert keys[0] == keys[1] != keys[2]


def test_canonical_code_computes_the_same():
    operations = (Instruction("+", ("c1", "x")), Instruction("*", ("x", "c0")), Instruction("/", ("v0", "v0")))
    lines, constants = canonical(operations, (Fraction(5), Fraction(7)))
    assert lines == (Instruction("+", ("c0", "x")), Instruction("/", ("v0", "v0")))
    assert constants == (Fraction(7),)


def test_the_structure_key_is_blind_to_constants_signs_order_and_association():
    base = program([["+", "x", "c0"], ["*", "v0", "x"], ["+", "v1", "v0"]], ["1"])
    same = program([["-", "c0", "x"], ["*", "x", "v0"], ["-", "v0", "v1"]], ["-3.5"])
    assert base.structure_key() == same.structure_key()
    sums = [program([["+", "v0", "c1"] if k else ["+", "x", "x"], ["*", "v0", "c0"]][:2], ["1", "2"]) for k in (0,)]
    assert sums[0].structure_key() != base.structure_key()
    left = program([["*", "x", "x"], ["+", "v0", "x"], ["+", "v1", "c0"]], ["1"])
    right = program([["*", "x", "x"], ["+", "x", "c0"], ["+", "v0", "v1"]], ["1"])
    assert left.structure_key() == right.structure_key()
    used_twice = program([["*", "x", "x"], ["+", "x", "c0"], ["+", "v0", "v1"], ["*", "v2", "v1"]], ["1"])
    copied = program([["*", "x", "x"], ["+", "x", "c0"], ["+", "x", "c1"], ["+", "v0", "v1"], ["*", "v3", "v2"]], "12")
    assert used_twice.structure_key() != copied.structure_key()


def test_the_line_form_is_read():
    lines = [
        ("csub", 0, None, "3"),
        ("cdiv", 1, None, "2"),
        ("sub", 2, 0, None),
        ("mul", 3, 3, None),
        ("mulc", 4, None, "2"),
    ]
    read = program_from_lines(parse("x", ("x",)), (parse("0"), parse("1")), lines)
    assert read.constants == ("3", "2")
    assert [list(map(str, (line.operator, *line.operands))) for line in read.operations] == [
        ["-", "c0", "x"],
        ["/", "c1", "v0"],
        ["-", "v1", "x"],
        ["*", "v2", "v2"],
        ["*", "v3", "c1"],
    ]


def test_every_operator_has_an_arity():
    assert ARITY == {"+": 2, "-": 2, "*": 2, "/": 2, "sqrt": 1, "fma": 3}


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats()
    | st.sampled_from(["x", "c0", "v0", "+", "1e9", "", "0x1p0"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "x"]), inner, max_size=2),
    max_leaves=8,
)


@given(st.sampled_from(sorted(F3)), JSON)
def test_any_json_is_read_or_refused_as_input(key, value):
    try:
        read = Program.from_json(changed(**{key: value}))
    except InputError:
        return
    assert Program.from_json(read.to_json()) == read
