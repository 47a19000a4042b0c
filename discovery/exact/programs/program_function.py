"""What a program computes: over floats, rational numbers and balls, and as one exact quotient of polynomials."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np
from flint import arb, fmpq, fmpq_poly
from numpy.typing import NDArray

from discovery.errors import InputError, LimitExceeded
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_fields import FLOAT32
from discovery.exact.programs.program_structure import VARIABLE, Instruction

MAX_DEGREE = 1024

T = TypeVar("T")


@dataclass(frozen=True)
class Quotient:
    """A rational function as two coprime polynomials with rational coefficients, the denominator monic.

    Parameters
    ----------
    numerator, denominator : fmpq_poly
    """

    numerator: fmpq_poly
    denominator: fmpq_poly

    @property
    def degree(self) -> int:
        """The larger of the two degrees."""
        return max(int(self.numerator.degree()), int(self.denominator.degree()))


def shipped_constants(program: Program) -> tuple[Fraction, ...]:
    """Return the exact values the constants have when the program runs: rounded to binary32 in that format."""
    values = program.constant_values
    if program.number_format == FLOAT32:
        return tuple(_nearest_float32(value) for value in values)
    return values


def evaluate_floats(program: Program, points: NDArray[Any]) -> NDArray[Any]:
    """Return the values of the program in floating-point arithmetic, one rounding an operation.

    Parameters
    ----------
    program : Program
    points : ndarray of float64 or float32
        Values of x. The arithmetic is that of their type, the constants are rounded to it; ``fma`` rounds once.

    Returns
    -------
    ndarray
        Shape and type of `points`. Infinities and nan arise as in IEEE 754.
    """
    kind = points.dtype.type
    constants = [rounded_constant(value, kind) for value in program.constant_values]
    with np.errstate(all="ignore"):
        return np.asarray(run(program.operations, points, constants, _FLOAT_OPERATORS))


def evaluate_exact(program: Program, point: Fraction) -> Fraction:
    """Return the exact value at a rational point; at an inner pole the limit.

    Raises
    ------
    InputError
        There is a pole at the point, or the program has a square root.
    """
    quotient = rational_form(program)
    at = fmpq(point.numerator, point.denominator)
    denominator = quotient.denominator(at)
    if denominator == 0:
        raise InputError(f"the program has a pole at x = {point}")
    value = quotient.numerator(at) / denominator
    return Fraction(int(value.p), int(value.q))


def evaluate_balls(program: Program, point: arb) -> arb:
    """Return a ball with the value in real arithmetic at the working precision; not finite where a divisor may be 0."""
    constants = [arb(fmpq(value.numerator, value.denominator)) for value in shipped_constants(program)]
    return run(program.operations, point, constants, BALL_OPERATORS)


def rational_form(program: Program) -> Quotient:
    """Return the rational function that the program computes, in lowest terms.

    Raises
    ------
    InputError
        It has a square root, or divides by a function that is zero everywhere.
    LimitExceeded
        A degree would be above `MAX_DEGREE`.

    Notes
    -----
    The constants are taken exactly as they are shipped. A quotient such as c/x in the middle of a program leaves no
    gap, as in the limit.
    """
    constants = [Quotient(fmpq_poly([fmpq(c.numerator, c.denominator)]), _ONE) for c in shipped_constants(program)]
    return run(program.operations, Quotient(fmpq_poly([0, 1]), _ONE), constants, QUOTIENT_OPERATORS)


def run(
    operations: Sequence[Instruction], variable: T, constants: Sequence[T], operators: Mapping[str, Callable[..., T]]
) -> T:
    """Return the value of straight-line code over any kind of number.

    Parameters
    ----------
    operations : sequence of Instruction
    variable : T
        The value of x.
    constants : sequence of T
        c0, c1, ...
    operators : mapping of str to callable
        What each operator does.
    """
    registers: dict[str, T] = {VARIABLE: variable, **{f"c{i}": value for i, value in enumerate(constants)}}
    value = variable
    for index, (operator, operands) in enumerate(operations):
        value = operators[operator](*[registers[operand] for operand in operands])
        registers[f"v{index}"] = value
    return value


def reduced(numerator: fmpq_poly, denominator: fmpq_poly) -> Quotient:
    """Return a quotient of two polynomials in lowest terms.

    Raises
    ------
    InputError
        The denominator is zero.
    LimitExceeded
        A degree is above `MAX_DEGREE`.
    """
    if denominator.degree() < 0:
        raise InputError("the program divides by a function that is zero everywhere", field="operations")
    common = numerator.gcd(denominator)
    if common.degree() > 0:
        numerator, denominator = numerator // common, denominator // common
    leading = denominator[denominator.degree()]
    return Quotient(numerator / leading, denominator / leading)


def _checked(degree: int) -> None:
    if degree > MAX_DEGREE:
        raise LimitExceeded(
            f"the program is a quotient of polynomials of degree above {MAX_DEGREE}; use fewer multiplications",
            limit=f"degree {MAX_DEGREE}",
            used=f"degree {degree}",
        )


def _sum(left: Quotient, right: Quotient, sign: int) -> Quotient:
    _checked(left.degree + right.degree)
    return reduced(
        left.numerator * right.denominator + sign * right.numerator * left.denominator,
        left.denominator * right.denominator,
    )


def _product(left: Quotient, right: Quotient) -> Quotient:
    _checked(left.degree + right.degree)
    return reduced(left.numerator * right.numerator, left.denominator * right.denominator)


def _quotient(left: Quotient, right: Quotient) -> Quotient:
    _checked(left.degree + right.degree)
    return reduced(left.numerator * right.denominator, left.denominator * right.numerator)


def _no_root(_: Quotient) -> Quotient:
    raise InputError("a program with a square root is not a rational function", field="operations")


def _fused_floats(a: Any, b: Any, c: Any) -> Any:
    """Return a*b + c of binary32 numbers with one rounding; binary64 fma is not offered by NumPy."""
    if np.result_type(a, b, c) != np.float32:
        raise InputError("fma is evaluated in binary32 only", field="operations", hint="Give the points as float32")
    product, addend = np.float64(a) * np.float64(b), np.float64(c)
    total = product + addend
    # Rounded to odd, the sum keeps the second rounding, to binary32, right (Boldo and Melquiond 2008).
    virtual = total - product
    lost = (product - (total - virtual)) + (addend - virtual)
    toward = np.where(lost > 0, np.inf, -np.inf)
    even = (np.asarray(total).view(np.int64) & 1) == 0
    adjusted = np.where((lost != 0) & even & np.isfinite(total), np.nextafter(total, toward), total)
    return adjusted.astype(np.float32)


_ONE = fmpq_poly([1])
_FLOAT_OPERATORS: dict[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "sqrt": np.sqrt,
    "fma": _fused_floats,
}
BALL_OPERATORS: dict[str, Callable[..., arb]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "sqrt": arb.sqrt,
    "fma": lambda a, b, c: a * b + c,
}
QUOTIENT_OPERATORS: dict[str, Callable[..., Quotient]] = {
    "+": lambda a, b: _sum(a, b, 1),
    "-": lambda a, b: _sum(a, b, -1),
    "*": _product,
    "/": _quotient,
    "sqrt": _no_root,
    "fma": lambda a, b, c: _sum(_product(a, b), c, 1),
}


def rounded_constant(value: Fraction, kind: type) -> Any:
    """Return the binary64 number nearest to a rational one; for `kind` ``numpy.float32``, the binary32 number."""
    return _float32(value) if kind is np.float32 else np.float64(_float64(value))


def _float64(value: Fraction) -> float:
    try:
        return value.numerator / value.denominator
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _float32(value: Fraction) -> Any:
    with np.errstate(over="ignore"):
        nearest = np.float32(_float64(value))
    if not np.isfinite(nearest):
        return nearest
    # The way through binary64 may land on the wrong side of a tie.
    near = [nearest, np.nextafter(nearest, np.float32(-np.inf)), np.nextafter(nearest, np.float32(np.inf))]
    finite = [candidate for candidate in near if np.isfinite(candidate)]
    return min(finite, key=lambda c: (abs(Fraction(float(c)) - value), int(np.float32(c).view(np.int32)) & 1))


def _nearest_float32(value: Fraction) -> Fraction:
    nearest = _float32(value)
    if not np.isfinite(nearest):
        raise InputError("a constant is beyond the range of binary32", field="constants")
    return Fraction(float(nearest))
