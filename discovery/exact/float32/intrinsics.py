"""What Numba has no name for: fused multiply-add, the bits of a number, and a polynomial without a loop.

Numba never fuses ``a*b + c`` by itself: that is two roundings. Where one is meant, it is written ``fma``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

__all__ = ["bits_of", "bits_of_double", "double_of", "float_of", "fma", "instruction", "polynomial"]

# Its own type counts the typing context among the arguments of a call.
instruction: Callable[[Callable[..., Any]], Callable[..., Any]] = intrinsic


@instruction
def fma(context: Any, first: Any, second: Any, third: Any) -> Any:
    """Return first·second + third with one rounding; three float32 or three float64 values."""
    if first not in (types.float32, types.float64) or second != first or third != first:
        return None  # Numba reports the types it could not match

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.fma(*arguments)

    return first(first, first, first), generate


@instruction
def bits_of(context: Any, number: Any) -> Any:
    """Return the uint32 whose bits are those of a float32."""
    if number != types.float32:
        return None

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.IntType(32))

    return types.uint32(types.float32), generate


@instruction
def float_of(context: Any, bits: Any) -> Any:
    """Return the float32 whose bits are those of a uint32."""
    if bits != types.uint32:
        return None

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.FloatType())

    return types.float32(types.uint32), generate


@instruction
def bits_of_double(context: Any, number: Any) -> Any:
    """Return the int64 whose bits are those of a float64."""
    if number != types.float64:
        return None

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.IntType(64))

    return types.int64(types.float64), generate


@instruction
def double_of(context: Any, bits: Any) -> Any:
    """Return the float64 whose bits are those of an int64."""
    if bits != types.int64:
        return None

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.DoubleType())

    return types.float64(types.int64), generate


@instruction
def polynomial(context: Any, coefficients: Any, variable: Any) -> Any:
    """Return the value at a float64 of a polynomial, by Horner's rule in fused multiply-adds, written out.

    `coefficients` is a tuple of float64 from low to high; one that is a global of the kernel becomes constants.
    """
    if not isinstance(coefficients, types.UniTuple) or coefficients.dtype != types.float64 or variable != types.float64:
        return None

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        values, place = arguments
        total = builder.extract_value(values, coefficients.count - 1)
        for index in reversed(range(coefficients.count - 1)):
            total = builder.fma(total, place, builder.extract_value(values, index))
        return total

    return types.float64(coefficients, types.float64), generate
