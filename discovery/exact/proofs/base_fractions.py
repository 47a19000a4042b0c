"""The catalog of continued fractions that proofs assume, and which of them a given number is an image of."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from discovery.exact.expression import Call, Expression, Name, parse, to_text, walk
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.matrices import Matrix, determinant, multiply, primitive
from discovery.exact.polynomial import Coefficients
from discovery.exact.proofs.generated_field import Element, Generator, Unrecognized, is_square
from discovery.exact.proofs.generated_numbers import element_of
from discovery.exact.proofs.scaled_bessel import SCALED, scaled_element_of

MAX_ROOT_PERIOD = 1000

EULER = (
    "L. Euler, De fractionibus continuis dissertatio, Comm. Acad. Sci. Petropolitanae 9 (1744) 98-137; "
    "O. Perron, Die Lehre von den Kettenbrüchen, 2nd ed., Teubner, Leipzig 1929; OEIS A003417"
)
EXPONENTIAL = (
    "O. Perron, Die Lehre von den Kettenbrüchen, 2nd ed., Teubner, Leipzig 1929; D. H. Lehmer, Continued fractions "
    "containing arithmetic progressions, Scripta Math. 29 (1973) 17-24"
)
ROOT_OF_E = f"{EXPONENTIAL}; T. J. Osler, Amer. Math. Monthly 113 (2006) 62-66"
SQUARE_OF_E = (
    "O. Perron, Die Lehre von den Kettenbrüchen, 2nd ed., Teubner, Leipzig 1929, p. 138; D. H. Lehmer, Continued "
    "fractions containing arithmetic progressions, Scripta Math. 29 (1973) 17-24; OEIS A001204"
)
LAMBERT = (
    "J. H. Lambert, Mémoire sur quelques propriétés remarquables des quantités transcendentes circulaires et "
    "logarithmiques, Mém. Acad. Berlin 17 (1768) 265-322"
)
GAUSS = (
    "D. H. Lehmer, Continued fractions containing arithmetic progressions, Scripta Math. 29 (1973) 17-24; from the "
    "continued fraction of Gauss"
)
LAGRANGE = (
    "J.-L. Lagrange, Additions au mémoire sur la résolution des équations numériques, Mém. Acad. Berlin 24 (1770) "
    "111-180; O. Perron, Die Lehre von den Kettenbrüchen, 2nd ed., Teubner, Leipzig 1929"
)

_HYPERBOLIC = ("coth", "tanh", "cosh", "sinh")


@dataclass(frozen=True)
class BaseFraction:
    """A number whose continued fraction is classical.

    Parameters
    ----------
    fraction : SignedContinuedFraction
        The continued fraction; its value is the number.
    reference : str
        Where it is proved.
    """

    fraction: SignedContinuedFraction
    reference: str

    @property
    def text(self) -> str:
        """Canonical text of the number."""
        return to_text(self.fraction.value)


@lru_cache(maxsize=4096)
def base_for(expression: Expression) -> tuple[BaseFraction, Matrix] | None:
    """Return the base number z and the integer matrix G with expression = G z, both exact.

    Parameters
    ----------
    expression : Expression
        A number; nothing is evaluated numerically.

    Returns
    -------
    tuple of (BaseFraction, Matrix) or None
        G = (p, q, r, s) has content 1, det G != 0, its first non-zero entry positive, and the number is
        (p z + q)/(r z + s). ``None`` if the expression is not recognized as an image of a number of the catalog.

    Notes
    -----
    Decided by structure: the expression is brought to lowest terms in Q(sqrt(d), z). P(c)/Q(c) with c = exp(g) is an
    image of c^k if P and Q, without common factor, lie in the span of 1 and c^k. Numbers written with hyperbolic
    functions alone get coth as base, other functions of exponentials the exponential.

    Examples
    --------
    >>> base, matrix = base_for(parse("(e^2+1)/(3*e^2)"))
    >>> base.text, matrix
    ('e^2', (1, 1, 3, 0))
    """
    try:
        element = element_of(expression)
    except Unrecognized:
        return _scaled_bessel_image(expression)
    if element.weight:
        return None
    if element.generator is None:
        return _quadratic_image(element)
    if element.root != 1:
        return None
    if element.generator.family == "exp":
        return _exponential_image(element, element.generator.parameters[0], _prefers_coth(expression))
    base = catalog_entry(element.generator)
    matrix = _moebius(element, 1)
    return (base, primitive(matrix)) if base is not None and matrix is not None else None


@lru_cache(maxsize=1024)
def catalog_entry(generator: Generator) -> BaseFraction | None:
    """Return the classical continued fraction of a generator itself, ``None`` if it has none in the catalog.

    Parameters
    ----------
    generator : Generator
        ``exp`` with 1/q or 2/q; ``cot`` with any q; ``coth`` with q, meaning coth(1/n) if q = n^2; ``besseli`` and
        ``besselj`` with nu > -1, 2/x and 2(nu + 1)/x integers; ``scaled besseli`` and ``scaled besselj`` with nu > -1,
        w and u, meaning sqrt(w/u) I_nu(x) / I_{nu+1}(x) at x = 2/sqrt(w u), where w(nu + 1), 2w, u(nu + 2) and 2u are
        integers and w u is no square.
    """
    family, parameters = generator
    if family == "exp":
        return _exponential_base(parameters[0])
    if family in ("cot", "coth"):
        return _cotangent_base(family, parameters[0].numerator)
    if family.startswith(SCALED):
        return _scaled_bessel_base(family.removeprefix(SCALED), *parameters)
    return _bessel_base(family, *parameters)


@lru_cache(maxsize=1024)
def square_root_base(root: int) -> BaseFraction | None:
    """Return the regular continued fraction of sqrt(root), root > 1 squarefree; of phi for root = 5.

    Returns
    -------
    BaseFraction or None
        ``None`` if the period is longer than `MAX_ROOT_PERIOD`.
    """
    if root == 5:
        return _base("phi", (), [(1,)], 1, LAGRANGE)
    whole = math.isqrt(root)
    numerator, denominator, quotient = 0, 1, whole
    period: list[tuple[int, ...]] = []
    # Every complete quotient is (sqrt(D) + P)/Q with Q | D - P^2; the period ends with the quotient 2 a_0.
    while quotient != 2 * whole:
        if len(period) == MAX_ROOT_PERIOD:
            return None
        numerator = quotient * denominator - numerator
        denominator = (root - numerator * numerator) // denominator
        quotient = (whole + numerator) // denominator
        period.append((quotient,))
    return _base(f"sqrt({root})", (whole,), period, 1, LAGRANGE)


def _exponential_base(exponent: Fraction) -> BaseFraction | None:
    q = exponent.denominator
    if exponent.numerator == 1:
        if q == 1:
            return _base("e", (2,), [(1,), (2, 2), (1,)], 1, EULER)
        return _base(f"e^(1/{q})", (), [(1,), (q - 1, 2 * q), (1,)], 1, ROOT_OF_E)
    if exponent.numerator != 2:
        return None
    if q == 1:
        return _base("e^2", (7,), [(2, 3), (1,), (1,), (3, 3), (18, 12)], 1, SQUARE_OF_E)
    letters = [(1,), ((q - 1) // 2, 3 * q), (6 * q, 12 * q), ((5 * q - 1) // 2, 3 * q), (1,)]
    return _base(f"e^(2/{q})", (), letters, 1, EXPONENTIAL)


def _cotangent_base(family: str, q: int) -> BaseFraction:
    sign, reference = (1, f"{LAMBERT}; DLMF 4.39.1") if family == "coth" else (-1, f"{LAMBERT}; DLMF 4.25.1")
    if is_square(q):
        n = math.isqrt(q)
        return _base(f"{family}(1/{n})" if n > 1 else f"{family}(1)", (), [(n, 2 * n)], sign, reference)
    # Lambert's fraction cot(y) = 1/y - 1/(3/y - 1/(5/y - ...)) at y = sqrt(1/q), times sqrt(q).
    return _base(f"sqrt({q})*{family}(1/sqrt({q}))", (), [(q, 4 * q), (3, 4)], sign, reference)


def _bessel_base(family: str, order: Fraction, argument: Fraction) -> BaseFraction | None:
    first, step = 2 * (order + 1) / argument, 2 / argument
    if first.denominator != 1 or step.denominator != 1 or first <= 0:
        return None
    sign, equation = (1, "DLMF 10.33.1") if family == "besseli" else (-1, "DLMF 10.10.1")
    text = f"{family}({order},{argument})/{family}({order + 1},{argument})"
    return _base(text, (), [(first.numerator, step.numerator)], sign, f"{GAUSS}; {equation}")


def _scaled_bessel_base(family: str, order: Fraction, w: Fraction, u: Fraction) -> BaseFraction | None:
    # The fraction of Gauss 2(nu+1)/x + 1/(2(nu+2)/x + ...) times sqrt(D), D = w/u: an equivalence transformation turns
    # the letters at even places into sqrt(D) 2(nu+1+n)/x = w (nu+1+n), those at odd places into u (nu+1+n).
    letters = [(w * (order + 1), 2 * w), (u * (order + 2), 2 * u)]
    product = w * u
    if order <= -1 or any(c.denominator != 1 for letter in letters for c in letter) or w <= 0 or u <= 0:
        return None
    if is_square(product.numerator) and is_square(product.denominator):
        return None
    sign, equation = (1, "DLMF 10.33.1") if family == "besseli" else (-1, "DLMF 10.10.1")
    x = f"sqrt({4 / product})"
    text = f"sqrt({w / u})*{family}({order},{x})/{family}({order + 1},{x})"
    whole = [tuple(c.numerator for c in letter) for letter in letters]
    return _base(text, (), whole, sign, f"{GAUSS}; {equation}, times a square root")


def _base(text: str, start: tuple[int, ...], letters: list[tuple[int, ...]], sign: int, reference: str) -> BaseFraction:
    polynomials: tuple[Coefficients, ...] = tuple(tuple(map(Fraction, letter)) for letter in letters)
    return BaseFraction(SignedContinuedFraction(parse(text), (sign,), start, polynomials), reference)


def _prefers_coth(expression: Expression) -> bool:
    calls = {node.function for node in walk(expression) if isinstance(node, Call)}
    return bool(calls.intersection(_HYPERBOLIC)) and "exp" not in calls and Name("e") not in walk(expression)


def _exponential_image(element: Element, measure: Fraction, coth: bool) -> tuple[BaseFraction, Matrix] | None:
    parts = (element.rational, element.denominator)
    exponent = math.gcd(*(power for part in parts for power, c in enumerate(part.coeffs()) if c != 0))
    matrix = _moebius(element, exponent)
    exponent_of_e = measure * exponent
    if matrix is None or exponent_of_e.numerator > 2:
        return None
    if coth:
        # exp(2/n) = (c + 1)/(c - 1) with c = coth(1/n)
        n = 2 / exponent_of_e
        base = catalog_entry(Generator("coth", (n * n,)))
        matrix = multiply(matrix, (1, 1, 1, -1))
    else:
        base = catalog_entry(Generator("exp", (exponent_of_e,)))
    return None if base is None else (base, primitive(matrix))


def _scaled_bessel_image(expression: Expression) -> tuple[BaseFraction, Matrix] | None:
    read = scaled_element_of(expression)
    if read is None:
        return None
    (family, (order, w, u)), element = read
    matrix = _moebius(element, 1)
    if matrix is None:
        return None
    while family.endswith("besselj") and u * (order + 2) < 2:
        # The lemma behind the proofs takes no 1 with the sign -1 after the first letter: z = w (nu+1) - 1/z'.
        matrix = multiply(matrix, (int(w * (order + 1)), -1, 1, 0))
        order, w, u = order + 1, u, w
    base = catalog_entry(Generator(family, (order, w, u)))
    return None if base is None else (base, primitive(matrix))


def _quadratic_image(element: Element) -> tuple[BaseFraction, Matrix] | None:
    if element.root == 1:
        return None
    base = square_root_base(element.root)
    if base is None:
        return None
    a, b, c = int(element.rational[0]), int(element.irrational[0]), int(element.denominator[0])
    matrix = (b, a, 0, c)
    if element.root == 5:  # sqrt(5) = 2 phi - 1
        matrix = multiply(matrix, (2, -1, 0, 1))
    return base, primitive(matrix)


def _moebius(element: Element, exponent: int) -> Matrix | None:
    """Return G with element = G z^exponent, ``None`` if it is no such image."""
    top, bottom = element.rational, element.denominator
    if max(top.degree(), bottom.degree()) != exponent:
        return None
    matrix = (int(top[exponent]), int(top[0]), int(bottom[exponent]), int(bottom[0]))
    return matrix if determinant(matrix) else None
