import random
from fractions import Fraction

import pytest

from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse
from discovery.exact.matrices import IDENTITY, determinant, multiply, primitive
from discovery.exact.precision import agreed_digits, working_precision
from discovery.exact.proofs.base_fractions import base_for, catalog_entry, square_root_base
from discovery.exact.proofs.generated_field import Generator

BITS = 1100

CATALOG = [
    *(("exp", (Fraction(1, q),)) for q in (1, 2, 3, 4, 7, 10, 199)),
    *(("exp", (Fraction(2, q),)) for q in (1, 3, 5, 7, 9, 41)),
    *((family, (Fraction(q),)) for family in ("cot", "coth") for q in (1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 25, 199)),
    *(
        (family, (Fraction(2 * a, 2 * b) - 1, Fraction(2, b)))
        for family in ("besseli", "besselj")
        for a, b in ((1, 1), (2, 1), (3, 1), (1, 2), (2, 2), (3, 2), (1, 3), (4, 3), (5, 4), (9, 7))
    ),
]
ROOTS = (2, 3, 5, 6, 7, 10, 13, 14, 19, 29, 31, 46, 61, 94, 109, 139, 1021)


@pytest.mark.parametrize(("family", "parameters"), CATALOG)
def test_a_catalog_entry_has_its_value(family, parameters):
    base = catalog_entry(Generator(family, parameters))
    assert base is not None
    ball, _ = base.fraction.enclosure(BITS)
    assert agreed_digits(ball, evaluate_ball(base.fraction.value, BITS)) >= 320
    assert base_for(base.fraction.value) == (base, IDENTITY)


@pytest.mark.parametrize("root", ROOTS)
def test_a_square_root_has_its_period(root):
    base = square_root_base(root)
    ball, _ = base.fraction.enclosure(BITS)
    assert agreed_digits(ball, evaluate_ball(base.fraction.value, BITS)) >= 320
    assert base_for(base.fraction.value) == (base, IDENTITY)
    recognized, matrix = base_for(parse(f"sqrt({root})"))
    assert recognized == base
    assert matrix == ((2, -1, 0, 1) if root == 5 else IDENTITY)


def test_a_long_period_is_left_out():
    assert square_root_base(10**9 + 7) is None


@pytest.mark.parametrize(
    ("text", "base", "matrix"),
    [
        ("e", "e", (1, 0, 0, 1)),
        ("exp(1)", "e", (1, 0, 0, 1)),
        ("e^2", "e^2", (1, 0, 0, 1)),
        ("(e^2+1)/(e^2-1)", "e^2", (1, 1, 1, -1)),
        ("(e^2-1)/(e-1)", "e", (1, 1, 0, 1)),
        ("(e-1/e)/(e+1/e)", "e^2", (1, -1, 1, 1)),
        ("-(e+1)/(6*e-4)", "e", (1, 1, -6, 4)),
        ("1/(exp(1/3)*exp(1/3))", "e^(2/3)", (0, 1, 1, 0)),
        ("e^(1/2)/(3*sqrt(e)-2)", "e^(1/2)", (1, 0, 3, -2)),
        ("exp(2/3)^(3/2)", "e", (1, 0, 0, 1)),
        ("exp(-1/2)", "e^(1/2)", (0, 1, 1, 0)),
        ("(e*exp(1/2))^(2/3)", "e", (1, 0, 0, 1)),
        ("tanh(1)", "coth(1)", (0, 1, 1, 0)),
        ("tanh(-1/7)", "coth(1/7)", (0, 1, -1, 0)),
        ("cosh(1/2)/sinh(1/2)", "coth(1/2)", (1, 0, 0, 1)),
        ("2/tanh(1)", "coth(1)", (2, 0, 0, 1)),
        ("coth(1)+e-e", "e^2", (1, 1, 1, -1)),
        ("cot(1/5)", "cot(1/5)", (1, 0, 0, 1)),
        ("2*tan(1)/(tan(1)-1)", "cot(1)", (0, 2, -1, 1)),
        ("tan(sqrt(1/4))", "cot(1/2)", (0, 1, 1, 0)),
        ("tan(1/sqrt(3))/sqrt(3)", "sqrt(3)*cot(1/sqrt(3))", (0, 1, 1, 0)),
        ("sqrt(1/3)*tan(sqrt(1/3))", "sqrt(3)*cot(1/sqrt(3))", (0, 1, 1, 0)),
        ("tan(-1/sqrt(3))/sqrt(3)", "sqrt(3)*cot(1/sqrt(3))", (0, 1, -1, 0)),
        ("sqrt(8)*tanh(sqrt(1/2))", "sqrt(2)*coth(1/sqrt(2))", (0, 4, 1, 0)),
        ("besseli(1,2)/besseli(0,2)", "besseli(0,2)/besseli(1,2)", (0, 1, 1, 0)),
        ("besseli(2,2)/besseli(0,2)", "besseli(0,2)/besseli(1,2)", (1, -1, 1, 0)),
        ("besselj(3,1)/besselj(2,1)", "besselj(2,1)/besselj(3,1)", (0, 1, 1, 0)),
        ("besselj(2,2)/besselj(0,2)", "besselj(0,2)/besselj(1,2)", (1, -1, -1, 0)),
        ("2*besseli(1/3,2/3)/besseli(4/3,2/3)", "besseli(1/3,2/3)/besseli(4/3,2/3)", (2, 0, 0, 1)),
        ("phi", "phi", (1, 0, 0, 1)),
        ("sqrt(20)", "phi", (4, -2, 0, 1)),
        ("1/phi^3", "phi", (2, -3, 0, 1)),
        ("(sqrt(7)^3+1)/(sqrt(28)-1)", "sqrt(7)", (1, 11, 0, 3)),
        ("sqrt(12)/5", "sqrt(3)", (2, 0, 0, 5)),
        ("sqrt(1/2)+0.25", "sqrt(2)", (2, 1, 0, 4)),
    ],
)
def test_an_image_is_recognized_exactly(text, base, matrix):
    expression = parse(text)
    recognized, found = base_for(expression)
    if (found[0] or found[1]) < 0:
        found = tuple(-entry for entry in found)
    assert (recognized.text, found) == (base, primitive(matrix))
    with working_precision(400):
        z = evaluate_ball(recognized.fraction.value, 400)
        p, q, r, s = found
        assert ((p * z + q) / (r * z + s)).overlaps(evaluate_ball(expression, 400))


