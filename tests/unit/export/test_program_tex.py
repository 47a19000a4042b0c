import json
import re
from fractions import Fraction
from pathlib import Path

import pytest

from discovery.exact.evaluation import evaluate_mpmath
from discovery.exact.expression import parse
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_function import evaluate_exact
from discovery.export.program_tex import definitions_tex, equation_tex, lines_tex, plain_text

CATALOGUE = [
    json.loads(line)
    for line in (Path(__file__).parents[3] / "data" / "formulas" / "programs.jsonl").read_text().splitlines()
]


def program(operations, constants=(), **keys):
    return Program.from_json(
        {"target": "2^x", "interval": ["0", "1"], "operations": operations, "constants": list(constants), **keys}
    )


def test_a_program_is_one_formula_with_the_rest_by_name():
    code = program(
        [
            ["/", "c0", "x"],
            ["+", "x", "v0"],
            ["/", "c1", "v1"],
            ["+", "v1", "v2"],
            ["*", "v3", "v3"],
            ["*", "v4", "v4"],
        ],
        ["2.5", "-1e-7"],
    )
    assert equation_tex(code) == r"2^{x} \approx \left(v_{1} + \frac{c_{1}}{v_{1}}\right)^{4}, \quad 0 \le x \le 1"
    assert definitions_tex(code) == [r"v_{1} = x + \frac{c_{0}}{x}", "c_{0} = 2.5", r"c_{1} = -1 \cdot 10^{-7}"]
    assert lines_tex(code)[-1] == "v_{5} = v_{4}^{2}"
    assert plain_text(code) == "2^x ~ (v1+c1/v1)^4 on [0, 1]; v1 = x+c0/x, c0 = 2.5, c1 = -1e-7"


def test_roots_fused_operations_and_hexadecimal_constants_are_set():
    code = program([["fma", "x", "c0", "c1"], ["sqrt", "v0"]], ["0x1.8p+1", "0.5"], interval=["0", "pi/4"])
    assert equation_tex(code) == r"2^{x} \approx \sqrt{x c_{0} + c_{1}}, \quad 0 \le x \le \frac{\pi}{4}"
    assert definitions_tex(code) == [r"c_{0} = \texttt{0x1.8p+1} \approx 3.0", "c_{1} = 0.5"]


def test_unused_instructions_and_constants_are_left_out():
    code = program([["*", "x", "c0"], ["+", "x", "c1"]], ["3", "4"])
    assert lines_tex(code) == ["v_{1} = x + c_{1}"]
    assert plain_text(code) == "2^x ~ x+c1 on [0, 1]; c1 = 4"


@pytest.mark.parametrize("item", CATALOGUE[::7], ids=lambda item: item["id"])
def test_the_formula_that_is_printed_computes_what_the_program_does(item):
    code = Program.from_json(
        {**item, "constants": [f"{float.fromhex(c)!r}" if "x" in c else c for c in item["constants"]]}
    )
    head, *rest = re.split(r"; ", plain_text(code), maxsplit=1)
    formula = head.split(" ~ ")[1].split(" on [")[0]
    definitions = dict(part.split(" = ") for part in rest[0].split(", ")) if rest else {}
    names = ("x", *definitions)
    values = {"x": 5 / 8}
    for name, text in sorted(definitions.items(), key=lambda pair: (pair[0][0], int(pair[0][1:]))):
        if name[0] == "c":
            values[name] = evaluate_mpmath(parse("0"), 30).context.mpf(text)
    for name, text in sorted(
        (pair for pair in definitions.items() if pair[0][0] == "v"), key=lambda pair: int(pair[0][1:])
    ):
        values[name] = evaluate_mpmath(parse(text, names), 30, values)
    value = evaluate_mpmath(parse(formula, names), 30, values)
    assert float(value) == pytest.approx(float(evaluate_exact(code, Fraction(5, 8))), rel=1e-13)
