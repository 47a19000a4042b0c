import json
import math
from fractions import Fraction
from pathlib import Path

import pytest
from flint import fmpq

from discovery.errors import InputError, NotConvergent
from discovery.exact.evaluation import evaluate_mpmath
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_bound import bound_error
from discovery.exact.programs.program_error import dyadic_interval
from discovery.exact.programs.program_function import rational_form
from discovery.exact.programs.program_poles import inner_poles

CATALOGUE = [
    json.loads(line)
    for line in (Path(__file__).parents[3] / "data" / "formulas" / "programs.jsonl").read_text().splitlines()
]
F10 = ["15141.981176922711", "-250.55247494972059", "5783.5330096027765", "501.10494991027866", "-0.99999999999999956"]
F10_OPERATIONS = [
    *(["/", "c2", "x"], ["+", "x", "v0"], ["/", "c0", "v1"], ["+", "v2", "v1"], ["+", "c1", "v3"]),
    *(["/", "c3", "v4"], ["-", "v5", "c4"], ["*", "v6", "v6"], ["*", "v7", "v7"], ["*", "v8", "v8"]),
]


def program(target, interval, operations, constants=(), error="relative"):
    return Program.from_json(
        {
            "target": target,
            "interval": interval,
            "operations": operations,
            "constants": list(constants),
            "error": error,
        }
    )


def f10(constants):
    return program("2^x", ["0", "1"], F10_OPERATIONS, constants)


def densest(code, count=150):
    """Return the largest error at many rational points: exact values of the program, mpmath's of the target."""
    lower, upper = dyadic_interval(code.interval)
    middle, half = (lower + upper) / 2, (upper - lower) / 2
    form = rational_form(code)
    worst = 0.0
    for k in range(count + 1):
        point = middle - half * Fraction(math.cos(math.pi * k / count)) * (1 - Fraction(1, 10**12))
        target = evaluate_mpmath(code.target, 50, {"x": point})
        at = fmpq(point.numerator, point.denominator)
        value = form.numerator(at) / form.denominator(at)
        difference = target.context.mpf(int(value.p)) / int(value.q) - target
        worst = max(worst, float(abs(difference / target if code.error == "relative" else difference)))
    return worst


def test_the_published_program_has_the_published_error_with_its_binary64_constants_only():
    # arXiv:2312.08472; the decimal text read as exact decimals is another program.
    shipped = bound_error(f10([float(text).hex() for text in F10]))
    assert shipped.bound.startswith("3.5527") or shipped.bound.startswith("3.5528") or shipped.bound == "3.553e-15"
    assert 3.5527e-15 <= float(shipped.attained) <= float(shipped.bound) < 3.5532e-15
    assert shipped.place == pytest.approx(0, abs=1e-9)
    text = bound_error(f10(F10))
    assert 3.5199e-15 <= float(text.attained) <= float(text.bound) < 3.5206e-15
    assert [str(gap) for gap in shipped.gaps] == ["v0 divides by zero at x = 0"]


@pytest.mark.parametrize("item", CATALOGUE[:4] + CATALOGUE[8::16], ids=lambda item: item["id"])
def test_the_bound_is_tight_and_above_dense_samples(item):
    code = Program.from_json(item)
    bound = bound_error(code)
    sampled = densest(code)
    assert sampled <= float(bound.bound) <= 1.01 * sampled
    assert float(bound.attained) <= float(bound.bound) <= 1.0002 * float(bound.attained)


@pytest.mark.parametrize("item", CATALOGUE[4:], ids=lambda item: item["id"])
def test_every_catalogued_claim_is_the_proved_bound(item):
    assert bound_error(Program.from_json(item)).bound == item["max_error"]


def test_more_tolerance_gives_a_weaker_bound_with_fewer_pieces():
    code = Program.from_json(CATALOGUE[-1])
    weak, tight = bound_error(code, 0.3), bound_error(code, 1e-6)
    assert weak.pieces < tight.pieces
    assert float(tight.attained) <= float(tight.bound) <= float(weak.bound) <= 1.3 * float(weak.attained)
    assert float(tight.bound) <= 1.00001 * float(tight.attained)


def test_a_bound_never_falls_below_the_error_on_any_part():
    """The bound of a part is at most that of the whole, and the parts attain the whole together."""
    whole = bound_error(
        program("exp(x)", ["-1", "1"], [["*", "x", "c0"], ["+", "v0", "c1"]], ["1.2", "1.3"], "absolute")
    )
    parts = [
        bound_error(program("exp(x)", ends, [["*", "x", "c0"], ["+", "v0", "c1"]], ["1.2", "1.3"], "absolute"))
        for ends in (["-1", "-1/3"], ["-1/3", "1/7"], ["1/7", "1"])
    ]
    assert max(float(part.bound) for part in parts) == pytest.approx(float(whole.bound), rel=3e-4)
    # e - 2.5 at 1, 1/e - 0.1 at -1, and 1.2 log(1.2) - 1.2 + 1.2*... in the middle: by hand.
    assert float(whole.bound) == pytest.approx(
        max(math.e - 2.5, 1 / math.e - 0.1, abs(1.2 - 1.2 * math.log(1.2) - 1.3)), rel=1e-4
    )


def test_trailing_squarings_do_not_blow_up_the_degree():
    squarings = [["*", f"v{k}", f"v{k}"] for k in range(1, 12)]
    code = program("exp(x)", ["0", "1"], [["*", "x", "c0"], ["+", "v0", "c1"], *squarings], [str(2.0**-11), "1"])
    bound = bound_error(code)
    # (1 + x/n)^n / e^x = 1 - x^2/(2n) + ..., n = 2048.
    assert float(bound.bound) == pytest.approx(1 / 4096, rel=1e-3)


