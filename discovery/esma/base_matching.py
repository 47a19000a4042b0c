"""Which number of the catalog a regular continued fraction with growing letters is a Moebius image of."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from flint import arb

from discovery.errors import PrecisionLost
from discovery.esma.interlaced import fit_interlaced
from discovery.esma.value import left_hand_side_value
from discovery.exact.expression import Call, Expression, Name, Number, Operation, parse, walk
from discovery.exact.fractions.continued_fraction import regular_continued_fraction
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.identification.quadratic import letter_product
from discovery.exact.matrices import Matrix, multiply, primitive
from discovery.exact.polynomial import Coefficients, shift
from discovery.exact.precision import working_precision
from discovery.exact.proofs.base_fractions import BaseFraction, catalog_entry
from discovery.exact.proofs.generated_field import Generator
from discovery.exact.proofs.scaled_bessel import SCALED

MAX_DETERMINANT = 24
TAIL_BITS = 1500
"""Precision of an image of the tail: enough quotients to see letters of period 5 grow."""
BASE_BITS = 8000
BASE_PERIOD = 5
"""Longest period of the regular continued fraction of a number of the catalog."""
ENOUGH_SURPLUS = 5.0
BESSEL_STEPS = 8
"""Starts a, a + b, ... of one progression among which the simplest image is chosen."""
TURNED: Matrix = (0, 1, 1, 0)
HALF_ANGLE: Matrix = (1, 1, 1, -1)
"""exp(2 y) = (coth(y) + 1)/(coth(y) - 1), and the other way round."""


@dataclass(frozen=True)
class BaseImage:
    """x = G z for a number z of the catalog.

    Parameters
    ----------
    base : BaseFraction
        z with its continued fraction and reference.
    matrix : Matrix
        G, integers of content 1, rows first.
    values : tuple of Expression
        |G z| written with z, or with a close relative such as tan for cot; the simplest first.
    """

    base: BaseFraction
    matrix: Matrix
    values: tuple[Expression, ...]


def match_base(start: Sequence[int], letters: tuple[Coefficients, ...]) -> BaseImage | None:
    """Return the number of the catalog of which a regular continued fraction is an image of least determinant.

    Parameters
    ----------
    start : sequence of int
        a_0 ... a_{s-1}.
    letters : tuple of Coefficients
        The letters after them, at least one of them growing.

    Returns
    -------
    BaseImage or None
        ``None`` if no image H x, 0 < |det H| <= `MAX_DETERMINANT`, has the tail of a number of the catalog. The tails
        are compared over many letters; that they are the same for ever is for a proof to show.

    Notes
    -----
    If x = G z with det G = D, then H = adj(G) belongs to one of the classes of primitive matrices of determinant D
    under GL2(Z) from the left, and H x has the tail of z (Serret), whose letters name it: [a; a+b, a+2b, ...] is
    I_{a/b-1}(2/b) / I_{a/b}(2/b), and likewise with all signs -1 and J for I.

    References
    ----------
    D. H. Lehmer, Continued fractions containing arithmetic progressions, Scripta Math. 29 (1973) 17-24; G. N. Raney,
    On continued fractions and finite automata, Math. Ann. 206 (1973) 265-283.
    """
    if not any(any(letter[1:]) for letter in letters):
        return None
    tail = SignedContinuedFraction(Name("x"), (1,), (), tuple(shift(letter, 1) for letter in letters))
    before = letter_product([*start, *(int(letter[0]) if letter else 0 for letter in letters)])
    with working_precision(TAIL_BITS + 64):
        ball, _ = tail.enclosure(TAIL_BITS)
        for image in _classes():
            terms = regular_continued_fraction(_apply(image, ball), TAIL_BITS)
            fit = fit_interlaced(terms[:-1], max_period=BASE_PERIOD, max_degree=1)
            if fit is None or fit.degree != 1 or fit.surplus_digits < ENOUGH_SURPLUS:
                continue
            for generator in _generators(fit.letters):
                found = _aligned(generator, terms, len(fit.start))
                if found is not None:
                    # x = before y and image y = found z
                    matrix = primitive(multiply(before, multiply(_adjugate(image), found)))
                    return _simplest(generator, matrix)
    return None


def _classes() -> Iterator[Matrix]:
    """Yield one primitive matrix of each class under GL2(Z) from the left, by determinant."""
    for determinant in range(1, MAX_DETERMINANT + 1):
        for a in range(1, determinant + 1):
            if determinant % a == 0:
                d = determinant // a
                yield from ((a, b, 0, d) for b in range(d) if math.gcd(a, b, d) == 1)


def _generators(letters: tuple[Coefficients, ...]) -> Iterator[Generator]:
    """Yield the numbers of the catalog whose regular continued fraction may end in such letters."""
    growing = [(int(letter[0]), int(letter[1])) for letter in letters if len(letter) > 1]
    if any(letter[0] != 1 for letter in letters if len(letter) == 1):
        return
    match len(letters), len(growing):
        case 1, 1:
            yield from _progression("besseli", "coth", *growing[0])
        case 2, 1:
            # All signs -1: a - 1/y = (a - 1) + 1/(1 + 1/(y - 1)), so each letter is smaller by 2.
            yield from _progression("besselj", "cot", growing[0][0] + 2, growing[0][1])
        case 3, 1:
            yield Generator("exp", (Fraction(2, growing[0][1]),))
        case 5, 3:
            yield Generator("exp", (Fraction(24, max(step for _, step in growing)),))
        case (2, 2):
            yield from _two_progressions("besseli", "coth", growing)
        case (4, 2):
            yield from _two_progressions("besselj", "cot", [(member + 2, step) for member, step in growing])


def _progression(bessel: str, cotangent: str, member: int, step: int) -> Iterator[Generator]:
    least = (member - 1) % step + 1
    if 2 * least == step:
        yield Generator(cotangent, (Fraction(least * least),))
    else:
        yield Generator(bessel, (Fraction(least, step) - 1, Fraction(2, step)))


def _two_progressions(bessel: str, cotangent: str, growing: Sequence[tuple[int, int]]) -> Iterator[Generator]:
    """Yield what letters w(nu + 1 + n) at even n and u(nu + 1 + n) at odd n belong to, n from any even number on."""
    (first, w), (second, u) = ((Fraction(2 * member, step), Fraction(step, 2)) for member, step in growing)
    if (second - first) % 2 != 1:
        return
    # The lowest order that both progressions reach, in (-1, 0].
    order = (first - 1) % 2
    if order > 1:
        order -= 2
    elif order > 0:
        order, w, u = order - 1, u, w
    if (2 * order).denominator == 1 and order.denominator > 1:
        large, small = max(w, u), min(w, u)
        if small == 2 and large % 2 == 0:
            yield Generator(cotangent, (large / 2,))
    else:
        yield Generator(f"{SCALED}{bessel}", (order, w, u))


def _aligned(generator: Generator, terms: Sequence[int], begin: int) -> Matrix | None:
    """Return the unimodular U with [terms] = U z, if from some place on they are the quotients of z."""
    base = _regular_base(generator)
    if base is None:
        return None
    # One period further in, where the letters have grown, a place in z is unmistakable.
    n = begin + BASE_PERIOD
    known = len(terms) - n
    if known < 1:
        return None
    for m in range(len(base) - known):
        if all(base[m + i] == terms[n + i] for i in range(known)):
            return multiply(letter_product(terms[:n]), _adjugate(letter_product(base[:m])))
    return None


@lru_cache(maxsize=256)
def _regular_base(generator: Generator) -> tuple[int, ...] | None:
    base = catalog_entry(generator)
    if base is None:
        return None
    ball, _ = base.fraction.enclosure(BASE_BITS)
    return tuple(regular_continued_fraction(ball, BASE_BITS))


def _simplest(generator: Generator, matrix: Matrix) -> BaseImage | None:
    """Return the image with the base of its progression that makes it simplest."""
    choices = [(generator, matrix)]
    if generator.family.endswith(("besseli", "besselj")):
        sign = 1 if generator.family.endswith("besseli") else -1
        order, *scale = generator.parameters
        for _ in range(BESSEL_STEPS):
            # z = a + sign/z' with z' of the next order
            slope = scale[0] if generator.family.startswith(SCALED) else 2 / scale[0]
            matrix = multiply(matrix, (int(slope * (order + 1)), sign, 1, 0))
            order += 1
            scale.reverse()
            choices.append((Generator(generator.family, (order, *scale)), primitive(matrix)))
    generator, matrix = min(choices, key=lambda choice: sum(map(abs, choice[1])))
    base = catalog_entry(generator)
    if base is None:
        return None
    written = []
    for constant, image in _relatives(generator, base, matrix):
        try:
            written.append(left_hand_side_value((constant,), (image[1], image[0], image[3], image[2])))
        except PrecisionLost:
            continue
    return BaseImage(base, matrix, tuple(sorted(written, key=_length))) if written else None


def _relatives(generator: Generator, base: BaseFraction, matrix: Matrix) -> Iterator[tuple[Expression, Matrix]]:
    """Yield numbers c in which the image of z is as well a quotient of linear polynomials, with its matrix."""
    family, parameters = generator
    yield base.fraction.value, matrix
    if family.startswith(SCALED):
        order, w, u = parameters
        bessel, x = family.removeprefix(SCALED), f"sqrt({4 / (w * u)})"
        yield parse(f"sqrt({u / w})*{bessel}({order + 1},{x})/{bessel}({order},{x})"), multiply(matrix, TURNED)
    if family.endswith(("besseli", "besselj")):
        return
    q = int(parameters[0]) if family != "exp" else 0
    root = math.isqrt(q)
    if family == "exp":
        y: Fraction | None = parameters[0] / 2
    else:
        y = Fraction(1, root) if root * root == q else None
    if y is None:
        tangent = "tan" if family == "cot" else "tanh"
        # z = sqrt(q) cot(1/sqrt(q)), and q/z is sqrt(q) tan(1/sqrt(q))
        yield parse(f"sqrt({q})*{tangent}(1/sqrt({q}))"), primitive(multiply(matrix, (0, q, 1, 0)))
    elif family == "cot":
        yield parse(f"tan({y})"), multiply(matrix, TURNED)
    else:
        if family == "exp":
            matrix = primitive(multiply(matrix, HALF_ANGLE))
            yield parse(f"coth({y})"), matrix
        else:
            entry = catalog_entry(Generator("exp", (2 * y,)))
            if entry is not None:
                yield entry.fraction.value, primitive(multiply(matrix, HALF_ANGLE))
        yield parse(f"tanh({y})"), multiply(matrix, TURNED)


def _length(expression: Expression) -> tuple[float, int]:
    """Return the digits of the integers written, a function counting as one digit, and the number of nodes."""
    nodes = list(walk(expression))
    digits = 0.0
    for node in nodes:
        if isinstance(node, Number):
            digits += math.log10(2 * abs(node.value.numerator) + 1)
            digits += math.log10(2 * node.value.denominator + 1) if node.value.denominator > 1 else 0.0
        elif isinstance(node, Call) or (isinstance(node, Operation) and node.op == "^"):
            digits += 0.5
    return digits, len(nodes)


def _apply(matrix: Matrix, ball: arb) -> arb:
    p, q, r, s = matrix
    return (ball * p + q) / (ball * r + s)


def _adjugate(matrix: Matrix) -> Matrix:
    p, q, r, s = matrix
    return s, -q, -r, p
