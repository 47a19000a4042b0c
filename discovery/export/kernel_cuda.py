"""Kernels as CUDA C: every operation an intrinsic with its rounding, so that the compiler fuses nothing."""

from __future__ import annotations

from collections.abc import Sequence

from discovery.exact.programs.typed_code import TypedCode
from discovery.export.kernel_c import C_TEMPLATES, block_comment, c_constant, declarations
from discovery.export.kernel_text import Language

_CUDA = """\
{comment}
#include <math.h>
#include <stdint.h>

__device__ __forceinline__ float {name}(float x)
{{
{body}
    return {result};
}}

extern "C" __global__ void {name}_array(const float *__restrict__ x, float *__restrict__ y, size_t n)
{{
    const size_t stride = (size_t)gridDim.x * blockDim.x;
    for (size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x; i < n; i += stride)
        y[i] = {name}(x[i]);
}}
"""
_NAMES = {"+": "add", "-": "sub", "*": "mul", "/": "div"}
_TEMPLATES = {
    **C_TEMPLATES,
    **{f"{sign}:float32": f"__f{name}_rn({{0}}, {{1}})" for sign, name in _NAMES.items()},
    **{f"{sign}:float64": f"__d{name}_rn({{0}}, {{1}})" for sign, name in _NAMES.items()},
    "fma": "__fmaf_rn({0}, {1}, {2})",
    "sqrt:float32": "__fsqrt_rn({0})",
    "sqrt:float64": "__dsqrt_rn({0})",
    "bits:float32": "__float_as_uint({0})",
    "bits:float64": "(uint64_t)__double_as_longlong({0})",
    "number:uint32": "__uint_as_float({0})",
    "number:uint64": "__longlong_as_double((long long){0})",
    "narrow": "__double2float_rn({0})",
    "convert": "__int2float_rn((int){0})",
}
_LANGUAGE = Language(_TEMPLATES, c_constant)


def cuda_code(code: TypedCode, name: str, comment: Sequence[str]) -> str:
    """Return a CUDA device function of one number and a grid-stride kernel ``name_array(x, y, n)``.

    Parameters
    ----------
    code : TypedCode
    name : str
        Identifier of the device function.
    comment : sequence of str
        Lines of the header.

    Notes
    -----
    With subnormal numbers kept (no ``-ftz=true``, no ``--use_fast_math``) IEEE 754 defines every operation.
    """
    header = block_comment((*comment, "compile without --use_fast_math and without -ftz=true"))
    body = declarations(code, _LANGUAGE)
    return _CUDA.format(comment=header, name=name, body=body, result=f"v{len(code.lines) - 1}")
