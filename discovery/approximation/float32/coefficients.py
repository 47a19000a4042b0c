"""Minimax polynomials with binary32 coefficients: Remez in high precision, then a short vector of a lattice."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import arb, arb_poly, fmpz, fmpz_mat

from discovery.approximation.alternation import chebyshev_points
from discovery.approximation.float32.reduction import Core
from discovery.approximation.remez import BITS, Minimax, Problem, remez
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse
from discovery.exact.precision import working_precision
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_fields import FLOAT32, REAL
from discovery.exact.programs.program_structure import VARIABLE
from discovery.exact.programs.program_writer import ProgramWriter

PRECISION = 24
_POINTS_PER_COEFFICIENT = 4
_SCALE_BITS = 60


def minimax(core: Core, degree: int) -> Minimax:
    """Return the minimax polynomial of a core among those with its fixed leading coefficients.

    Parameters
    ----------
    core : Core
    degree : int
        Degree of the whole polynomial, at least the number of fixed coefficients.

    Returns
    -------
    Minimax
        The polynomial of the free coefficients: (polynomial - fixed part) / t^fixed; its error is that of the kernel.

    Raises
    ------
    NotConvergent
        The exchanges do not settle.
    """
    count = len(core.fixed)
    with working_precision(BITS):
        lower, upper = _ends(core)
        fixed = arb_poly([_exact(text) for text in core.fixed] or [0])
        # The weight t^count vanishes at 0 only, where no extremum is; a point of the first set may be there.
        least = _least(lower, upper)

        def free_part(t: arb) -> arb:
            t = t if abs(t) > least else least
            return (core.value(t) - fixed(t)) / t**count

        def weight(t: arb) -> arb:
            t = t if abs(t) > least else least
            return core.weight(t) * abs(t) ** count

        return remez(Problem(free_part, weight, lower, upper), degree - count)


def rounded_coefficients(core: Core, polynomial: Minimax) -> tuple[str, ...]:
    """Return all coefficients of a core, fixed ones too, as hexadecimal binary32 numbers.

    Parameters
    ----------
    core : Core
    polynomial : Minimax
        From `minimax`.

    Notes
    -----
    The errors at Chebyshev points of all polynomials with coefficients of 24 bits form a lattice; of its points near
    the exact minimax polynomial the nearest plane algorithm takes one that is close on the interval, not coefficient by
    coefficient.

    References
    ----------
    Brisebarre and Chevillard, "Efficient polynomial L-infinity approximations", ARITH 18 (2007).
    """
    with working_precision(BITS):
        values = [_fraction(value) for value in polynomial.numerator]
        if core.wide:
            return (*core.fixed, *(float(value).hex() for value in values))
        units = [_unit(value) for value in values]
        first = [round(value / unit) for value, unit in zip(values, units, strict=True)]
        steps = _nearest_plane(core, values, units, first)
    rounded = [(a + b) * unit for a, b, unit in zip(first, steps, units, strict=True)]
    return (*core.fixed, *(hexadecimal(float(np.float32(float(value)))) for value in rounded))


def hexadecimal(value: float) -> str:
    """Return a binary32 number as a short hexadecimal float.

    Examples
    --------
    >>> hexadecimal(1.5)
    '0x1.8p+0'
    """
    digits, exponent = value.hex().split("p")
    return f"{digits.rstrip('0').rstrip('.') if '.' in digits else digits}p{exponent}"


def horner(core: Core, coefficients: Sequence[str]) -> Program:
    """Return the polynomial as a program in Horner's form, of fused multiply-adds unless the core is wide.

    Parameters
    ----------
    core : Core
    coefficients : sequence of str
        Low to high, at least two.
    """
    constants = tuple(coefficients)
    writer = ProgramWriter()
    value = f"c{len(constants) - 1}"
    for index in range(len(constants) - 2, -1, -1):
        if core.wide:
            value = writer.apply("+", writer.apply("*", value, VARIABLE), f"c{index}")
        else:
            value = writer.apply("fma", value, VARIABLE, f"c{index}")
    interval = (parse(core.lower), parse(core.upper))
    target = parse(core.target, (VARIABLE,))
    return Program(target, interval, constants, tuple(writer.operations), number_format=REAL if core.wide else FLOAT32)


def _nearest_plane(core: Core, values: list[Fraction], units: list[Fraction], first: list[int]) -> list[int]:
    """Return the integer steps from the rounded coefficients to those of a near lattice point (Babai)."""
    count = len(values)
    places, weights = _sample(core, _POINTS_PER_COEFFICIENT * count)
    rows = [
        [
            fmpz(int(math.ldexp(float(w * t**k * float(unit) / float(units[0])), _SCALE_BITS)))
            for t, w in zip(places, weights, strict=True)
        ]
        for k, unit in enumerate(units)
    ]
    reduced, transform = fmpz_mat(rows).lll(True)
    basis = np.array([[float(int(value)) for value in row] for row in reduced.tolist()])
    rest = sum(
        (float((value - number * unit) / units[0]) * np.ldexp(weights * places**k, _SCALE_BITS))
        for k, (value, unit, number) in enumerate(zip(values, units, first, strict=True))
    )
    directions, triangle = np.linalg.qr(basis.T)
    rest = directions.T @ rest
    steps = [0] * count
    for k in reversed(range(count)):
        multiple = round(rest[k] / triangle[k, k])
        rest = rest - multiple * triangle[:, k]
        steps = [step + multiple * int(transform[k, j]) for j, step in enumerate(steps)]
    return steps


def _sample(core: Core, count: int) -> tuple[np.ndarray, np.ndarray]:
    lower, upper = _ends(core)
    points = [z.mid() for z in chebyshev_points(count, lower, upper)]
    fixed = len(core.fixed)
    points = [point for point in points if abs(point) > _least(lower, upper)]
    places = np.array([float(point) for point in points])
    return places, np.array([float(core.weight(point)) * float(point) ** fixed for point in points])


def _ends(core: Core) -> tuple[arb, arb]:
    lower, upper = (evaluate_ball(parse(end), BITS).mid() for end in (core.lower, core.upper))
    return lower, upper


def _least(lower: arb, upper: arb) -> arb:
    """Return the distance from 0 below which a core is not evaluated: many quotients have a gap there."""
    return (arb(2) ** -40 * (upper - lower)).mid()


def _exact(text: str) -> arb:
    return arb(float.fromhex(text))


def _fraction(value: arb) -> Fraction:
    significand, exponent = value.mid().man_exp()
    return int(significand) * Fraction(2) ** int(exponent)


def _unit(value: Fraction) -> Fraction:
    """Return the spacing of the binary32 numbers around a value."""
    return Fraction(2) ** (math.frexp(float(value))[1] - PRECISION)
