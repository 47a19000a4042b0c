"""The error of a program along its interval, to look at: a curve and the points where it alternates."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, fmpq

from discovery.approximation.alternation import alternation, chebyshev_points, largest, local_maxima
from discovery.errors import InputError, NotConvergent
from discovery.exact.precision import working_precision
from discovery.exact.programs.function_zeros import zeros
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_error import ProgramError
from discovery.exact.programs.program_fields import RELATIVE
from discovery.exact.programs.program_function import evaluate_exact, rounded_constant, run
from discovery.exact.programs.program_structure import live
from discovery.exact.programs.taylor_ball import taylor_coefficients

LEVEL = 1e-3
_BITS = (128, 256, 512, 1024)
_ACCURATE = 2**20
_OTHER = "0.7390851332"
# An end where the error is a limit is approached to this part of the interval.
_INWARD = Fraction(1, 2**40)


@dataclass(frozen=True)
class ErrorCurve:
    """The signed error of a program, in real arithmetic.

    Parameters
    ----------
    places, errors : tuple of float
        Ascending places, and the errors there, correct to six digits of the largest one; not a bound.
    alternation : tuple of (float, float)
        Places and errors of the local maxima of alternating sign within one part in 1000 of the largest error.
    constants : int
        Number of constants the program uses, without those that make a zero exact, such as in x - 1; with more
        alternation points than that they are locally the best ones.
    """

    places: tuple[float, ...]
    errors: tuple[float, ...]
    alternation: tuple[tuple[float, float], ...]
    constants: int


def error_curve(program: Program, points: int = 400) -> ErrorCurve:
    """Return the error of a program at points that lie denser towards the ends of its interval.

    Parameters
    ----------
    program : Program
    points : int
        Number of sub-intervals.

    Raises
    ------
    InputError
        The interval is empty.
    NotConvergent
        The program or the target has no value at some point, or the relative error no bound.
    """
    error = ProgramError(program)
    width = error.upper - error.lower
    for bits in _BITS:
        with working_precision(bits):
            ends = [_ball(error.lower + width * _INWARD), _ball(error.upper - width * _INWARD)]
            places = chebyshev_points(points, *ends)
        values = [error.coefficients(place, 1, bits)[0] for place in places]
        with working_precision(bits):
            if not _accurate(values) and bits != _BITS[-1]:
                continue
            for place, value in zip(places, values, strict=True):
                if not value.is_finite():
                    raise NotConvergent(f"the program has no value at x = {float(place):.10g}")
            return _curve(error, places, [value.mid() for value in values], bits)
    raise AssertionError


def binary64_error(program: Program, places: Sequence[float]) -> tuple[float, float]:
    """Return the largest error in binary64 arithmetic at some places, and where: a sample, no bound.

    Parameters
    ----------
    program : Program
    places : sequence of float
        Numbers at which the target has a value.

    Returns
    -------
    tuple of (float, float)
        Error and place; the error is infinite where the program gives no number.

    Notes
    -----
    One rounding an operation, as in the generated code; ``fma`` too is rounded once there, and twice here.
    """
    x = np.array(places)
    constants = [np.full_like(x, rounded_constant(value, np.float64)) for value in program.constant_values]
    with np.errstate(all="ignore"):
        values = np.asarray(run(program.operations, x, constants, _BINARY64))
    worst = (0.0, float(x[0]))
    for place, value in zip(x.tolist(), values.tolist(), strict=True):
        with working_precision(_BITS[0]):
            point = arb(place)
        target = taylor_coefficients(program.target, point, 1, _BITS[0])[0]
        with working_precision(_BITS[0]):
            difference = abs(arb(value) - target)
            relative = program.error == RELATIVE and difference != 0
            error = float((difference / abs(target) if relative else difference).mid())
        worst = max(worst, (error if math.isfinite(error) else math.inf, place))
    return worst


_BINARY64: dict[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "sqrt": np.sqrt,
    "fma": lambda a, b, c: a * b + c,
}


def _accurate(values: list[arb]) -> bool:
    """Return whether the radii are small beside the largest value."""
    if not all(value.is_finite() for value in values):
        return False
    size = max(float(abs(value).mid()) for value in values)
    return max(float(value.rad()) for value in values) * _ACCURATE < size


def _curve(error: ProgramError, places: list[arb], values: list[arb], bits: int) -> ErrorCurve:
    maxima = local_maxima(places, values, lambda place: error.coefficients(place, 1, bits)[0].mid())
    top = largest(maxima) if maxima else 0.0
    level = [item for item in alternation(maxima) if float(abs(item.error)) >= top * (1 - LEVEL)]
    return ErrorCurve(
        tuple(map(float, places)),
        tuple(map(float, values)),
        tuple((float(item.place), float(item.error)) for item in level),
        _free_constants(error),
    )


def _free_constants(error: ProgramError) -> int:
    """Return how many constants the program uses, without those that only one value gives a zero of the target."""
    program = error.program
    lines = zip(program.operations, live(program.operations), strict=True)
    used = {operand for line, needed in lines if needed for operand in line.operands if operand[0] == "c"}
    places: list[Fraction] = []
    if program.error == RELATIVE:
        try:
            places = [zero.lower for zero in zeros(program.target, error.lower, error.upper) if zero.exact]
        except NotConvergent:
            places = []
    return sum(not any(_makes_zero(program, int(name[1:]), place) for place in places) for name in used)


def _makes_zero(program: Program, constant: int, place: Fraction) -> bool:
    """Return whether a zero of the program is lost with another constant."""
    texts = list(program.constants)
    texts[constant] = _OTHER
    try:
        before = evaluate_exact(program, place)
        return before == 0 and evaluate_exact(program.with_constants(tuple(texts)), place) != 0
    except InputError:
        return False


def _ball(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator)).mid()
