"""The classical series to which telescoped sums are reduced, each with its value and a reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpq_poly

from discovery.exact.expression import Expression, parse
from discovery.exact.fractions.hypergeometric_term import Kernel, RationalFunction, quotient

MAX_ORDER = 12
MAX_CHARACTERS = 40_000

_HALF = Fraction(1, 2)
_ONE = Fraction(1)
_BINOMIAL = (
    "D. H. Lehmer, Interesting series involving the central binomial coefficient, Amer. Math. Monthly 92 (1985) 449-457"
)
_APERY = "A. van der Poorten, A proof that Euler missed, Math. Intelligencer 1 (1979) 195-203"


@dataclass(frozen=True)
class BaseSeries:
    """A series T_0 w(0) + T_1 w(1) + ... over a kernel T, with a rational weight w.

    Parameters
    ----------
    name : str
        Its family, a key of the functions of this file.
    shift : Fraction
        alpha in (0, 1], where the weight has a pole at -alpha; 1 in families that need none.
    order : int
        The order of that pole; 0 in families that need none.
    weight : RationalFunction
        w, without poles at k = 0, 1, 2, ...
    value : Expression or None
        The sum; ``None`` where no closed form is catalogued, or where the series diverges.
    reference : str
        Where the value is proved.
    """

    name: str
    shift: Fraction
    order: int
    weight: RationalFunction
    value: Expression | None
    reference: str


def base_series(kernel: Kernel, name: str, shift: Fraction, order: int) -> BaseSeries | None:
    """Return a series of the catalog over a kernel, or None if the kernel has none of this name, shift and order."""
    wanted = [
        series
        for series in candidates(kernel, {shift: min(max(order, 1), MAX_ORDER)})
        if (series.name, series.shift, series.order) == (name, shift, order)
    ]
    return wanted[0] if wanted else None


def candidates(kernel: Kernel, poles: Mapping[Fraction, int]) -> list[BaseSeries]:
    """Return the series of the catalog over a kernel that a term with certain poles may be reduced to.

    Parameters
    ----------
    kernel : Kernel
    poles : mapping of Fraction to int
        For each alpha in (0, 1] the highest order of a pole at -alpha, up to integers; at most `MAX_ORDER`.
    """
    if not kernel.upper and not kernel.lower:
        return [
            series
            for alpha, highest in sorted(poles.items())
            for order in range(1, highest + 1)
            if (series := _power(kernel.z, alpha, order)) is not None
        ]
    if not kernel.upper and kernel.lower == (_ONE,):
        return [_plain("exponential", fmpq_poly([1]), f"exp({kernel.z})", "DLMF 4.2.19")]
    if not kernel.upper and kernel.lower == (_ONE, _ONE):
        return _bessel(kernel.z)
    if not kernel.upper and kernel.lower == (_HALF, _ONE):
        return _hyperbolic(kernel.z)
    if len(kernel.upper) == 1 and kernel.lower == (_ONE,):
        return _binomial(kernel.z, kernel.upper[0])
    if kernel.upper == (_ONE,) and kernel.lower == (_HALF,):
        return [_central_binomial(kernel.z, order) for order in range(1, 5)]
    return []


def _power(z: Fraction, alpha: Fraction, order: int) -> BaseSeries | None:
    """Return the sum of z^k/(k+alpha)^order; for z = 1 and order 1 of 1/(k+alpha) - 1/(k+1)."""
    pole = _linear(alpha)
    weight = quotient(fmpq_poly([1]), pole**order)
    text, reference = None, ""
    if z == 1 and order == 1:
        if alpha == 1:
            return None
        weight = quotient(_linear(_ONE) - pole, pole * _linear(_ONE))
        text, reference = f"-euler_gamma-digamma({alpha})", "DLMF 5.7.6"
    elif z == 1:
        text, reference = f"hurwitz({order},{alpha})", "DLMF 25.11.1"
        if alpha == 1:
            text, reference = f"zeta({order})", "DLMF 25.2.1"
    elif z == -1 and order == 1:
        text, reference = f"(digamma({(alpha + 1) / 2})-digamma({alpha / 2}))/2", "DLMF 5.7.6"
    elif z == -1:
        text = f"(hurwitz({order},{alpha / 2})-hurwitz({order},{(alpha + 1) / 2}))/2^{order}"
        reference = "DLMF 25.11.1"
    elif abs(z) < 1 and alpha == 1:
        text, reference = f"polylog({order},{z})/({z})", "DLMF 25.12.10"
        if order == 1:
            text, reference = f"-log({1 - z})/({z})", "DLMF 4.6.1"
    elif abs(z) < 1 and alpha == _HALF and z < 0 and order == 1:
        text, reference = f"2*atan(sqrt({-z}))/sqrt({-z})", "DLMF 4.24.3"
    elif abs(z) < 1 and alpha == _HALF and z > 0:
        root = f"sqrt({z})"
        text = f"2^{order - 1}*(polylog({order},{root})-polylog({order},-{root}))/{root}"
        reference = "DLMF 25.12.10"
        if order == 1:
            text, reference = f"2*atanh({root})/{root}", "DLMF 4.38.5"
    value = None if text is None else _parsed(text)
    return BaseSeries("power", alpha, order, weight, value, reference)


def _bessel(z: Fraction) -> list[BaseSeries]:
    """Return the sums of z^k/k!^2 and z^k/(k! (k+1)!)."""
    root = f"sqrt({abs(z)})"
    function, reference = ("besseli", "DLMF 10.25.2") if z > 0 else ("besselj", "DLMF 10.2.2")
    return [
        _plain("bessel", fmpq_poly([1]), f"{function}(0,2*{root})", reference),
        BaseSeries(
            "bessel",
            _ONE,
            1,
            quotient(fmpq_poly([1]), _linear(_ONE)),
            _parsed(f"{function}(1,2*{root})/{root}"),
            reference,
        ),
    ]


def _hyperbolic(z: Fraction) -> list[BaseSeries]:
    """Return the sums of z^k/((1/2)_k k!) = (4z)^k/(2k)! and of (4z)^k/(2k+1)!."""
    root = f"sqrt({abs(z)})"
    even, odd = ("cosh", "sinh") if z > 0 else ("cos", "sin")
    section = "DLMF 4.33" if z > 0 else "DLMF 4.19"
    weight = quotient(fmpq_poly([1]), _linear(_HALF))
    return [
        _plain("hyperbolic", fmpq_poly([1]), f"{even}(2*{root})", f"{section}.2"),
        BaseSeries("hyperbolic", _HALF, 1, weight, _parsed(f"{odd}(2*{root})/{root}"), f"{section}.1"),
    ]


def _binomial(z: Fraction, a: Fraction) -> list[BaseSeries]:
    """Return the sum of (a)_k z^k/k!, and for a = 1/2 that of (1/2)_k z^k/(k! (k+1/2))."""
    inside = abs(z) < 1 or z == -1
    found = [_plain("binomial", fmpq_poly([1]), f"({1 - z})^(-{a})" if inside else None, "DLMF 4.6.7")]
    if a == _HALF:
        root = f"sqrt({abs(z)})"
        text, reference = (
            (f"2*asin({root})/{root}", "DLMF 4.24.1") if z > 0 else (f"2*asinh({root})/{root}", "DLMF 4.38.1")
        )
        weight = quotient(fmpq_poly([1]), _linear(_HALF))
        found.append(BaseSeries("arcsine", _HALF, 1, weight, _parsed(text) if abs(z) <= 1 else None, reference))
    return found


def _central_binomial(z: Fraction, order: int) -> BaseSeries:
    """Return the sum of (4z)^n/(n^order C(2n, n)) over n = k+1 >= 1; T_n = (1)_n z^n/(1/2)_n = (4z)^n/C(2n, n)."""
    weight = quotient(_linear(_ONE) * fmpq(z.numerator, z.denominator), _linear(_HALF) * _linear(_ONE) ** order)
    root = f"sqrt({abs(z)})"
    arc, sign = (f"asin({root})", "") if z > 0 else (f"asinh({root})", "-")
    text, reference = None, _BINOMIAL
    if order == 1 and -1 <= z < 1:
        text = f"{sign}2*{root}*{arc}/sqrt({1 - z})"
    elif order == 2 and abs(z) <= 1:
        text = f"{sign}2*{arc}^2"
    elif order == 3 and z == Fraction(-1, 4):
        text, reference = "-2*zeta(3)/5", _APERY
    elif order == 4 and z == Fraction(1, 4):
        text, reference = "17*pi^4/3240", _APERY
    return BaseSeries("central_binomial", _ONE, order, weight, None if text is None else _parsed(text), reference)


def _plain(name: str, weight: fmpq_poly, text: str | None, reference: str) -> BaseSeries:
    one = fmpq_poly([1])
    return BaseSeries(name, _ONE, 0, RationalFunction(weight, one), None if text is None else _parsed(text), reference)


def _linear(alpha: Fraction) -> fmpq_poly:
    return fmpq_poly([fmpq(alpha.numerator, alpha.denominator), 1])


def _parsed(text: str) -> Expression:
    return parse(text, max_characters=MAX_CHARACTERS)
