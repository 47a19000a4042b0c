"""The filter for one pair, in exact integers of any size: deflation, the shape of b, and the congruences."""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpz_poly

from discovery.errors import ParameterError
from discovery.exact.fractions.deflation import deflate
from discovery.exact.fractions.integer_polynomials import integer_pair, rational_roots
from discovery.exact.polynomial import Coefficients
from discovery.factorial_reduction.congruence import vanishes
from discovery.factorial_reduction.good_primes import good_primes, primes_needed

PASSES = "passes"
FAILS = "fails"
TRIVIAL = "trivial"
OUTSIDE = "outside the criterion"


@dataclass(frozen=True)
class Verdict:
    """What the filter says about one pair.

    Parameters
    ----------
    outcome : str
        `PASSES`; `FAILS`; `TRIVIAL`, if it deflates to constants; `OUTSIDE`, if only exact convergents can decide.
    reason : str
        Why, in words.
    primes : tuple of int
        Good primes l at which p_{l-1} = 0 mod l^d was found to hold.
    """

    outcome: str
    reason: str
    primes: tuple[int, ...] = ()


def passes_filter(a: Coefficients, b: Coefficients) -> Verdict:
    """Return whether a pair passes the congruences of factorial reduction, after deflation.

    Parameters
    ----------
    a, b : tuple of Fraction
        Coefficients from low to high, not zero; size as for
        `discovery.exact.fractions.integer_polynomials.integer_pair`.

    Returns
    -------
    Verdict
        Exact. Passing is necessary as far as is known, and not sufficient.

    Raises
    ------
    ParameterError
        a or b is zero, or too large.
    """
    if not a or not b:
        raise ParameterError("a and b must not be zero", field="b" if a else "a")
    deflated = deflate(a, b)
    left, right = ([int(c) for c in part.coeffs()] for part in integer_pair(deflated.a, deflated.b))
    order = len(right) - 1
    if len(left) == 1 and order == 0:
        return Verdict(TRIVIAL, "a and b deflate to constants")
    if order < 2 * (len(left) - 1):
        return Verdict(FAILS, "deg b < 2 deg a")
    roots = rational_roots(fmpz_poly(right))
    if sum(multiplicity for _, multiplicity in roots) < order:
        return Verdict(FAILS, "b is not a product of rational linear factors")
    if order % 2:
        return Verdict(OUTSIDE, f"the degree of b is odd: {order}")
    # The root of the largest multiplicity is the one from which the congruence holds most often.
    points = [root for root, _ in sorted(roots, key=lambda item: -item[1])]
    primes = good_primes(left, right)[: primes_needed(order // 2)]
    if not primes:
        return Verdict(OUTSIDE, "no prime from 5 to 61 is good")
    for number, prime in enumerate(primes):
        if not vanishes(left, right, points, prime, order // 2):
            reason = f"p_{prime - 1} is not 0 mod {prime}^{order // 2} from any root of b"
            return Verdict(FAILS, reason, primes[:number])
    return Verdict(PASSES, f"p_(l-1) = 0 mod l^{order // 2} at {len(primes)} good primes", primes)
