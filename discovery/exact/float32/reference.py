"""Fast references by name, and the correctly rounded values they and the balls give together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from discovery.errors import InputError, LimitExceeded
from discovery.exact.float32 import elementary_references as elementary
from discovery.exact.float32 import error_function_references as error_function
from discovery.exact.float32 import trigonometric_references as trigonometric
from discovery.exact.float32.exact_values import (
    PRECISIONS,
    ExactFunction,
    correctly_rounded,
    exact_function,
    value_ball,
)
from discovery.exact.float32.formats import BINARY32, Format, to_format

TIE_WINDOW = 1e-7
"""Units in the last place around a midpoint in which the balls decide; the references are ten times better."""
MAX_SLOW_INPUTS = 1 << 17
"""Inputs of one call where every value comes from balls."""

Singles = elementary.Singles
Doubles = elementary.Doubles


@dataclass(frozen=True)
class Reference:
    """Values of a function in binary64, and the judge of those next to a midpoint.

    Parameters
    ----------
    exact : ExactFunction
    kernel : callable
        Finite float32 arguments, float64 array to write values to; relative error below 2**-50, nan outside the
        domain. Releases the interpreter's lock unless it is `slow`.
    certain_below : float
        For smaller absolute arguments the value stands on the true side of every midpoint by construction.
    slow : bool
        Whether the values come from balls.
    """

    exact: ExactFunction
    kernel: Callable[[Singles, Doubles], None]
    certain_below: float = 0.0
    slow: bool = False


_KERNELS = {
    "exp": elementary.exp_values,
    "exp2": elementary.exp2_values,
    "log": elementary.log_values,
    "log2": elementary.log2_values,
    "sin": trigonometric.sin_values,
    "cos": trigonometric.cos_values,
    "tan": trigonometric.tan_values,
    "tanh": elementary.tanh_values,
    "erf": error_function.erf_values,
    "sigmoid": elementary.sigmoid_values,
    "gelu": error_function.gelu_values,
    "rsqrt": elementary.rsqrt_values,
}
# Next to zero GELU is x/2 and a little more in size: half of an odd subnormal number is a midpoint.
_CERTAIN_BELOW = {"gelu": 2.0**-120}
NAMES = tuple(_KERNELS)
"""Functions with a fast reference."""


def reference(name: str) -> Reference:
    """Return the reference of a function of `NAMES`, or of a text of the safe grammar in x.

    Raises
    ------
    InputError
        Neither a name nor a text of the grammar.
    """
    exact = exact_function(name)
    if exact.name in _KERNELS:
        return Reference(exact, _KERNELS[exact.name], _CERTAIN_BELOW.get(exact.name, 0.0))

    def kernel(arguments: Singles, values: Doubles) -> None:
        for index, bits in enumerate(np.asarray(arguments).view(np.uint32).tolist()):
            values[index] = _ball_value(exact, bits)

    return Reference(exact, kernel, slow=True)


def reference_values(name: str, arguments: Singles) -> Doubles:
    """Return the values of a function as float64, relative error below 2**-50.

    Parameters
    ----------
    name : str
        As of `reference`.
    arguments : ndarray of float32
        One axis; infinities take the limits, nan gives nan.

    Raises
    ------
    InputError
        Unknown function, or another kind of array.
    LimitExceeded
        A function without a fast reference at more than 131,072 arguments.
    """
    found = reference(name)
    if arguments.dtype != np.float32 or arguments.ndim != 1:
        raise InputError(f"arguments must be float32 with one axis; got {arguments.dtype} with {arguments.ndim}")
    check_size(found, arguments.size)
    values = np.empty(arguments.size)
    finite = np.isfinite(arguments)
    held = np.where(finite, arguments, np.float32(1))
    found.kernel(held, values)
    low, high = found.exact.at_infinity
    values[~finite] = np.where(np.isnan(arguments), np.nan, np.where(arguments > 0, high, low))[~finite]
    return values


def check_size(found: Reference, count: int) -> None:
    """Raise `LimitExceeded` where a reference without a kernel is asked for too many values."""
    if found.slow and count > MAX_SLOW_INPUTS:
        raise LimitExceeded(
            f"{found.exact.name} has no fast reference: at most {MAX_SLOW_INPUTS} inputs; "
            f"take a shorter interval or a 16-bit format, or one of {', '.join(NAMES)}",
            limit=str(MAX_SLOW_INPUTS),
            used=str(count),
        )


def rounded_values(name: str, arguments: Singles, number_format: Format = BINARY32) -> Singles:
    """Return the correctly rounded values of a function in a format: to nearest, ties to even.

    Parameters
    ----------
    name : str
        As of `reference`.
    arguments : ndarray of float32
        Numbers of the format.
    number_format : Format

    Returns
    -------
    ndarray of float32
        Numbers of the format, infinities and nan; every one is right, zeros with their sign.

    Raises
    ------
    InputError, LimitExceeded
        As `reference_values`.
    PrecisionLost
        A ball does not decide.
    """
    found = reference(name)
    values = reference_values(name, arguments)
    rounded = to_format(number_format, values)
    doubtful = doubtful_places(number_format, values, rounded) & (np.abs(arguments) >= found.certain_below)
    for place in np.flatnonzero(doubtful):
        rounded[place] = decide(found.exact, number_format, arguments[place])
    return rounded


def doubtful_places(number_format: Format, values: Doubles, rounded: Singles) -> np.ndarray:
    """Return where a value is so near a midpoint of the format that the reference cannot tell its side."""
    with np.errstate(invalid="ignore", over="ignore"):
        end = np.ldexp(1.0, number_format.maximum_exponent + 1)
        held = np.clip(values, -end, end)
        _, exponent = np.frexp(held)
        unit = np.maximum(exponent - 1, number_format.minimum_exponent) - number_format.precision + 1
        distance = np.ldexp(np.abs(held - np.clip(rounded.astype(np.float64), -end, end)), -unit)
        found: np.ndarray = distance > 0.5 - TIE_WINDOW
    return found


def decide(exact: ExactFunction, number_format: Format, argument: np.float32) -> np.float32:
    """Return the correctly rounded value at one number of a format as float32, by balls."""
    bits = correctly_rounded(exact, number_format, format_bits(number_format, argument))
    return np.float32(np.nan) if bits is None else single(number_format, bits)


def format_bits(number_format: Format, value: np.float32) -> int:
    """Return the bits in a format of a float32 that is one of its numbers."""
    if number_format.name == "float16":
        return int(np.float16(value).view(np.uint16))
    return int(np.float32(value).view(np.uint32)) >> (32 - number_format.width)


def single(number_format: Format, bits: int) -> np.float32:
    """Return the float32 with the value that bits have in a format."""
    if number_format.name == "float16":
        return np.float32(np.array([bits], np.uint16).view(np.float16)[0])
    return np.float32(np.array([bits << (32 - number_format.width)], np.uint32).view(np.float32)[0])


def _ball_value(exact: ExactFunction, bits: int) -> float:
    """Return the value nearest to the exact one among float64, by its sign a zero's too, nan where there is none."""
    magnitude = bits & 0x7FFFFFFF
    zero = exact.at_zero[0 if bits >> 31 else 1] if magnitude == 0 else None
    if zero is not None:
        return zero
    for precision in PRECISIONS:
        ball = value_ball(exact, BINARY32, bits, precision)
        if ball.is_finite() and ball.rel_accuracy_bits() > 60:
            return float(ball)
    return float("nan")
