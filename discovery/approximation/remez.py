"""Minimax polynomials and rational functions in high precision, by the exchange algorithm of Remez."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flint import arb, arb_mat, arb_poly

from discovery.approximation.alternation import alternation, chebyshev_points, level, local_maxima, shortened
from discovery.errors import NotConvergent
from discovery.exact.precision import working_precision

BITS = 320
LEVEL = 1e-9
MAX_EXCHANGES = 60
MAX_DEGREES = 40
_INNER_STEPS = 40
_GRID = 16
_SKEWS = (0.0, 0.2, -0.35)

Function = Callable[[arb], arb]


@dataclass(frozen=True)
class Problem:
    """Find R with the smallest maximum of w(t) |R(t) - f(t)|, lower <= t <= upper.

    Parameters
    ----------
    value, weight : callable
        f and w > 0 at a point, balls at the working precision.
    lower, upper : arb
        The interval, lower < upper, exact numbers.
    """

    value: Function
    weight: Function
    lower: arb
    upper: arb


@dataclass(frozen=True)
class Minimax:
    """A minimax rational function.

    Parameters
    ----------
    numerator, denominator : tuple of arb
        Monomial coefficients in t, low to high, as exact numbers of `BITS` bits; the denominator is (1,) for a
        polynomial.
    error : float
        Largest weighted error found, local maxima refined; not certified.
    points : tuple of float
        The alternation points: degree of the numerator + degree of the denominator + 2.
    exchanges : int
        Number of exchanges.
    """

    numerator: tuple[arb, ...]
    denominator: tuple[arb, ...]
    error: float
    points: tuple[float, ...]
    exchanges: int


@dataclass(frozen=True)
class _Fit:
    """Coefficients in z in [-1, 1], t = middle + half z, with the last alternation points."""

    numerator: list[arb]
    denominator: list[arb]
    points: list[arb]
    error: float
    exchanges: int


def remez(problem: Problem, degree: int, denominator_degree: int = 0) -> Minimax:
    """Return the minimax rational function of given degrees.

    Parameters
    ----------
    problem : Problem
    degree, denominator_degree : int
        Degrees of numerator and denominator, at least 0, together at most 40.

    Returns
    -------
    Minimax
        Levelled: the errors at the alternation points agree to 1e-9 relative.

    Raises
    ------
    NotConvergent
        The exchanges do not settle, the denominator has a zero in the interval, or the best function has lower degrees.

    Notes
    -----
    Second algorithm of Remez: solve for the coefficients and the level E with w (R - f) = +-E at degree +
    denominator_degree + 2 points, move these to the local maxima of the error, repeat. For a rational function the
    equations are linear with the denominator before in the level term, and are solved until it stands still.

    References
    ----------
    Cody, Fraser, Hart, "Rational Chebyshev approximation using linear equations", Numer. Math. 12 (1968).
    """
    if min(degree, denominator_degree) < 0 or degree + denominator_degree > MAX_DEGREES:
        raise ValueError(
            f"degrees must be at least 0, together at most {MAX_DEGREES}; got {degree, denominator_degree}"
        )
    with working_precision(BITS):
        middle = ((problem.lower + problem.upper) / 2).mid()
        half = ((problem.upper - problem.lower) / 2).mid()
        centered = Problem(
            lambda z: _at(problem.value, middle + half * z),
            lambda z: _at(problem.weight, middle + half * z),
            arb(-1),
            arb(1),
        )
        fit = _fitted(centered, degree, denominator_degree)
        return Minimax(
            _monomial(fit.numerator, middle, half),
            _monomial(fit.denominator, middle, half),
            fit.error,
            tuple(float(middle + half * z) for z in fit.points),
            fit.exchanges,
        )


def _fitted(problem: Problem, degree: int, denominator_degree: int) -> _Fit:
    """Return the first fit that settles, from starts that get less and less symmetric.

    For an even function and symmetric points the first level may be exactly zero.
    """
    failure = NotConvergent("")
    for skew in _SKEWS:
        points = chebyshev_points(degree + denominator_degree + 1, arb(-1), arb(1))
        points = [(z + skew * (1 - z * z)).mid() for z in points]
        try:
            if denominator_degree > 1:
                # The alternation points of the polynomial with as many coefficients are nearer than Chebyshev's.
                points = _exchanged(problem, points, degree + denominator_degree, 0).points
            return _exchanged(problem, points, degree, denominator_degree)
        except NotConvergent as error:
            failure = error
    raise failure


def _exchanged(problem: Problem, points: list[arb], degree: int, denominator_degree: int) -> _Fit:
    count = len(points)
    grid = chebyshev_points(_GRID * count, arb(-1), arb(1))
    known = [(z, problem.value(z), problem.weight(z)) for z in grid]
    denominator = [arb(1)] + [arb(0)] * denominator_degree
    for exchange in range(1, MAX_EXCHANGES + 1):
        numerator, denominator = _solved(problem, points, degree, denominator)
        top, bottom = arb_poly(numerator), arb_poly(denominator)

        def error(z: arb, top: arb_poly = top, bottom: arb_poly = bottom) -> arb:
            return problem.weight(z) * (top(z) / bottom(z) - problem.value(z))

        errors = [(weight * (top(z) / bottom(z) - value)).mid() for z, value, weight in known]
        extrema = shortened(alternation(local_maxima(grid, errors, error)), count)
        if len(extrema) < count:
            raise NotConvergent(
                f"the error of degrees {degree}, {denominator_degree} has only {len(extrema)} alternations where "
                f"{count} are needed; the best function has lower degrees, or a pole is near"
            )
        points = [extremum.place for extremum in extrema]
        if level(extrema) <= LEVEL:
            if min(float(bottom(z)) for z in grid) <= 0:
                raise NotConvergent("the denominator of the rational function has a zero in the interval")
            largest = max(float(abs(extremum.error)) for extremum in extrema)
            return _Fit(numerator, denominator, points, largest, exchange)
    raise NotConvergent(f"the error is not levelled after {MAX_EXCHANGES} exchanges")


def _solved(
    problem: Problem, points: Sequence[arb], degree: int, denominator: list[arb]
) -> tuple[list[arb], list[arb]]:
    """Return numerator and denominator with equal weighted errors of alternating sign at the points."""
    size, extra = len(points), len(denominator) - 1
    values = [problem.value(z) for z in points]
    levels = [(-1 if index % 2 else 1) / problem.weight(z) for index, z in enumerate(points)]
    right = arb_mat(size, 1, values)
    for _ in range(_INNER_STEPS if extra else 1):
        rows: list[arb] = []
        bottom = arb_poly(denominator)
        for z, value, signed in zip(points, values, levels, strict=True):
            powers = [z**k for k in range(max(degree, extra) + 1)]
            rows += [*powers[: degree + 1], *(-value * power for power in powers[1 : extra + 1]), -signed * bottom(z)]
        try:
            solution = [value.mid() for value in arb_mat(size, size, rows).solve(right).entries()]
        except ZeroDivisionError:
            raise NotConvergent("the equations of the exchange are singular") from None
        before, denominator = denominator, [arb(1), *solution[degree + 1 : -1]]
        if all(abs(new - old) < 1e-30 for new, old in zip(denominator, before, strict=True)):
            break
    return solution[: degree + 1], denominator


def _at(function: Function, t: arb) -> arb:
    value = function(t.mid())
    if not value.is_finite():
        raise NotConvergent(f"the function has no value at {float(t):.10g}")
    return value.mid()


def _monomial(coefficients: Sequence[arb], middle: arb, half: arb) -> tuple[arb, ...]:
    """Return the coefficients in t of a polynomial in z = (t - middle)/half."""
    shifted = arb_poly(list(coefficients))(arb_poly([-middle / half, 1 / half]))
    values = [value.mid() for value in shifted.coeffs()]
    return tuple(values + [arb(0)] * (len(coefficients) - len(values)))
