"""Representatives of continued fractions under inflation, sign and shift."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import fmpq_poly

from discovery.errors import ParameterError
from discovery.exact.fractions.fraction_class import class_text, representative
from discovery.exact.fractions.tail_series import value
from discovery.exact.polynomial import Coefficients, evaluate, parse_polynomial, shift


def pair(a: str, b: str) -> tuple[Coefficients, Coefficients]:
    return parse_polynomial(a, "n"), parse_polynomial(b, "n")


def times(left: Coefficients, right: Coefficients) -> Coefficients:
    product = [Fraction(0)] * (len(left) + len(right) - 1)
    for i, x in enumerate(left):
        for j, y in enumerate(right):
            product[i + j] += x * y
    return tuple(product)


@pytest.mark.parametrize(
    ("a", "b"),
    [("2*n+1", "n^2"), ("3*n+3", "n-2*n^2"), ("n+3", "-n"), ("4*n+2", "1"), ("2", "(2*n-1)^2"), ("2*n+1", "n^2+1")],
)
def test_natural_forms_stand_for_themselves(a: str, b: str) -> None:
    found = representative(*pair(a, b))
    assert (found.a, found.b) == pair(a, b)
    assert (found.inflation, found.steps) == ((1,), 0)


@pytest.mark.parametrize("steps", [0, 1, 3])
@pytest.mark.parametrize("factor", ["1", "-2", "n+1", "3*n+2", "-1/2"])
def test_transformed_fractions_have_one_representative(steps: int, factor: str) -> None:
    a, b = pair("3*n+3", "n-2*n^2")
    c = parse_polynomial(factor, "n")
    moved_a, moved_b = shift(a, steps), shift(b, steps)
    given = times(c, moved_a), times(times(c, shift(c, -1)), moved_b)
    found = representative(*given)
    assert (found.a, found.b, found.steps) == (a, b, steps)
    assert class_text(*given) == class_text(a, b)
    # The transformation named leads back, at every place and not as polynomials.
    for n in range(1, 8):
        inflation = evaluate(found.inflation, n)
        assert evaluate(given[0], n) == inflation * evaluate(found.a, n + found.steps)
        before = evaluate(found.inflation, n - 1)
        assert evaluate(given[1], n) == inflation * before * evaluate(found.b, n + found.steps)


def test_a_tail_has_the_value_that_the_shift_says() -> None:
    a, b = pair("3*n+6", "-(n+1)*(2*n+1)")
    found = representative(a, b)
    assert found.steps == 1
    whole, tail = value(found.a, found.b, 50).ball, value(a, b, 50).ball
    assert (evaluate(found.a, 0).numerator + evaluate(found.b, 1).numerator / tail).overlaps(whole)


def test_mirrored_fractions_share_the_class_but_not_the_representative() -> None:
    first, second = pair("10*n^2+7*n+2", "-16*n^4"), pair("10*n^2+13*n+5", "-16*n^4")
    assert class_text(*first) == class_text(*second)
    assert representative(*first).a != representative(*second).a


def test_the_class_text_is_that_of_polynomials() -> None:
    left, right = (
        fmpq_poly([int(c) for c in part.split(",")]) for part in class_text(*pair("6*n+3", "-n^2")).split(";")
    )
    assert (left, right) == (fmpq_poly([3, 6]), fmpq_poly([0, 0, -1]))


def test_zero_is_refused() -> None:
    with pytest.raises(ParameterError, match="zero"):
        representative((), (Fraction(1),))
