"""Polynomial continued fractions whose values are theorems of the literature: what proofs by equivalence may end in."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from discovery.exact.expression import Expression, parse
from discovery.exact.fractions.continued_fraction_matrix import largest_root
from discovery.exact.fractions.growth_order import ratio_invariant
from discovery.exact.polynomial import Coefficients, parse_polynomial, shift

MAX_CHARACTERS = 40_000
APERY = (
    "R. Apéry, Irrationalité de ζ(2) et ζ(3), Astérisque 61 (1979) 11-13; A. van der Poorten, A proof that Euler "
    "missed, Math. Intelligencer 1 (1979) 195-203"
)
_ROWS = (
    ("34*n^3+51*n^2+27*n+5", "-n^6", "6/zeta(3)", APERY),
    ("11*n^2+11*n+3", "n^4", "30/pi^2", APERY),
)


@dataclass(frozen=True)
class KnownFraction:
    """A continued fraction with a proved value.

    Parameters
    ----------
    a, b : Coefficients
        Polynomials in n.
    value : Expression
        Its value.
    reference : str
        Where it is proved.
    """

    a: Coefficients
    b: Coefficients
    value: Expression
    reference: str


def known_fraction(a: Coefficients, b: Coefficients) -> KnownFraction | None:
    """Return the entry of the catalog for a continued fraction, or None.

    Parameters
    ----------
    a, b : Coefficients
        Polynomials in n.

    Notes
    -----
    Besides the two of Apery there are four families, with rational c, e, g and s > 0: (c (2n+1), e (n^2 + g)),
    e > -c^2, where b has no zero at n >= 1; (c (2n+1), e); (c (n+s), e); and constants (c, e), c^2 + 4 e > 0, c not 0.
    """
    for row in _ROWS:
        if (parse_polynomial(row[0], "n"), parse_polynomial(row[1], "n")) == (a, b):
            return KnownFraction(a, b, parse(row[2]), row[3])
    found = _family(a, b)
    return None if found is None else KnownFraction(a, b, parse(found[0], max_characters=MAX_CHARACTERS), found[1])


def related_fractions(a: Coefficients, b: Coefficients) -> Iterator[KnownFraction]:
    """Yield the entries of the catalog that (a, b) may be equivalent to, judged by its characteristic equation."""
    invariant = ratio_invariant(a, b)
    candidates = [(parse_polynomial(row[0], "n"), parse_polynomial(row[1], "n")) for row in _ROWS]
    if invariant is not None and invariant:
        two, one = Fraction(2), Fraction(1)
        candidates.append(((one, two), (Fraction(0), Fraction(0), -4 / invariant)))
        candidates.append(((one,), (-1 / invariant,)))
    if len(a) == 2 and len(b) == 1:
        candidates.append((shift(a, max(0, math.floor(-a[0] / a[1]) + 1)), b))
    for denominators, numerators in candidates:
        entry = known_fraction(denominators, numerators)
        if entry is not None and (entry.a, entry.b) != (a, b):
            yield entry


def _family(a: Coefficients, b: Coefficients) -> tuple[str, str] | None:
    if len(a) == 1 and len(b) == 1 and a[0] and a[0] ** 2 + 4 * b[0] > 0:
        sign = "+" if a[0] > 0 else "-"
        return (
            f"({a[0]}{sign}sqrt({a[0] ** 2 + 4 * b[0]}))/2",
            "L. Euler, Introductio in analysin infinitorum (1748), chapter 18",
        )
    if len(a) != 2:
        return None
    slope, ratio = a[1], a[0] / a[1]
    half = ratio == Fraction(1, 2)
    if half and len(b) == 3 and not b[1] and b[2] > -(a[0] ** 2):
        return _tangent(a[0], b[2] / a[0] ** 2, b[0] / b[2]) if (largest_root(b) or 0) < 1 else None
    if len(b) != 1 or ratio <= 0:
        return None
    size = f"sqrt({abs(b[0] / slope**2)})"
    positive = b[0] > 0
    if half:
        return (
            f"({slope})*{size}*{'coth' if positive else 'cot'}(2*{size})",
            f"DLMF {'4.39.1' if positive else '4.25.1'}",
        )
    function = "besseli" if positive else "besselj"
    quotient = f"{function}({ratio - 1},2*{size})/{function}({ratio},2*{size})"
    return f"({slope})*{size}*{quotient}", f"DLMF {'10.33.1' if positive else '10.10.1'}"


def _tangent(slope: Fraction, square: Fraction, constant: Fraction) -> tuple[str, str]:
    """1 + K (t^2 (n^2 - m^2)/(2n+1)) = m t/tan(m arctan t), for t^2 = `square` and m^2 = -`constant`."""
    size, factor = f"sqrt({abs(square)})", f"sqrt({abs(constant)})"
    arc = f"atan({size})" if square > 0 else f"atanh({size})"
    if constant == 0:
        return f"({slope})*{size}/{arc}", "DLMF 4.25.4" if square > 0 else "DLMF 4.39.3"
    outer = "tan" if (square > 0) == (constant < 0) else "tanh"
    return f"({slope})*{factor}*{size}/{outer}({factor}*{arc})", "DLMF 4.25.2"
