"""Rational generating functions of sequences with a recurrence with constant coefficients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_poly, fmpz_poly

from discovery.exact.sequences.recurrence import Recurrence


@dataclass(frozen=True)
class GeneratingFunction:
    """P(x)/(m Q(x)) = a(first) + a(first + 1) x + a(first + 2) x^2 + ..., in lowest terms.

    Parameters
    ----------
    numerator, denominator : tuple of int
        Coefficients of P and m Q from low to high, without common factor; the first one of the denominator is
        positive.
    """

    numerator: tuple[int, ...]
    denominator: tuple[int, ...]

    def expansion(self, count: int) -> list[fmpq]:
        """Return the first `count` coefficients of the power series, by long division."""
        series: list[fmpq] = []
        for n in range(count):
            total = fmpq(self.numerator[n] if n < len(self.numerator) else 0)
            for i, c in enumerate(self.denominator[1 : n + 1], 1):
                total -= c * series[n - i]
            series.append(total / self.denominator[0])
        return series


def generating_function(recurrence: Recurrence, exceptions: int, terms: Sequence[fmpq]) -> GeneratingFunction:
    """Return the generating function of a sequence that satisfies a recurrence with constant coefficients.

    Parameters
    ----------
    recurrence : Recurrence
        With constant coefficients.
    exceptions : int
        How many of the first terms do not follow it.
    terms : sequence of fmpq
        The first terms, exceptions + order of them at least.
    """
    characteristic = fmpq_poly([coefficient[0] if coefficient else 0 for coefficient in recurrence.coefficients])
    length = exceptions + recurrence.order
    product = characteristic * fmpq_poly(list(terms[:length]))
    top = fmpq_poly(product.coeffs()[:length])
    divisor = top.gcd(characteristic) if top else characteristic
    top, bottom = top / divisor, characteristic / divisor
    # Integers without common factor.
    scale = fmpq(top.denom() * bottom.denom())
    numerator, denominator = (
        fmpz_poly([int(c * scale) for c in top.coeffs()]),
        fmpz_poly([int(c * scale) for c in bottom.coeffs()]),
    )
    content = numerator.content().gcd(denominator.content())
    if denominator[0] < 0:
        content = -content
    return GeneratingFunction(
        tuple(int(c) // int(content) for c in numerator.coeffs()),
        tuple(int(c) // int(content) for c in denominator.coeffs()),
    )