@pytest.mark.parametrize(
    "text",
    [
        "pi",
        "e*pi",
        "e^3",
        "exp(3/2)",
        "e^2+e",
        "tan(2)",
        "tan(1)^2",
        "tan(1)*sqrt(2)",
        "tan(1)+e",
        "tan(1/sqrt(3))",
        "exp(sqrt(2))",
        "tanh(sqrt(2))*sqrt(2)",
        "sqrt(2)+sqrt(3)",
        "sqrt(e+1)",
        "cbrt(2)",
        "zeta(3)",
        "besseli(0,2)",
        "besseli(0,2)+besseli(1,2)",
        "besseli(0,3)/besseli(1,3)",
        "besseli(0,2)/besselj(1,2)",
        "besseli(0,2)/besseli(1,1)",
        "besseli(1/2,2)/besseli(1/3,2)",
        "besseli(-2,1)/besseli(-1,1)",
        "7/3",
        "e-e",
        "e/e",
        "sqrt(7)*sqrt(28)",
        "0^0*e",
        "1/(e-e)",
        "sqrt(10000000000000000000000001)",
        "((e+1)^1000)^1000",
    ],
)
def test_what_is_no_image_is_not_recognized(text):
    assert base_for(parse(text)) is None


@pytest.mark.parametrize(
    "constant", ["e", "exp(2/5)", "tan(1/3)", "tanh(1)", "besseli(1,2)/besseli(0,2)", "phi", "sqrt(6)"]
)
def test_the_image_of_an_image_is_the_product(constant):
    generator = random.Random(constant)
    base, inner = base_for(parse(constant))
    for _ in range(20):
        matrix = tuple(generator.randint(-9, 9) for _ in range(4))
        if determinant(matrix) == 0:
            continue
        p, q, r, s = matrix
        text = f"(({p})*({constant})+({q}))/(({r})*({constant})+({s}))"
        recognized, found = base_for(parse(text))
        assert recognized == base
        if constant not in ("phi", "sqrt(6)"):  # a matrix is unique for a number of degree above 2 only
            assert found == primitive(multiply(matrix, inner))
        with working_precision(400):
            z = evaluate_ball(base.fraction.value, 400)
            image = (found[0] * z + found[1]) / (found[2] * z + found[3])
            assert image.overlaps(evaluate_ball(parse(text), 400))
