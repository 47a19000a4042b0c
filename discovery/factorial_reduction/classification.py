"""What a polynomial continued fraction is: its reduction, decided exactly, its convergence, and what was checked."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, fmpz_poly

from discovery.errors import ParameterError
from discovery.exact.fractions.continued_fraction import simplest_fraction
from discovery.exact.fractions.deflation import Deflated, deflate
from discovery.exact.fractions.gcd_rate import convergents
from discovery.exact.fractions.integer_polynomials import integer_pair, splits
from discovery.exact.polynomial import Coefficients
from discovery.exact.precision import working_precision
from discovery.factorial_reduction.convergence_class import (
    EXPONENTIAL,
    FACTORIAL,
    TERMINATING,
    ConvergenceClass,
    convergence_class,
)
from discovery.factorial_reduction.good_primes import good_primes
from discovery.factorial_reduction.growth import Growth, growth
from discovery.factorial_reduction.period_content import first_failing_prime

FULL = "factorial reduction"
PARTIAL = "partial reduction"
NONE = "no reduction"
TRIVIAL = "trivial"
UNBALANCED = "deg b < 2 deg a"
UNDECIDED = "undecided"
REDUCTIONS = (FULL, PARTIAL, NONE, TRIVIAL, UNBALANCED, UNDECIDED)
KINDS = (*REDUCTIONS, TERMINATING)
"""Every word of `Classification.kind`, for counts."""

MIN_DEPTH = 200
MAX_DEPTH = 8000
DEEPER = 4000
"""Depth at which an exact verdict stands against the filter."""
FULL_BELOW = 0.15
"""Largest |dhat| of factorial reduction; measured below 0.1 at N = 1000."""
REDUCED_ABOVE = 0.2
"""Least dhat without factorial reduction; the least one known is 1/2."""
COMMON_BAND = (0.07, 0.13)
"""Orders of the common factors between which partial reduction and none are not told apart."""
CONSISTENT = 0.1
"""Largest deviation of dhat and the order of the common factors from their sum d, else the depth is too small."""
MAX_END = 20_000
LIMIT_DEPTH = 1000
LIMIT_BITS = 400
SURPLUS_BITS = 100
"""An apparent rational limit agrees to so many bits more than its denominator could have bought."""


@dataclass(frozen=True)
class Classification:
    """A continued fraction with everything that was found about it.

    Parameters
    ----------
    reduction : str
        One of `REDUCTIONS`, of the recurrence after the last zero of b; the exact stage decides, not the filter.
    convergence : ConvergenceClass
        How the fraction converges.
    deflated : Deflated
        The pair the decision was made for.
    growth : Growth or None
        Exact growth at the depth of the decision; ``None`` where none was needed.
    b_splits : bool or None
        Whether b is a product of rational linear factors; ``None`` for zero polynomials.
    failing_prime : int or None
        First good prime without period content.
    filter_passes : bool or None
        Verdict of the filter: b splits and no good prime fails; ``None`` where it does not apply.
    limit : Fraction or None
        The limit of a fraction that ends, exact; of others, a rational number that the convergents agree with.
    evidence : tuple of str
        What was checked, in words.
    """

    reduction: str
    convergence: ConvergenceClass
    deflated: Deflated
    growth: Growth | None = None
    b_splits: bool | None = None
    failing_prime: int | None = None
    filter_passes: bool | None = None
    limit: Fraction | None = None
    evidence: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """One of `KINDS`: "ends" for a fraction with finitely many terms, else the reduction."""
        return TERMINATING if self.convergence.kind == TERMINATING else self.reduction

    @property
    def dhat(self) -> float | None:
        """Factorials left in the reduced convergents: 0 for factorial reduction, 1/2 or 3/4 for partial ones."""
        return None if self.growth is None else self.growth.dhat


def classify(a: Coefficients, b: Coefficients, depth: int = 1000) -> Classification:
    """Return what a(0) + b(1)/(a(1) + b(2)/(a(2) + ...)) is.

    Parameters
    ----------
    a, b : tuple of Fraction
        Polynomials in n, lowest power first.
    depth : int
        N in [200, 8000] of the exact stage, which looks at N and 2N; doubled up to 8000 where the figures do not
        decide or the filter disagrees.

    Returns
    -------
    Classification
        Every pair gets a class.

    Raises
    ------
    ParameterError
        The depth is out of range, or a polynomial is too large.
    """
    if not MIN_DEPTH <= depth <= MAX_DEPTH:
        raise ParameterError(f"depth must be an int in [{MIN_DEPTH}, {MAX_DEPTH}]; got {depth}", field="depth")
    convergence = convergence_class(a, b)
    deflated = deflate(a, b)
    limit, words = _limit(a, b, convergence)
    evidence = [f"convergence: {convergence.kind}", *words]
    if deflated.steps:
        evidence.append("inflated; the common factor was taken out first")
    if not a or not b:
        evidence.append("a is zero" if not a else "b is zero")
        return Classification(TRIVIAL, convergence, deflated, limit=limit, evidence=tuple(evidence))
    left, right = integer_pair(deflated.a, deflated.b)
    split = splits(right)
    if left.degree() == right.degree() == 0:
        evidence.append("deflates to constant coefficients: convergents without factorials")
        return Classification(TRIVIAL, convergence, deflated, b_splits=split, limit=limit, evidence=tuple(evidence))
    if right.degree() < 2 * left.degree():
        evidence.append("common factors divide b(1)...b(n), too small a product for factorial reduction: proved")
        return Classification(UNBALANCED, convergence, deflated, b_splits=split, limit=limit, evidence=tuple(evidence))
    failing, passed, words = _filter(left, right, split)
    reduction, measured = _decide(deflated, passed, depth)
    evidence += [*words, *_words_of_growth(measured, reduction, passed)]
    return Classification(reduction, convergence, deflated, measured, split, failing, passed, limit, tuple(evidence))


def has_period_content(a: Coefficients, b: Coefficients) -> bool | None:
    """Return whether a pair, once deflated, has b split and period content at every good prime; no exact stage.

    Parameters
    ----------
    a, b : tuple of Fraction
        Polynomials in n, lowest power first.

    Returns
    -------
    bool or None
        True for trivial pairs; ``None`` where the test does not apply: odd deg b, or no good prime up to 61.
        `classify` may still refuse what passes here.
    """
    deflated = deflate(a, b)
    if not deflated.a or not deflated.b:
        return True
    left, right = integer_pair(deflated.a, deflated.b)
    if left.degree() == right.degree() == 0:
        return True
    return False if right.degree() < 2 * left.degree() else _filter(left, right, splits(right))[1]


def _filter(a: fmpz_poly, b: fmpz_poly, split: bool) -> tuple[int | None, bool | None, list[str]]:
    if not split:
        return None, False, ["b does not split over the rationals: no factorial reduction, argued, not proved"]
    if b.degree() % 2:
        return None, None, ["odd deg b: no congruences, exact stage alone"]
    above, below = ([int(c) for c in polynomial.coeffs()] for polynomial in (a, b))
    primes = good_primes(above, below)
    failing = first_failing_prime(above, below, primes)
    if failing is not None:
        return failing, False, [f"period content is missing at the prime {failing}"]
    if not primes:
        return None, None, ["no good prime up to 61, exact stage alone"]
    return None, True, [f"period content at all {len(primes)} good primes from {primes[0]} to {primes[-1]}"]


def _decide(deflated: Deflated, passed: bool | None, depth: int) -> tuple[str, Growth]:
    """Return the verdict of the exact stage, at a larger depth where the figures or the filter leave a doubt."""
    for measured in _deeper(deflated, depth):
        verdict = reduction_of(measured)
        agrees = passed is None or passed == (verdict == FULL)
        if verdict != UNDECIDED and (agrees or measured.depth >= DEEPER):
            break
    return verdict, measured


def _deeper(deflated: Deflated, depth: int) -> Iterator[Growth]:
    while depth <= MAX_DEPTH:
        yield growth(deflated.a, deflated.b, depth)
        depth *= 2


def reduction_of(measured: Growth) -> str:
    """Return `FULL`, `PARTIAL` or `NONE` as the growth of exact convergents says, `UNDECIDED` if it does not settle."""
    left, common = measured.dhat, measured.common_order
    if abs(left + common - measured.order) > CONSISTENT:
        return UNDECIDED
    if left < FULL_BELOW:
        return FULL
    if left < REDUCED_ABOVE or COMMON_BAND[0] < common < COMMON_BAND[1]:
        return UNDECIDED
    return PARTIAL if common > COMMON_BAND[1] else NONE


def _words_of_growth(measured: Growth, reduction: str, passed: bool | None) -> list[str]:
    words = [
        f"exact common factors at n = {measured.depth} and {2 * measured.depth}: dhat = {measured.dhat:.3f}"
        f" of d = {measured.order}"
    ]
    if measured.start:
        words.append(f"measured after the last zero of b at n = {measured.start}")
    if reduction == UNDECIDED:
        words.append("the figures do not settle at this depth")
    elif passed is not None and passed != (reduction == FULL):
        words.append("the filter disagrees; the exact stage decides")
    return words


def _limit(a: Coefficients, b: Coefficients, convergence: ConvergenceClass) -> tuple[Fraction | None, list[str]]:
    left, right = integer_pair(a, b)
    denominators = math.lcm(*(c.denominator for c in (*a, *b)))
    if convergence.end is not None:
        if convergence.end > MAX_END:
            return None, [f"ends at n = {convergence.end}; its value was not computed"]
        ((p, q),) = convergents(left, right, [convergence.end - 1])
        if q == 0:
            return None, [f"ends at n = {convergence.end} with the denominator 0: no value"]
        return Fraction(int(p), int(q) * denominators), [f"ends at n = {convergence.end}: rational value"]
    if convergence.kind == FACTORIAL:
        depth = LIMIT_DEPTH // 10
    elif convergence.kind == EXPONENTIAL and convergence.rate is not None:
        depth = min(LIMIT_DEPTH, math.ceil(LIMIT_BITS * math.log(2) / convergence.rate))
    else:
        return None, []
    (p, q), (later_p, later_q) = convergents(left, right, [depth, 2 * depth])
    inverted = abs(later_p) > abs(later_q)
    if inverted:
        p, q, later_p, later_q = q, p, later_q, later_p
    if q == 0:
        return None, []
    with working_precision(LIMIT_BITS):
        ball = (arb(p) / arb(q)).union(arb(later_p) / arb(later_q))
        agreement = -float(ball.rad().log()) / math.log(2) if ball.rad() > 0 else math.inf
    top, bottom = simplest_fraction(ball)
    if agreement - 2 * math.log2(bottom) < SURPLUS_BITS:
        return None, []
    if inverted:
        top, bottom = bottom, top
    if bottom == 0:
        return None, ["the convergents seem to tend to infinity"]
    value = Fraction(top, bottom * denominators)
    return value, ["the convergents agree with a rational number: degenerate, not proved"]
