"""Proved bounds of the error of a program over its whole interval, by Taylor models on sub-intervals."""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib.metadata import version
from itertools import count
from typing import Any

from flint import arb, fmpq

from discovery import __version__
from discovery.errors import NotConvergent
from discovery.exact.expression import to_text
from discovery.exact.precision import working_precision
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_error import ProgramError
from discovery.exact.programs.program_poles import Pole, inner_poles, poles
from discovery.exact.programs.taylor_ball import series_arithmetic

TOLERANCE = 1e-4
MAX_PIECES = 20_000
_FIRST_PIECES = 8
_SAMPLES = 32
_DIGITS = 6
_FIRST_BITS = 256
_LARGEST_BITS = 2048
_LARGEST_ORDER = 48
_SHORTEST = 2**40


@dataclass(frozen=True)
class ErrorBound:
    """A proved bound of the error of a program in real arithmetic.

    Parameters
    ----------
    bound : str
        The error is at most this at every point of the interval; a decimal rounded up.
    attained : str
        The error is at least this at `place`; a decimal rounded down.
    place : float
        A point of the interval.
    lower, upper : Fraction
        The closed interval.
    measure : str
        ``relative`` or ``absolute``.
    pieces : int
        Number of sub-intervals.
    order : int
        Order d of the Taylor models: coefficients below d at the middle, coefficient d over the whole piece.
    precision_bits : int
        Working precision.
    gaps : tuple of Pole
        Points where an instruction divides by zero; there the bound holds for the limit.
    versions : mapping of str to str
        Of the libraries that computed it.
    """

    bound: str
    attained: str
    place: float
    lower: Fraction
    upper: Fraction
    measure: str
    pieces: int
    order: int
    precision_bits: int
    gaps: tuple[Pole, ...]
    versions: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """Return all of it as a JSON object; the exact ends of the interval are fractions as text."""
        return {
            "bound": self.bound,
            "attained": self.attained,
            "place": self.place,
            "interval": [str(self.lower), str(self.upper)],
            "measure": self.measure,
            "pieces": self.pieces,
            "order": self.order,
            "precision_bits": self.precision_bits,
            "gaps": [str(gap) for gap in self.gaps],
            "versions": dict(self.versions),
        }


@dataclass(frozen=True)
class _Piece:
    """A sub-interval with an upper bound of the error on it, infinite where none is known yet."""

    lower: Fraction
    upper: Fraction
    bound: arb


@dataclass(frozen=True)
class _Accuracy:
    """How the pieces are worked on: precision, order, and when to stop."""

    bits: int
    order: int
    tolerance: float
    nothing: float
    """An error bounded by this is not bounded better: 0, or a small number where it cannot be told from zero."""


@dataclass
class _Attained:
    """The largest error that some point is proved to have."""

    value: arb
    place: Fraction


def bound_error(program: Program, tolerance: float = TOLERANCE) -> ErrorBound:
    """Return a proved bound of the error of a program over its closed interval, in real arithmetic.

    Parameters
    ----------
    program : Program
    tolerance : float
        Relative distance of the bound from an attained error that is aimed at.

    Returns
    -------
    ErrorBound

    Raises
    ------
    InputError
        The interval is empty, or the target cannot be expanded.
    NotConvergent
        There is no bound or none was found: a pole of the program, a zero of the target under the relative error, a
        singularity of the target. The message names the place.

    Notes
    -----
    The constants are those that are shipped, exactly, and the program is one exact quotient of polynomials as far as
    its degree allows. On a piece m +- h, the Taylor coefficients e_0 ... e_{d-1} of the error at m and e_d over the
    whole piece bound it by the maximum of |e_0 + e_1 y + e_2 y^2| plus the sum of |e_k| h^k, k > 2. The piece with
    the largest bound is halved until that bound is within the tolerance of an error that is attained.
    """
    error = ProgramError(program)
    for place in poles(error):
        raise NotConvergent(f"the program has a pole at x = {place:.10g}")
    accuracy = _accuracy(error, tolerance)
    bits = accuracy.bits
    attained = _Attained(arb(0), error.lower)
    for end in (error.lower, error.upper):
        _note(attained, error.at(end, bits), end)
    pieces = _refined(error, attained, accuracy)
    with working_precision(bits):
        return ErrorBound(
            decimal_up(_largest(pieces)),
            decimal_down(attained.value),
            float(attained.place),
            error.lower,
            error.upper,
            program.error,
            len(pieces),
            accuracy.order,
            bits,
            tuple(inner_poles(program)),
            {"discovery": __version__, "python-flint": version("python-flint")},
        )


def decimal_up(value: arb, digits: int = _DIGITS) -> str:
    """Return a decimal of so many significant digits that is at least every number in a positive ball."""
    return _decimal(value.upper(), digits, up=True)


def decimal_down(value: arb, digits: int = _DIGITS) -> str:
    """Return a decimal of so many significant digits that is at most every number in a ball that is not negative."""
    return _decimal(value.lower(), digits, up=False)


