"""Eight numbers as one value inside kernels: the same instructions, in the same order, on every machine."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic, models, overload, register_model

WIDTH = 8
"""Numbers in a vector. LLVM splits it into what the processor has."""

_LLVM_VECTOR = ir.VectorType(ir.DoubleType(), WIDTH)
_INDEX = ir.IntType(32)


class VectorType(types.Type):
    """The type of eight float64 numbers inside a kernel."""

    def __init__(self) -> None:
        super().__init__(name="Vector8")  # type: ignore[no-untyped-call]


VECTOR = VectorType()


@register_model(VectorType)
class _VectorModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _LLVM_VECTOR)  # type: ignore[no-untyped-call]


def _instruction(function: Callable[..., Any]) -> Any:
    """Return a function for kernels from one that makes its code; callers do not give the first parameter."""
    return intrinsic(function)


def _pointer(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """Return the address of the eight numbers at (row, first) of an array of rows."""
    array_type = signature.args[0]
    array = context.make_array(array_type)(context, builder, arguments[0])
    length = builder.extract_value(array.shape, 1)
    offset = builder.add(builder.mul(arguments[1], length), arguments[2])
    return builder.bitcast(builder.gep(array.data, [offset]), _LLVM_VECTOR.as_pointer())


@_instruction
def load(typing: Any, array: Any, row: Any, first: Any) -> Any:
    """Return array[row, first : first + 8] of a C-ordered float64 array; nothing is checked."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.load(_pointer(context, builder, signature, arguments), align=8)

    return VECTOR(array, types.intp, types.intp), generate


@_instruction
def store(typing: Any, array: Any, row: Any, first: Any, vector: Any) -> Any:
    """Write a vector to array[row, first : first + 8] of a C-ordered float64 array; nothing is checked."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        builder.store(arguments[3], _pointer(context, builder, signature, arguments), align=8)
        return context.get_dummy_value()

    return types.void(array, types.intp, types.intp, VECTOR), generate


@_instruction
def broadcast(typing: Any, number: Any) -> Any:
    """Return a number eight times."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        single = builder.insert_element(ir.Constant(_LLVM_VECTOR, ir.Undefined), arguments[0], _INDEX(0))
        mask = ir.Constant(ir.VectorType(_INDEX, WIDTH), [0] * WIDTH)
        return builder.shuffle_vector(single, single, mask)

    return VECTOR(types.float64), generate


@_instruction
def fused(typing: Any, a: Any, b: Any, c: Any) -> Any:
    """Return a*b + c of vectors, rounded once."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.call(_declared(builder, "llvm.fma", 3), arguments)

    return VECTOR(VECTOR, VECTOR, VECTOR), generate


@_instruction
def absolute(typing: Any, vector: Any) -> Any:
    """Return the absolute values."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.call(_declared(builder, "llvm.fabs", 1), arguments)

    return VECTOR(VECTOR), generate


@_instruction
def larger(typing: Any, a: Any, b: Any) -> Any:
    """Return the larger ones of two vectors of numbers at least 0; not a number stays."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        # Where a is not a number, or b is not and so not below a either, the sum is none.
        above = builder.fcmp_ordered(">", *arguments)
        below = builder.fcmp_ordered("<=", *arguments)
        either = builder.select(below, arguments[1], builder.fadd(*arguments))
        return builder.select(above, arguments[0], either)

    return VECTOR(VECTOR, VECTOR), generate


@_instruction
def total(typing: Any, vector: Any) -> Any:
    """Return the sum of the eight numbers, halves first."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _folded(builder, arguments[0], builder.fadd)

    return types.float64(VECTOR), generate


@njit(cache=True, nogil=True)
def largest(vector: Any) -> Any:
    """Return the largest of eight numbers at least 0; not a number if one is not."""
    best = 0.0
    for k in range(WIDTH):
        value = element(vector, k)
        if not value <= best:
            best = value
            if math.isnan(value):
                return best
    return best


@_instruction
def element(typing: Any, vector: Any, place: Any) -> Any:
    """Return one of the eight numbers."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.extract_element(arguments[0], builder.trunc(arguments[1], _INDEX))

    return types.float64(VECTOR, types.intp), generate


def _folded(builder: Any, vector: Any, combine: Callable[[Any, Any], Any]) -> Any:
    width = WIDTH
    while width > 1:
        width //= 2
        low, high = (
            builder.shuffle_vector(
                vector, vector, ir.Constant(ir.VectorType(_INDEX, width), [first + k for k in range(width)])
            )
            for first in (0, width)
        )
        vector = combine(low, high)
    return builder.extract_element(vector, _INDEX(0))


def _declared(builder: Any, name: str, count: int) -> Any:
    kind = ir.FunctionType(_LLVM_VECTOR, [_LLVM_VECTOR] * count)
    full = f"{name}.v{WIDTH}f64"
    return builder.module.globals.get(full) or ir.Function(builder.module, kind, full)


def _arithmetic(method: str) -> Any:
    @_instruction
    def apply(typing: Any, a: Any, b: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return getattr(builder, method)(*arguments)

        return VECTOR(VECTOR, VECTOR), generate

    return apply


def _overload(symbol: Callable[..., Any], method: str) -> None:
    apply = _arithmetic(method)

    @overload(symbol)
    def implementation(a: Any, b: Any) -> Any:
        def call(a: Any, b: Any) -> Any:
            return apply(a, b)

        return call if a == VECTOR and b == VECTOR else None


_overload(operator.add, "fadd")
_overload(operator.sub, "fsub")
_overload(operator.mul, "fmul")
_overload(operator.truediv, "fdiv")
