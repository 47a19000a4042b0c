"""Polynomials: expansion against evaluation of the tree, printing, shifts and bounds, and refusal of bombs."""

from fractions import Fraction

import pytest
import sympy

from discovery.errors import ExpressionError, InputError, LimitExceeded
from discovery.exact.evaluation import rational_value
from discovery.exact.expression import Expression, Name, Number, Operation, parse
from discovery.exact.polynomial import (
    Coefficients,
    evaluate,
    from_expression,
    parse_polynomial,
    positive_from,
    shift,
    to_tex,
    to_text,
)

TEXTS = {
    "3*k^2-k/2+1": (1, Fraction(-1, 2), 3),
    "(k+1)^3": (1, 3, 3, 1),
    "(2*k+1)*(k-1)/3": (Fraction(-1, 3), Fraction(-1, 3), Fraction(2, 3)),
    "-k": (0, -1),
    "--k": (0, 1),
    "0": (),
    "k-k": (),
    "k^2-k^2+k": (0, 1),
    "0*k^60": (),
    "k^0": (1,),
    "(k-k)^0": (1,),
    "0^0": (1,),
    "2^-2*k": (0, Fraction(1, 4)),
    "k^(1+1)": (0, 0, 1),
    "(1/3)^2": (Fraction(1, 9),),
    "0.5*k": (0, Fraction(1, 2)),
    "k/2/3": (0, Fraction(1, 6)),
}


def coefficients_of(values: tuple[int | Fraction, ...]) -> Coefficients:
    return tuple(Fraction(value) for value in values)


def substituted(tree: Expression, point: int) -> Expression:
    if isinstance(tree, Name):
        return Number(Fraction(point))
    if isinstance(tree, Operation):
        right = None if tree.right is None else substituted(tree.right, point)
        return Operation(tree.op, substituted(tree.left, point), right)
    return tree


@pytest.mark.parametrize("text", TEXTS)
def test_expansion(text: str) -> None:
    coefficients = parse_polynomial(text, "k")
    assert coefficients == coefficients_of(TEXTS[text])
    for point in (-3, 0, 1, 7):
        assert evaluate(coefficients, point) == rational_value(substituted(parse(text, ("k",)), point))


REFUSED = {
    "(k+1)^1000": "degree 1000",
    "((k+1)^10)^7": "degree 70",
    "((((k+1)^10)^10)^10)^10": "degree 100",
    "k^64*k": "degree 65",
    "k^-1": "not a polynomial",
    "k^(1/2)": "not a polynomial",
    "k^k": "not a polynomial",
    "2^k": "not a polynomial",
    "1/k": "division by k, which contains 'k'",
    "k/0": "division by zero",
    "k/(1-1)": "division by zero",
    "0^-1": "negative power of zero",
    "pi*k": "'pi' is not the variable 'k'",
    "sin(k)": r"sin\(k\) cannot stand",
    "sqrt(2)": "cannot stand",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_a_polynomial_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=REFUSED[text]):
        parse_polynomial(text, "k")


@pytest.mark.parametrize(
    "text",
    [
        "((9^900)^900)^900",
        "(10^900*k+1)^64",
        "(k+1/10^900)^64",
        "10^1000*10^1000",
        "+".join(f"1/{10**9 + n}^99" for n in range(20)),
    ],
)
def test_huge_coefficients_are_refused(text: str) -> None:
    with pytest.raises(LimitExceeded):
        parse_polynomial(text, "k")


def test_the_degree_allowed_can_be_set() -> None:
    tree = parse("k^5", ("k",))
    assert from_expression(tree, "k", max_degree=5) == coefficients_of((0, 0, 0, 0, 0, 1))
    with pytest.raises(InputError, match="degree is at most 4"):
        from_expression(tree, "k", max_degree=4)


def test_errors_of_the_grammar_keep_their_column() -> None:
    with pytest.raises(ExpressionError, match="unknown name 'm' at column 5"):
        parse_polynomial("3*k+m", "k")


def test_long_polynomials_are_read() -> None:
    coefficients = tuple(Fraction((-7) ** n, n + 1) for n in range(65))
    assert parse_polynomial(to_text(coefficients, "n"), "n") == coefficients


@pytest.mark.parametrize(
    ("values", "text", "tex"),
    [
        ((), "0", "0"),
        ((1,), "1", "1"),
        ((Fraction(-1, 2),), "-1/2", r"-\frac{1}{2}"),
        ((0, 1), "k", "k"),
        ((0, -1), "-k", "-k"),
        ((1, Fraction(-1, 2), 3), "3*k^2-k/2+1", r"3 k^{2}-\frac{1}{2} k+1"),
        ((-1, 0, Fraction(2, 3)), "2*k^2/3-1", r"\frac{2}{3} k^{2}-1"),
        ((0,) * 12 + (-1,), "-k^12", "-k^{12}"),
    ],
)
def test_printing(values: tuple[int | Fraction, ...], text: str, tex: str) -> None:
    coefficients = coefficients_of(values)
    assert to_text(coefficients, "k") == text
    assert to_tex(coefficients, "k") == tex
    assert parse_polynomial(text, "k") == coefficients


def test_only_letters_reach_tex() -> None:
    with pytest.raises(InputError, match="single letter"):
        to_tex((Fraction(1),), r"\input{x}")


@pytest.mark.parametrize("by", [-5, 0, 1, 100])
def test_shift_is_substitution(by: int) -> None:
    coefficients = coefficients_of((7, Fraction(-1, 2), 0, 5, Fraction(2, 3)))
    x = sympy.Symbol("x")
    polynomial = sum(sympy.Rational(c.numerator, c.denominator) * (x + by) ** n for n, c in enumerate(coefficients))
    expected = [Fraction(int(c.p), int(c.q)) for c in reversed(sympy.Poly(polynomial, x).all_coeffs())]
    assert list(shift(coefficients, by)) == expected
    assert shift(shift(coefficients, by), -by) == coefficients


@pytest.mark.parametrize(
    ("values", "bound", "start"),
    [
        ((1,), 1, 0),
        ((0,), 1, None),
        ((), 0, 0),
        ((), 1, None),
        ((-5, 1), 1, 6),
        ((1, 1), 1, 0),
        ((5, -1), 1, None),
        ((0, -10, 1), 1, 11),
        ((30, -10, 1), 1, 5),
        ((Fraction(1, 2), 0, 3), 1, 1),
        ((-(10**12), 1), 0, 10**12),
    ],
)
def test_bounds_are_proved_from_the_least_point(values: tuple[int, ...], bound: int, start: int | None) -> None:
    coefficients = coefficients_of(values)
    assert positive_from(coefficients, bound) == start
    if start is None:
        return
    assert all(evaluate(coefficients, start + step) >= bound for step in range(100))
    if start > 0:
        lower = shift(coefficients, start - 1)
        assert any(c < 0 for c in (lower[0] - bound, *lower[1:]))


def test_a_bound_reached_too_late_is_refused() -> None:
    with pytest.raises(LimitExceeded, match=r"2\^63"):
        positive_from(coefficients_of((-(10**30), 1)), 0)


def test_long_sums_fit_on_the_stack() -> None:
    assert parse_polynomial("k" + "-k" * 299, "k") == coefficients_of((0, -298))
    with pytest.raises(InputError, match="contains 'k'"):
        parse_polynomial("1/(" + "k-" * 298 + "1)", "k")