def _accuracy(error: ProgramError, tolerance: float) -> _Accuracy:
    """Return what fits the size of the error, from a few samples."""
    bits = _FIRST_BITS
    width = error.upper - error.lower
    while True:
        places = [error.lower + width * k / _SAMPLES for k in range(_SAMPLES + 1)]
        values = [error.at(place, bits) for place in places]
        with working_precision(64):
            finite = [value for value in values if value.is_finite()]
            largest = max((abs(value).mid() for value in finite), key=float, default=arb(1))
            radius = max((value.rad() for value in finite), key=float, default=arb(0))
            if radius * 2**32 < largest:
                digits = max(0, math.ceil(-float(largest.log() / arb(10).log())))
                return _Accuracy(bits, min(_LARGEST_ORDER, 10 + digits // 2), tolerance, 0.0)
            if bits >= _LARGEST_BITS:
                return _Accuracy(_FIRST_BITS, _LARGEST_ORDER, tolerance, 2.0 ** -(_FIRST_BITS // 2))
        bits *= 2


def _refined(error: ProgramError, attained: _Attained, accuracy: _Accuracy) -> list[_Piece]:
    """Return pieces that cover the interval, the one with the largest bound first, and raise what is attained."""
    tie = count()
    heap: list[tuple[float, int, _Piece]] = []

    def add(lower: Fraction, upper: Fraction) -> None:
        piece = _bounded(error, (lower, upper), attained, accuracy)
        heapq.heappush(heap, (-float(piece.bound), next(tie), piece))

    width = error.upper - error.lower
    for k in range(_FIRST_PIECES):
        add(error.lower + width * k / _FIRST_PIECES, error.lower + width * (k + 1) / _FIRST_PIECES)
    while len(heap) < MAX_PIECES:
        enough = max((1 + accuracy.tolerance) * float(attained.value), accuracy.nothing)
        if -heap[0][0] <= enough:
            break
        piece = heap[0][2]
        if piece.upper - piece.lower < width / _SHORTEST:
            break
        heapq.heappop(heap)
        middle = (piece.lower + piece.upper) / 2
        add(piece.lower, middle)
        add(middle, piece.upper)
    if not heap[0][2].bound.is_finite():
        raise NotConvergent(_why(error, heap[0][2], accuracy.bits))
    return [piece for *_, piece in heap]


def _bounded(error: ProgramError, ends: tuple[Fraction, Fraction], attained: _Attained, accuracy: _Accuracy) -> _Piece:
    lower, upper = ends
    bits, order = accuracy.bits, accuracy.order
    middle = (lower + upper) / 2
    with series_arithmetic(bits, 1):
        center, half = _ball(middle), _ball((upper - lower) / 2)
        whole = _ball(lower).union(_ball(upper))
    at = error.coefficients(center, order, bits)
    over = error.coefficients(whole, order + 1, bits)[order]
    with working_precision(bits):
        _note(attained, at[0], middle)
        rest, power = arb(0), half * half
        for value in [*at[3:], over]:
            power = power * half
            rest = rest + abs(value) * power
        bound = (_quadratic_maximum(at[0], at[1], at[2], half) + rest).upper()
        return _Piece(lower, upper, bound if bound.is_finite() else arb.pos_inf())


def _largest(pieces: list[_Piece]) -> arb:
    """Return the largest bound, exactly: the queue compares rounded numbers."""
    largest = pieces[0].bound
    for piece in pieces:
        largest = max(largest, piece.bound)
    return largest


def _quadratic_maximum(c0: arb, c1: arb, c2: arb, half: arb) -> arb:
    """Return a ball whose upper end is at least |c0 + c1 y + c2 y^2| for all |y| <= half."""
    ends = arb.max(abs(c0 + (c1 + c2 * half) * half), abs(c0 + (-c1 + c2 * half) * half))
    if abs(c1) > 2 * abs(c2) * half:
        return ends
    if c2.contains(0):
        return abs(c0) + (abs(c1) + abs(c2) * half) * half
    return arb.max(ends, abs(c0 - c1 * c1 / (4 * c2)))


def _note(attained: _Attained, value: arb, place: Fraction) -> None:
    size = abs(value).lower()
    if size.is_finite() and size > attained.value:
        attained.value, attained.place = size, place


def _why(error: ProgramError, piece: _Piece, bits: int) -> str:
    """Return why a small piece has no bound."""
    place = f"x = {float((piece.lower + piece.upper) / 2):.10g}"
    with series_arithmetic(bits, 8):
        whole = _ball(piece.lower).union(_ball(piece.upper))
        if not error.program_series(whole, 1, bits)[0].is_finite():
            return f"the program has a pole, or a root of a negative number, at or near {place}"
        if not all(error.target_series(whole, 2)[k].is_finite() for k in range(2)):
            return f"the target {to_text(error.program.target)[:60]} is not analytic at or near {place}"
    return f"the error could not be bounded near {place}"


def _ball(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))


def _decimal(value: arb, digits: int, *, up: bool) -> str:
    if value == 0:
        return "0"
    mantissa, two = value.man_exp()
    exact = int(mantissa) * Fraction(2) ** int(two)
    exponent = math.floor(math.log10(exact.numerator) - math.log10(exact.denominator)) - digits + 1
    scaled = exact / Fraction(10) ** exponent
    whole = scaled.__ceil__() if up else scaled.__floor__()
    figures = str(whole)
    point = exponent + len(figures) - 1
    return f"{figures[0]}.{figures[1:].rstrip('0') or '0'}e{point}"
