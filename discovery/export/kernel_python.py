"""Kernels as Python: Numba, NumPy, and array code in the style of JAX."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from discovery.exact.programs.typed_code import LONG, WORD, TypedCode, TypedConstant
from discovery.export.kernel_text import Constant, Language, is_integer

_NUMBA = '''\
{comment}
import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic


@intrinsic
def fma(context, a, b, c):
    """Return a*b + c with one rounding."""
    def generate(_context, builder, _signature, arguments):
        return builder.fma(*arguments)

    return types.float32(types.float32, types.float32, types.float32), generate


def _bit_copy(source, result, llvm):
    @intrinsic
    def copy(context, value):
        def generate(_context, builder, _signature, arguments):
            return builder.bitcast(arguments[0], llvm)

        return result(source), generate

    return copy


bits32 = _bit_copy(types.float32, types.uint32, ir.IntType(32))
number32 = _bit_copy(types.uint32, types.float32, ir.FloatType())
bits64 = _bit_copy(types.float64, types.uint64, ir.IntType(64))
number64 = _bit_copy(types.uint64, types.float64, ir.DoubleType())


@njit(types.float32(types.float32), error_model="numpy", nogil=True)
def {name}(x):
    """Return the value at a float32 number."""
{body}
    return {result}


@njit(types.void(types.float32[::1], types.float32[::1]), error_model="numpy", nogil=True)
def {name}_array(x, y):
    """Write the value at every element of x into y, two contiguous arrays of float32."""
    for i in range(x.size):
        y[i] = {name}(x[i])
'''
_NUMPY = '''\
{comment}
import numpy as np


def fma(a, b, c):
    """Return a*b + c of float32 numbers with one rounding.

    The product is exact in binary64; the sum is rounded to odd, which keeps the second rounding right.
    """
    product, addend = np.float64(a) * np.float64(b), np.float64(c)
    total = product + addend
    back = total - product
    lost = (product - (total - back)) + (addend - back)
    bits = np.asarray(total).view(np.int64)
    inexact = (lost > 0) | (lost < 0)
    step = np.where((lost > 0) == (total > 0), 1, -1)
    odd = np.where(inexact & ((bits & 1) == 0), bits + step, bits).view(np.float64)
    return odd.astype(np.float32)


def {name}(x):
    """Return the values at an array of float32."""
    shape = np.shape(x)
    x = np.ascontiguousarray(x, dtype=np.float32).ravel()
    with np.errstate(all="ignore"):
{body}
    return {result}.reshape(shape)
'''
_JAX = '''\
{comment}
# Needs jax.config.update("jax_enable_x64", True): fused multiply-adds are made from binary64 arithmetic.
import jax.numpy as jnp
from jax import lax


def fma(a, b, c):
    """Return a*b + c of float32 numbers with one rounding: the binary64 sum is rounded to odd first."""
    product, addend = jnp.float64(a) * jnp.float64(b), jnp.float64(c)
    total = product + addend
    back = total - product
    lost = (product - (total - back)) + (addend - back)
    bits = lax.bitcast_convert_type(total, jnp.int64)
    inexact = (lost > 0) | (lost < 0)
    step = jnp.where((lost > 0) == (total > 0), 1, -1)
    odd = jnp.where(inexact & ((bits & 1) == 0), bits + step, bits)
    return lax.bitcast_convert_type(odd, jnp.float64).astype(jnp.float32)


def {name}(x):
    """Return the values at an array of float32; may be jitted and mapped."""
    x = jnp.asarray(x, dtype=jnp.float32)
{body}
    return {result}
'''
_INFIX = {
    **{operator: f"{{0}} {operator} {{1}}" for operator in "+-*/"},
    "negate": "-{0}",
    "fma": "fma({0}, {1}, {2})",
    "and": "{0} & {1}",
    "or": "{0} | {1}",
    "xor": "{0} ^ {1}",
}
_BITS = {
    "bits:float32": "bits32({0})",
    "bits:float64": "bits64({0})",
    "number:uint32": "number32({0})",
    "number:uint64": "number64({0})",
}


def _constants(module: str) -> Constant:
    """Return how constants are written with the types of a module such as NumPy."""

    def constant(item: TypedConstant) -> str:
        if is_integer(item):
            return f"{module}.{item.kind}(0x{int(item.value):x})"
        if math.isfinite(item.value):
            return f"{module}.{item.kind}({float(item.value)!r})"
        return f"{module}.{item.kind}({module}.nan)" if math.isnan(item.value) else _infinity(module, item)

    return constant


def _infinity(module: str, item: TypedConstant) -> str:
    return f"{module}.{item.kind}({'' if item.value > 0 else '-'}{module}.inf)"


def _wrapped(kind: str, template: str) -> str:
    # Numba computes with integers in 64 bits.
    return f"np.{kind}({template})"


_NUMBA_LANGUAGE = Language(
    {
        **_INFIX,
        **_BITS,
        **{
            f"{operator}:{kind}": _wrapped(kind, template)
            for kind in (WORD, LONG)
            for operator, template in (
                ("add", "{0} + {1}"),
                ("subtract", "{0} - {1}"),
                ("and", "{0} & {1}"),
                ("or", "{0} | {1}"),
                ("xor", "{0} ^ {1}"),
                ("left", "{0} << {1}"),
            )
        },
        "right:uint32": "np.uint32(np.int32({0}) >> np.int32({1}))",
        "right:uint64": "np.uint64(np.int64({0}) >> np.int64({1}))",
        "sqrt": "np.sqrt({0})",
        "abs": "abs({0})",
        "min": "{0} if {0} < {1} else {1}",
        "max": "{0} if {0} > {1} else {1}",
        "widen": "np.float64({0})",
        "narrow": "np.float32({0})",
        "convert": "np.float32(np.int32({0}))",
        "if_less": "{2} if {0} < {1} else {3}",
        "if_less:uint32": "{2} if np.int32({0}) < np.int32({1}) else {3}",
        "if_less:uint64": "{2} if np.int64({0}) < np.int64({1}) else {3}",
        "if_equal": "{2} if {0} == {1} else {3}",
    },
    _constants("np"),
)


def _array_language(module: str, reinterpret: str) -> Language:
    def bits(kind: str) -> str:
        return reinterpret.format("{0}", f"{module}.{kind}")

    return Language(
        {
            **_INFIX,
            "add": "{0} + {1}",
            "subtract": "{0} - {1}",
            "left": "{0} << {1}",
            "right:uint32": f"({{0}}.astype({module}.int32) >> {module}.int32({{1}})).astype({module}.uint32)",
            "right:uint64": f"({{0}}.astype({module}.int64) >> {module}.int64({{1}})).astype({module}.uint64)",
            "sqrt": f"{module}.sqrt({{0}})",
            "abs": f"{module}.abs({{0}})",
            "min": f"{module}.where({{0}} < {{1}}, {{0}}, {{1}})",
            "max": f"{module}.where({{0}} > {{1}}, {{0}}, {{1}})",
            "bits:float32": bits("uint32"),
            "bits:float64": bits("uint64"),
            "number:uint32": bits("float32"),
            "number:uint64": bits("float64"),
            "widen": f"{{0}}.astype({module}.float64)",
            "narrow": f"{{0}}.astype({module}.float32)",
            "convert": f"{{0}}.astype({module}.int32).astype({module}.float32)",
            "if_less": f"{module}.where({{0}} < {{1}}, {{2}}, {{3}})",
            "if_less:uint32": f"{module}.where({{0}}.astype({module}.int32) < {module}.int32({{1}}), {{2}}, {{3}})",
            "if_less:uint64": f"{module}.where({{0}}.astype({module}.int64) < {module}.int64({{1}}), {{2}}, {{3}})",
            "if_equal": f"{module}.where({{0}} == {{1}}, {{2}}, {{3}})",
        },
        _constants(module),
    )


@dataclass(frozen=True)
class _Target:
    """A template for the file, the language of its statements, and their indentation."""

    template: str
    language: Language
    indent: int


_NUMBA_TARGET = _Target(_NUMBA, _NUMBA_LANGUAGE, 4)
_NUMPY_TARGET = _Target(_NUMPY, _array_language("np", "{0}.view({1})"), 8)
_JAX_TARGET = _Target(_JAX, _array_language("jnp", "lax.bitcast_convert_type({0}, {1})"), 4)


def numba_kernel(code: TypedCode, name: str, comment: Sequence[str]) -> str:
    """Return Numba functions of one float32 number and of arrays, with a fused multiply-add of their own.

    Parameters
    ----------
    code : TypedCode
    name : str
        Identifier of the function; the one of arrays is called ``name_array``.
    comment : sequence of str
        Lines of the header.
    """
    return _filled(_NUMBA_TARGET, code, name, comment)


def numpy_kernel(code: TypedCode, name: str, comment: Sequence[str]) -> str:
    """Return a function of NumPy arrays; parameters as of `numba_kernel`. Slow, for checks: every fma is emulated."""
    return _filled(_NUMPY_TARGET, code, name, comment)


def jax_kernel(code: TypedCode, name: str, comment: Sequence[str]) -> str:
    """Return a function of JAX arrays; parameters as of `numba_kernel`.

    Notes
    -----
    The order of operations is that of the other languages; a compiler that rewrites sums, or flushes subnormal numbers
    to zero, changes last bits.
    """
    return _filled(_JAX_TARGET, code, name, comment)


def _filled(target: _Target, code: TypedCode, name: str, comment: Sequence[str]) -> str:
    statements = target.language.statements(code)
    body = "\n".join(f"{' ' * target.indent}v{index} = {text}" for index, text in enumerate(statements))
    header = "\n".join(f"# {line}" for line in comment)
    return target.template.format(comment=header, name=name, body=body, result=f"v{len(statements) - 1}")
