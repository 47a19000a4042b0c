"""Numbers as roots of polynomials with small integers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import cast

from flint import acb, arb, fmpz_poly

from discovery.exact.expression import Call, Expression, Number, Operation
from discovery.exact.identification.evidence import KnownNumber, relation_in, residual_of
from discovery.exact.identification.identification import ALGEBRAIC, RATIONAL, Identification
from discovery.exact.identification.quadratic import rational_expression
from discovery.exact.identification.solution import solved_for_x
from discovery.exact.polynomial import to_text
from discovery.exact.precision import working_precision

MAX_DEGREE = 8
DIGITS_A_DEGREE = 2.5
"""A degree d is tried with at least 2.5 (d + 1) digits: fewer buy any polynomial."""


def algebraic_readings(known: KnownNumber) -> list[Identification]:
    """Return the readings of a number as a root of a polynomial, by degree, up to the first that is accepted.

    Notes
    -----
    One lattice reduction of the powers of x for each degree. A polynomial that is a product of others over the
    rational numbers (FLINT) says nothing that a lower degree has not said, and is left out.
    """
    readings: list[Identification] = []
    for degree in range(1, MAX_DEGREE + 1):
        if degree > 2 and known.digits < DIGITS_A_DEGREE * (degree + 1):
            break
        reading = _reading(known, degree)
        if reading is not None:
            readings.append(reading)
            if reading.accepted:
                break
    return readings


def root_ball(coefficients: Sequence[int], near: arb, bits: int) -> arb | None:
    """Return a precise ball of the only real root of a polynomial inside a ball; ``None`` if there are several or none.

    Parameters
    ----------
    coefficients : sequence of int
        From high to low, of a polynomial without multiple roots.
    near : arb
        The ball.
    bits : int
        Precision.
    """
    with working_precision(bits):
        # FLINT gives a real root without imaginary part; its type stub leaves out the multiplicities.
        roots = cast("list[tuple[acb, int]]", fmpz_poly(list(reversed(coefficients))).complex_roots())
        inside = [root.real for root, _ in roots if root.imag == 0 and root.real.overlaps(near)]
    return inside[0] if len(inside) == 1 else None


def _reading(known: KnownNumber, degree: int) -> Identification | None:
    def powers(x: arb, _bits: int) -> list[arb]:
        return [x**exponent for exponent in range(degree, 0, -1)] + [arb(1)]

    coefficients = relation_in(known, powers, known.digits)
    if coefficients is None or coefficients[0] == 0 or not _is_irreducible(coefficients):
        return None
    subject = (RATIONAL, "quadratic")[degree - 1] if degree < 3 else ALGEBRAIC
    polynomial = tuple(Fraction(c) for c in reversed(coefficients))
    return Identification(
        kind=RATIONAL if degree == 1 else ALGEBRAIC,
        equation=f"{_spaced(to_text(polynomial, 'x'))} = 0",
        subject=subject,
        constants=(),
        terms=tuple("1" if e == 0 else "x" if e == 1 else f"x^{e}" for e in range(degree, -1, -1)),
        coefficients=coefficients,
        digits=known.digits,
        bases=degree,
        residual=residual_of(known, powers, coefficients),
        value=_solved(coefficients, known.ball),
    )


def _is_irreducible(coefficients: Sequence[int]) -> bool:
    _, factors = fmpz_poly(list(reversed(coefficients))).factor()
    return len(factors) == 1 and factors[0][1] == 1


def _solved(coefficients: tuple[int, ...], ball: arb) -> Expression | None:
    """Return x by radicals for degree 1 and 2 and where x^d is rational."""
    degree = len(coefficients) - 1
    if degree < 3:
        return solved_for_x(coefficients, (), ball)
    if any(coefficients[1:-1]):
        return None
    power = Fraction(-coefficients[-1], coefficients[0])
    root = _root(abs(power), degree)
    return root if bool(ball > 0) else Operation("-", root, None)


def _root(value: Fraction, degree: int) -> Expression:
    inner = rational_expression(value)
    if degree == 3:
        return Call("cbrt", (inner,))
    exponent = Operation("/", Number(Fraction(1)), Number(Fraction(degree)))
    return Operation("^", inner, exponent)


def _spaced(text: str) -> str:
    """Return a polynomial with spaces around its signs, as the other relations have."""
    return text[0] + text[1:].replace("+", " + ").replace("-", " - ")
