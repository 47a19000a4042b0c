"""Programs as source of other languages: one statement a line, the order kept, the constants exact."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from discovery.errors import InputError
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_fields import FLOAT32
from discovery.exact.programs.program_function import rounded_constant
from discovery.exact.programs.program_poles import inner_poles
from discovery.exact.programs.program_structure import live
from discovery.export.program_tex import plain_text

NAME = "approximation"
C_FLAGS = ("-O3", "-march=native", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math")
"""Options under which a C compiler keeps every rounding; contraction to fma would change last bits."""

_C = """\
{comment}
#include <math.h>
#include <stddef.h>

static inline {type} {name}({type} x)
{{
{body}
    return {result};
}}

void {name}_array(const {type} *restrict x, {type} *restrict y, size_t n)
{{
    for (size_t i = 0; i < n; i++)
        y[i] = {name}(x[i]);
}}
"""
_NUMPY = '''\
{comment}
import numpy as np


def {name}(x):
    """Return the approximation at an array of {type}."""
    x = np.asarray(x, dtype=np.{type})
    with np.errstate(all="ignore"):
{body}
    return {result}
'''
_NUMBA = '''\
{comment}
import numpy as np
from numba import njit


@njit(error_model="numpy", nogil=True)
def {name}(x):
    """Return the approximation at a {type} number."""
{body}
    return {result}


@njit(error_model="numpy", nogil=True)
def {name}_array(x, y):
    """Write the approximation at every element of x into y, two arrays of {type}."""
    for i in range(x.size):
        y[i] = {name}(x[i])
'''
_PLAIN = '''\
{comment}
{imports}{divide}

def {name}(x):
    """Return the approximation at {argument}."""
{body}
    return {result}
'''
_DIVIDE = '''

def divide(a, b):
    """Return a/b, and infinity where b is 0: the program means a limit there."""
    return a/b if b else {infinity}
'''


def c_code(program: Program) -> str:
    """Return a C99 function of one number and one of arrays, for ``double`` or, in that format, ``float``.

    Notes
    -----
    Compiled with `C_FLAGS`, every operation rounds once, and the results are those of NumPy bit for bit.
    """
    kind = "float" if program.number_format == FLOAT32 else "double"
    suffix = "f" if kind == "float" else ""

    def constant(value: float) -> str:
        return f"{value.hex()}{suffix}"

    body = _body(program, constant, f"sqrt{suffix}({{0}})", fused=f"fma{suffix}({{0}}, {{1}}, {{2}})")
    lines = [f"    const {kind} {line};" for line in body]
    comment = "\n".join(["/*", *(f" * {line}" for line in _comment(program)), " */"])
    return _C.format(comment=comment, type=kind, name=NAME, body="\n".join(lines), result=_result(program))


def numpy_code(program: Program) -> str:
    """Return a Python function of NumPy arrays, float64 or, in that format, float32.

    Raises
    ------
    InputError
        The program has an ``fma``, which NumPy has not.
    """
    body = _body(program, _numpy_constant(program), "np.sqrt({0})")
    return _NUMPY.format(
        comment=_hash_comment(program),
        type=_numpy_type(program),
        name=NAME,
        body=_indented(body, 8),
        result=_result(program),
    )


def numba_code(program: Program) -> str:
    """Return Numba functions of one number and of arrays, float64 or, in that format, float32.

    Raises
    ------
    InputError
        The program has an ``fma``, which Numba has not.
    """
    body = _body(program, _numpy_constant(program), "np.sqrt({0})")
    return _NUMBA.format(
        comment=_hash_comment(program),
        type=_numpy_type(program),
        name=NAME,
        body=_indented(body, 4),
        result=_result(program),
    )


def python_code(program: Program) -> str:
    """Return a function of plain Python floats, binary64.

    Raises
    ------
    InputError
        The program is in the format float32, or has an ``fma``.
    """
    if program.number_format == FLOAT32:
        raise InputError("plain Python has no binary32 numbers", field="format", hint="Export NumPy, Numba or C")
    gaps = bool(inner_poles(program))
    roots = any(line.operator == "sqrt" for line in program.operations)
    body = _body(program, repr, "math.sqrt({0})", division="divide({0}, {1})" if gaps else "{0}/{1}")
    return _PLAIN.format(
        comment=_hash_comment(program),
        imports="import math\n" if gaps or roots else "",
        divide=_DIVIDE.format(infinity="math.copysign(math.inf, a)*math.copysign(1.0, b)") if gaps else "",
        name=NAME,
        argument="a float",
        body=_indented(body, 4),
        result=_result(program),
    )


def mpmath_code(program: Program) -> str:
    """Return a function in real arithmetic at the precision of mpmath's ``mp``, with the constants as written."""
    gaps = bool(inner_poles(program))
    body = _statements(program, "mp.sqrt({0})", "divide({0}, {1})" if gaps else "{0}/{1}", "{0}*{1} + {2}")
    values = [f"c{i} = mp.mpf({v.numerator})/{v.denominator}" for i, v in enumerate(program.constant_values)]
    return _PLAIN.format(
        comment="\n".join(f"# {line}" for line in _claim(program)),
        imports="from mpmath import mp\n",
        divide=_DIVIDE.format(infinity="mp.inf*mp.sign(a)") if gaps else "",
        name=NAME,
        argument="a number of mpmath",
        body=_indented([*values, *body], 4),
        result=_result(program),
    )