def test_square_roots_and_fused_operations_are_bounded():
    root = bound_error(program("sqrt(1+x)", ["0", "1"], [["+", "x", "c0"], ["sqrt", "v0"]], ["1"]))
    assert float(root.bound) < 1e-30
    fused = bound_error(program("exp(x)", ["0", "1/2"], [["fma", "x", "c0", "c1"]], ["1.29", "0.985"], "absolute"))
    plain = bound_error(
        program("exp(x)", ["0", "1/2"], [["*", "x", "c0"], ["+", "v0", "c1"]], ["1.29", "0.985"], "absolute")
    )
    assert fused.bound == plain.bound


@pytest.mark.parametrize(
    ("target", "interval", "operations", "constants"),
    [
        (
            "sin(x)",
            ["0", "pi/4"],
            [["*", "x", "x"], ["*", "v0", "c0"], ["-", "c1", "v1"], ["*", "x", "v2"]],
            ["0.1616", "0.9996"],
        ),
        (
            "log2(x)",
            ["1/sqrt(2)", "sqrt(2)"],
            [["-", "x", "c0"], ["+", "x", "c0"], ["/", "v0", "v1"], ["*", "v2", "c1"]],
            ["1", "2.9"],
        ),
        ("cos(x)-1", ["-1", "1"], [["*", "x", "x"], ["*", "v0", "c0"]], ["-0.48"]),
        (
            "erf(x)",
            ["-1", "2"],
            [["*", "x", "x"], ["+", "v0", "c0"], ["/", "c1", "v1"], ["*", "x", "v2"]],
            ["1.9", "2.1"],
        ),
    ],
)
def test_at_zeros_that_the_program_shares_the_relative_error_is_bounded(target, interval, operations, constants):
    code = program(target, interval, operations, constants)
    bound = bound_error(code)
    assert densest(code, 60) <= float(bound.bound) <= 1.0002 * float(bound.attained)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            program("sin(x)", ["0", "1"], [["*", "x", "c0"], ["+", "v0", "c1"]], ["0.9", "0.001"]),
            r"sin\(x\) is zero at x = 0, and the program is not",
        ),
        (program("sin(x)", ["0", "4"], [["*", "x", "c0"]], ["0.9"]), r"zero at x = 3\.14159265"),
        (program("sin(x)^2", ["0", "1"], [["*", "x", "c0"]], ["0.9"]), "to the same order"),
        (
            program("2^x", ["0", "1"], [["-", "x", "c0"], ["/", "c1", "v0"]], ["0.5", "1"]),
            r"the program has a pole at x = 0\.5",
        ),
        (
            program(
                "2^x", ["0", "1"], [["-", "x", "c0"], ["sqrt", "v0"], ["/", "c1", "v1"]], ["-1e-300", "1"], "absolute"
            ),
            "pole, or a root of a negative number, at or near x =",
        ),
        (
            program("sqrt(x)", ["0", "1"], [["*", "x", "c0"]], ["0.9"], "absolute"),
            r"target sqrt\(x\) is not analytic at or near x =",
        ),
        (program("1/(x-1/2)", ["0", "1"], [["*", "x", "c0"]], ["0.9"], "absolute"), "not analytic at or near x = 0.5"),
    ],
)
def test_where_there_is_no_bound_the_place_is_named(code, words):
    with pytest.raises(NotConvergent, match=words):
        bound_error(code)


def test_an_empty_interval_is_an_input_error():
    with pytest.raises(InputError, match=r"interval \[1, 0\] is empty"):
        bound_error(program("2^x", ["1", "0"], [["+", "x", "x"]]))


def test_inner_poles_are_found_where_the_program_divides_by_zero():
    code = program(
        "2^x", ["0", "1"], [["-", "x", "c0"], ["*", "v0", "x"], ["/", "v1", "v0"], ["+", "v2", "c1"]], ["0.3", "1"]
    )
    assert [(pole.instruction, pole.place) for pole in inner_poles(code)] == [(2, pytest.approx(0.3))]
    assert [str(pole) for pole in bound_error(code).gaps] == ["v2 divides by zero at x = 0.3"]
    outside = program("2^x", ["1/2", "1"], code.to_json()["operations"], code.constants)
    assert inner_poles(outside) == []


def test_ends_that_are_not_dyadic_move_outward_by_almost_nothing():
    code = program("cos(x)", ["1/10", "pi/4"], [["+", "x", "x"]])
    lower, upper = dyadic_interval(code.interval)
    assert 0 < Fraction(1, 10) - lower < Fraction(1, 2**180)
    assert upper.denominator & (upper.denominator - 1) == 0
    pi = evaluate_mpmath(code.interval[1], 80)
    assert 0 < float(pi.context.mpf(upper.numerator) / upper.denominator - pi) < 2.0**-180


def test_an_error_that_is_zero_has_the_bound_zero():
    assert bound_error(program("x^2", ["-1", "1"], [["*", "x", "x"]], (), "absolute")).bound == "0"


def test_the_certificate_says_how_it_was_made():
    bound = bound_error(f10(F10))
    assert (bound.lower, bound.upper, bound.measure) == (0, 1, "relative")
    assert bound.pieces >= 8
    assert bound.order > 10
    assert bound.precision_bits >= 256
    assert set(bound.versions) == {"discovery", "python-flint"}
    written = json.loads(json.dumps(bound.to_json()))
    assert written["interval"] == ["0", "1"]
    assert written["gaps"] == ["v0 divides by zero at x = 0"]
    assert written["bound"] == bound.bound
