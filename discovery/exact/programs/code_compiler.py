"""Typed code as a compiled function of arrays: every line becomes one LLVM instruction, nothing is reordered."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

from discovery.exact.programs.program_structure import VARIABLE
from discovery.exact.programs.typed_code import DOUBLE, FLOATS, LONG, SINGLE, WORD, TypedCode, TypedConstant

ArrayKernel = Callable[[NDArray[np.float32], NDArray[np.float32]], None]

_LLVM = {SINGLE: ir.FloatType(), DOUBLE: ir.DoubleType(), WORD: ir.IntType(32), LONG: ir.IntType(64)}
_ARRAYS = types.void(types.Array(types.float32, 1, "C"), types.Array(types.float32, 1, "C"))
_FREE = types.void(
    types.Array(types.float32, 1, "C", readonly=True),
    types.Array(types.float32, 1, "C"),
    types.Array(types.float32, 1, "C"),
)


@lru_cache(maxsize=64)
def compile_code(code: TypedCode) -> ArrayKernel:
    """Return a compiled function ``evaluate(x, y)`` that writes the values at x into y.

    Parameters
    ----------
    code : TypedCode

    Returns
    -------
    callable
        A Numba function of two contiguous float32 arrays of one length; may be called from compiled code; releases
        the interpreter lock; deterministic, elements do not depend on their neighbors.
    """
    scalar = _scalar(code)

    @njit(_ARRAYS, nogil=True)
    def evaluate(x: Any, y: Any) -> None:
        for index in range(x.size):
            y[index] = scalar(x[index])

    return evaluate  # type: ignore[no-any-return]


def compile_with_constants(code: TypedCode, free: tuple[int, ...]) -> Callable[..., None]:
    """Return a compiled function ``evaluate(constants, x, y)`` in which some constants are arguments.

    Parameters
    ----------
    code : TypedCode
    free : tuple of int
        Numbers of float32 constants; the array `constants` holds their values in this order.

    Returns
    -------
    callable
        As from `compile_code`; one compilation serves every choice of the constants.
    """
    scalar = _scalar_with(code, free)

    @njit(_FREE, nogil=True)
    def evaluate(constants: Any, x: Any, y: Any) -> None:
        for index in range(x.size):
            y[index] = scalar(constants, x[index])

    return evaluate  # type: ignore[no-any-return]


def _scalar(code: TypedCode) -> Any:
    @intrinsic  # type: ignore[untyped-decorator]
    def scalar(_context: Any, x: Any) -> Any:
        def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            values = {f"c{i}": _constant(item) for i, item in enumerate(code.constants)}
            return _emit(builder, code, values, arguments[0])

        return types.float32(types.float32), generate

    return scalar


def _scalar_with(code: TypedCode, free: tuple[int, ...]) -> Any:
    @intrinsic  # type: ignore[untyped-decorator]
    def scalar(_context: Any, constants: Any, x: Any) -> Any:
        def generate(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            array = target.make_array(signature.args[0])(target, builder, arguments[0])
            values = {f"c{i}": _constant(item) for i, item in enumerate(code.constants)}
            for place, number in enumerate(free):
                values[f"c{number}"] = builder.load(builder.gep(array.data, [ir.Constant(ir.IntType(64), place)]))
            return _emit(builder, code, values, arguments[1])

        return types.float32(constants, types.float32), generate

    return scalar


def _constant(item: TypedConstant) -> Any:
    return ir.Constant(_LLVM[item.kind], item.value)


def _emit(builder: Any, code: TypedCode, values: dict[str, Any], x: Any) -> Any:
    values[VARIABLE] = x
    for index, line in enumerate(code.lines):
        operands = [values[operand] for operand in line.operands]
        values[f"v{index}"] = _instruction(builder, line.operator, operands, code.kind(line.operands[0]), line.kind)
    return values[f"v{len(code.lines) - 1}"]


def _instruction(builder: Any, operator: str, operands: list[Any], source: str, result: str) -> Any:
    if operator in _DIRECT:
        return getattr(builder, _DIRECT[operator])(*operands)
    if operator in ("min", "max"):
        smaller = builder.fcmp_ordered("<" if operator == "min" else ">", *operands)
        return builder.select(smaller, *operands)
    if operator in ("sqrt", "abs"):
        name = {"sqrt": "llvm.sqrt", "abs": "llvm.fabs"}[operator]
        return builder.call(builder.module.declare_intrinsic(name, [_LLVM[result]]), operands)
    if operator in ("if_less", "if_equal"):
        sign = "<" if operator == "if_less" else "=="
        compare = builder.fcmp_ordered if source in FLOATS else builder.icmp_signed
        return builder.select(compare(sign, *operands[:2]), *operands[2:])
    return getattr(builder, _CASTS[operator])(operands[0], _LLVM[result])


_DIRECT = {
    "+": "fadd",
    "-": "fsub",
    "*": "fmul",
    "/": "fdiv",
    "fma": "fma",
    "negate": "fneg",
    "add": "add",
    "subtract": "sub",
    "and": "and_",
    "or": "or_",
    "xor": "xor",
    "left": "shl",
    "right": "ashr",
}
_CASTS = {"bits": "bitcast", "number": "bitcast", "widen": "fpext", "narrow": "fptrunc", "convert": "sitofp"}