def _body(
    program: Program,
    constant: Callable[[float], str],
    square_root: str,
    *,
    division: str = "{0}/{1}",
    fused: str | None = None,
) -> list[str]:
    kind = np.float32 if program.number_format == FLOAT32 else np.float64
    values = [float(rounded_constant(value, kind)) for value in program.constant_values]
    used = _used(program)
    constants = [f"c{i} = {constant(value)}" for i, value in enumerate(values) if f"c{i}" in used]
    return constants + _statements(program, square_root, division, fused)


def _statements(program: Program, square_root: str, division: str, fused: str | None) -> list[str]:
    """Return one assignment for every needed instruction."""
    lines = []
    for index, (line, needed) in enumerate(zip(program.operations, live(program.operations), strict=True)):
        if not needed:
            continue
        operator, operands = line
        if operator == "fma" and fused is None:
            raise InputError("this language has no fma with one rounding", field="operations", hint="Export C")
        template = {"sqrt": square_root, "/": division, "fma": fused or ""}.get(operator, f"{{0}} {operator} {{1}}")
        lines.append(f"v{index} = {template.format(*operands)}")
    return lines


def _used(program: Program) -> set[str]:
    needed = live(program.operations)
    return {part for line, kept in zip(program.operations, needed, strict=True) if kept for part in line.operands}


def _numpy_type(program: Program) -> str:
    return "float32" if program.number_format == FLOAT32 else "float64"


def _numpy_constant(program: Program) -> Callable[[float], str]:
    # A bare literal would promote binary32 arithmetic to binary64.
    return (lambda value: f"np.float32({value!r})") if program.number_format == FLOAT32 else repr


def _result(program: Program) -> str:
    return f"v{len(program.operations) - 1}"


def _claim(program: Program) -> list[str]:
    claims = []
    if program.max_error is not None:
        claims.append(f"claimed {program.error} error in real arithmetic: {program.max_error}")
    if program.max_ulp is not None:
        claims.append(f"claimed error in units in the last place: {program.max_ulp}")
    return [plain_text(program), *claims]


def _comment(program: Program) -> list[str]:
    kind, name = (np.float32, "binary32") if program.number_format == FLOAT32 else (np.float64, "binary64")
    lines = _claim(program)
    if any(float(rounded_constant(value, kind)) != value for value in program.constant_values):
        lines.append(f"constants below are rounded to {name}")
    return lines


def _hash_comment(program: Program) -> str:
    return "\n".join(f"# {line}" for line in _comment(program))


def _indented(lines: list[str], spaces: int) -> str:
    return "\n".join(" " * spaces + line for line in lines)
