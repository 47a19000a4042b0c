"""Kernels as C99: one statement an operation, exact constants, results that do not depend on the compiler."""

from __future__ import annotations

import math
from collections.abc import Sequence

from discovery.exact.programs.typed_code import DOUBLE, LONG, SINGLE, WORD, TypedCode, TypedConstant
from discovery.export.kernel_text import Language, is_integer
from discovery.export.program_code import C_FLAGS

C_TYPES = {SINGLE: "float", DOUBLE: "double", WORD: "uint32_t", LONG: "uint64_t"}

_C = """\
{comment}
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
{helpers}
static inline float {name}(float x)
{{
{body}
    return {result};
}}

void {name}_array(const float *restrict x, float *restrict y, size_t n)
{{
    for (size_t i = 0; i < n; i++)
        y[i] = {name}(x[i]);
}}
"""
_BIT_COPY = """
static inline {result} {name}({source} value)
{{
    {result} copy;
    memcpy(&copy, &value, sizeof copy);
    return copy;
}}
"""
_PORTABLE_FMA = """
/* a*b + c with one rounding, without fma instructions: the product is exact in binary64, the sum is rounded to odd,
   which keeps the second rounding right (Boldo and Melquiond 2008). */
static inline float fused(float a, float b, float c)
{
    const double product = (double)a * (double)b, addend = (double)c, sum = product + addend;
    const double back = sum - product;
    const double lost = (product - (sum - back)) + (addend - back);
    uint64_t bits;
    double odd;
    memcpy(&bits, &sum, sizeof bits);
    /* one step toward the exact sum, where it is not a binary64 number and the last bit is even */
    const uint64_t step = (lost > 0.0) == (sum > 0.0) ? 1 : UINT64_MAX;
    bits += (lost > 0.0 || lost < 0.0) && !(bits & 1) ? step : 0;
    memcpy(&odd, &bits, sizeof odd);
    return (float)odd;
}
"""
_HELPERS = {
    name: _BIT_COPY.format(result=result, source=source, name=name)
    for name, source, result in (
        ("bits32", "float", "uint32_t"),
        ("number32", "uint32_t", "float"),
        ("bits64", "double", "uint64_t"),
        ("number64", "uint64_t", "double"),
    )
}


def c_constant(constant: TypedConstant) -> str:
    """Return a constant as exact C text."""
    if is_integer(constant):
        return f"0x{int(constant.value):x}u{'ll' if constant.kind == LONG else ''}"
    if math.isnan(constant.value):
        return "NAN"
    if math.isinf(constant.value):
        return "INFINITY" if constant.value > 0 else "(-INFINITY)"
    text = float(constant.value).hex() + ("f" if constant.kind == SINGLE else "")
    return f"({text})" if text.startswith("-") else text


C_TEMPLATES = {
    **{operator: f"{{0}} {operator} {{1}}" for operator in "+-*/"},
    "fma": "fmaf({0}, {1}, {2})",
    "sqrt:float32": "sqrtf({0})",
    "sqrt:float64": "sqrt({0})",
    "abs:float32": "fabsf({0})",
    "abs:float64": "fabs({0})",
    "negate": "-{0}",
    "min": "{0} < {1} ? {0} : {1}",
    "max": "{0} > {1} ? {0} : {1}",
    "add": "{0} + {1}",
    "subtract": "{0} - {1}",
    "and": "{0} & {1}",
    "or": "{0} | {1}",
    "xor": "{0} ^ {1}",
    "left": "{0} << {1}",
    "right:uint32": "(uint32_t)((int32_t){0} >> {1})",
    "right:uint64": "(uint64_t)((int64_t){0} >> {1})",
    "bits:float32": "bits32({0})",
    "bits:float64": "bits64({0})",
    "number:uint32": "number32({0})",
    "number:uint64": "number64({0})",
    "widen": "(double){0}",
    "narrow": "(float){0}",
    "convert": "(float)(int32_t){0}",
    "if_less": "{0} < {1} ? {2} : {3}",
    "if_less:uint32": "(int32_t){0} < (int32_t){1} ? {2} : {3}",
    "if_less:uint64": "(int64_t){0} < (int64_t){1} ? {2} : {3}",
    "if_equal": "{0} == {1} ? {2} : {3}",
}
_FUSED = Language(C_TEMPLATES, c_constant)
_PORTABLE = Language({**C_TEMPLATES, "fma": "fused({0}, {1}, {2})"}, c_constant)


def c_code(code: TypedCode, name: str, comment: Sequence[str], *, portable: bool = False) -> str:
    """Return C99 functions of one number and of arrays.

    Parameters
    ----------
    code : TypedCode
    name : str
        Identifier of the function; the one of arrays is called ``name_array``.
    comment : sequence of str
        Lines of the header.
    portable : bool
        Without `fmaf`, which is slow where the processor has no such instruction: fused multiply-adds are made from
        binary64 arithmetic, with the same results.

    Notes
    -----
    Compiled with `C_FLAGS`, every operation rounds once, and the results are those of the typed code bit for bit.
    """
    body = declarations(code, _PORTABLE if portable else _FUSED)
    helpers = "".join(source for helper, source in _HELPERS.items() if f" {helper}(" in body)
    helpers += _PORTABLE_FMA if " fused(" in body else ""
    header = block_comment((*comment, f"compile with {' '.join(C_FLAGS)}"))
    return _C.format(comment=header, helpers=helpers, name=name, body=body, result=f"v{len(code.lines) - 1}")


def declarations(code: TypedCode, language: Language) -> str:
    """Return one C declaration for every line, indented."""
    statements = zip(code.lines, language.statements(code), strict=True)
    return "\n".join(f"    const {C_TYPES[line.kind]} v{i} = {text};" for i, (line, text) in enumerate(statements))


def block_comment(lines: Sequence[str]) -> str:
    """Return lines as one comment of C."""
    return "\n".join(["/*", *(f" * {line.replace('*/', '* /')}" for line in lines), " */"])
