"""Kernels for sin, cos and tan: the multiple of pi/2 in three pieces, the rest as a sum of two numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from flint import arb

from discovery.approximation.float32.exponential import MAGIC
from discovery.approximation.float32.reduction import Core, Reduction
from discovery.exact.programs.program import Program
from discovery.exact.programs.typed_code import CodeWriter

LIMIT = 2.0**17
"""Largest argument; beyond, the pieces of pi/2 would lose digits, and the value is NaN."""
_SIGN, _MAGNITUDE = 0x80000000, 0x7FFFFFFF
_TWO_OVER_PI = float.fromhex("0x1.45f306p-1")
_ONE_OVER_PI = float.fromhex("0x1.45f306p-2")
_HALF_PI = tuple(float.fromhex(text) for text in ("0x1.921fb6p+0", "-0x1.777a5cp-25", "-0x1.ee59dap-50"))


class _Reduced(NamedTuple):
    """|x| = k pi/2 + high + low; `shifted` is the bits of `MAGIC` + k, `sign` the sign bit of x."""

    size: str
    shifted: str
    high: str
    low: str
    square: str
    sign: str


def _reduced(write: CodeWriter, x: str) -> _Reduced:
    bits = write("bits", x)
    size = write("number", write("and", bits, _MAGNITUDE))
    rounded = write("fma", size, _TWO_OVER_PI, MAGIC)
    k = write("-", rounded, MAGIC)
    first = write("fma", k, -_HALF_PI[0], size)  # exact
    product = write("*", k, -_HALF_PI[1])
    below = write("fma", k, -_HALF_PI[1], write("negate", product))
    # A sum with its error whichever part is larger (Knuth): near a multiple of pi/2 the first part nearly vanishes.
    high = write("+", first, product)
    part = write("-", high, first)
    low = write("+", write("-", first, write("-", high, part)), write("-", product, part))
    low = write("fma", k, -_HALF_PI[2], write("+", low, below))
    sign = write("and", bits, _SIGN)
    return _Reduced(size, write("bits", rounded), high, low, write("*", high, high), sign)


def _sine(write: CodeWriter, r: _Reduced, core: Program) -> str:
    rest = write("fma", write("*", r.high, r.square), write.program(core, r.square), r.low)
    return write("+", r.high, rest)


def _cosine(write: CodeWriter, r: _Reduced, core: Program) -> str:
    head = write("fma", r.square, -0.5, 1.0)
    lost = write("fma", r.square, -0.5, write("-", 1.0, head))
    rest = write("fma", write("*", r.square, r.square), write.program(core, r.square), lost)
    return write("+", head, write("fma", write("negate", r.high), r.low, rest))


def _finished(write: CodeWriter, size: str, value: str, sign: str) -> str:
    signed = write("number", write("xor", write("bits", value), sign))
    return write("if_less", LIMIT, size, math.nan, signed)


def _quarter_sign(write: CodeWriter, shifted: str) -> str:
    """Return the sign bit that bit 1 of the number of quarter turns asks for."""
    return write("and", write("left", shifted, 30), _SIGN)


def _sin(write: CodeWriter, x: str, cores: Sequence[Program]) -> str:
    r = _reduced(write, x)
    even = write("and", r.shifted, 1)
    value = write("if_equal", even, 0, _sine(write, r, cores[0]), _cosine(write, r, cores[1]))
    return _finished(write, r.size, value, write("xor", _quarter_sign(write, r.shifted), r.sign))


def _cos(write: CodeWriter, x: str, cores: Sequence[Program]) -> str:
    r = _reduced(write, x)
    even = write("and", r.shifted, 1)
    sine, cosine = _sine(write, r, cores[0]), _cosine(write, r, cores[1])
    value = write("if_equal", even, 0, cosine, sine)
    return _finished(write, r.size, value, _quarter_sign(write, write("add", r.shifted, 1)))


def _tan(write: CodeWriter, x: str, cores: Sequence[Program]) -> str:
    r = _reduced(write, x)
    core = write.program(cores[0], r.square)
    cube = write("*", r.high, r.square)
    # The low part times the derivative of tan, 1 + tan^2.
    nearly = write("fma", cube, core, r.high)
    low = write("*", r.low, write("fma", nearly, nearly, 1.0))
    square_lost = write("fma", r.high, r.high, write("negate", r.square))
    cube_lost = write("fma", r.high, square_lost, write("fma", r.high, r.square, write("negate", cube)))
    low = write("fma", cube_lost, core, low)
    rest = write("fma", cube, core, low)
    value = write("+", r.high, rest)
    lost = write("+", write("-", r.high, value), rest)
    inverse = write("/", -1.0, value)
    error = write("fma", inverse, lost, write("fma", inverse, value, 1.0))
    inverse = write("fma", inverse, error, inverse)
    even = write("and", r.shifted, 1)
    chosen = write("if_equal", even, 0, value, inverse)
    return _finished(write, r.size, chosen, r.sign)


def _short(write: CodeWriter, x: str, core: Program, offset: float) -> str:
    """Return sin(x - offset pi) up to the sign for offset 0 or 1/2, each step of the reduction rounded."""
    rounded = write("+", write("fma", x, _ONE_OVER_PI, -offset), MAGIC)
    k = write("-", rounded, MAGIC)
    rest = x
    turns = write("+", k, offset) if offset else k
    for piece in _HALF_PI:
        rest = write("fma", turns, -2 * piece, rest)
    square = write("*", rest, rest)
    value = write("fma", write("*", rest, square), write.program(core, square), rest)
    bits = write("bits", rounded)
    sign = write("left", write("add", bits, 1) if offset else bits, 31)
    size = write("number", write("and", write("bits", x), _MAGNITUDE))
    return _finished(write, size, value, sign)


def _sin_short(write: CodeWriter, x: str, cores: Sequence[Program]) -> str:
    return _short(write, x, cores[0], 0.0)


def _cos_short(write: CodeWriter, x: str, cores: Sequence[Program]) -> str:
    return _short(write, x, cores[0], 0.5)


def _sine_core(t: arb) -> arb:
    r = t.sqrt()
    return (r.sin() / r - 1) / t


def _cosine_core(t: arb) -> arb:
    return (t.sqrt().cos() - 1 + t / 2) / (t * t)


def _tangent_core(t: arb) -> arb:
    r = t.sqrt()
    return (r.tan() / r - 1) / t


_UPPER = "(pi/4 + 1/64)^2"
SINE_CORE = Core(
    "(sin(sqrt(x))/sqrt(x) - 1)/x", "0", _UPPER, _sine_core, lambda t: t * t.sqrt() / t.sqrt().sin(), lowest=1
)
COSINE_CORE = Core(
    "(cos(sqrt(x)) - 1 + x/2)/x^2", "0", _UPPER, _cosine_core, lambda t: t * t / t.sqrt().cos(), lowest=1
)
LONG_SINE_CORE = replace(SINE_CORE, upper="(pi/2 + 1/64)^2")
TANGENT_CORE = Core(
    "(tan(sqrt(x))/sqrt(x) - 1)/x", "0", _UPPER, _tangent_core, lambda t: t * t.sqrt() / t.sqrt().tan(), lowest=1
)

_DOMAIN = (f"-{LIMIT.hex()}", LIMIT.hex())
_SUMMARY = "k = rint(|x| 2/pi), r = |x| - k pi/2 as a sum of two numbers, pi/2 in three pieces"
_SPECIALS = f"NaN for |x| > {LIMIT:.0f}, infinities and NaN"
REDUCTIONS = (
    Reduction(
        "sin",
        "sin",
        (SINE_CORE, COSINE_CORE),
        _sin,
        _DOMAIN,
        (("0x1p-1", "0x1p+3"),),
        f"{_SUMMARY}; polynomials for sin and cos",
        f"sin(+-0) = +-0; {_SPECIALS}",
    ),
    Reduction(
        "cos",
        "cos",
        (SINE_CORE, COSINE_CORE),
        _cos,
        _DOMAIN,
        (("0x1p-1", "0x1p+3"),),
        f"{_SUMMARY}; polynomials for sin and cos",
        _SPECIALS,
    ),
    Reduction(
        "tan",
        "tan",
        (TANGENT_CORE,),
        _tan,
        _DOMAIN,
        (("0x1p-1", "0x1p+3"),),
        f"{_SUMMARY}; polynomial for tan, -1/tan with its remainder for odd k",
        f"tan(+-0) = +-0; {_SPECIALS}",
    ),
    *(
        Reduction(
            f"{name}-short",
            name,
            (LONG_SINE_CORE,),
            write,
            _DOMAIN,
            (("0x1p-1", "0x1p+3"),),
            f"k = rint({turns}), pi in three pieces, every step rounded; one polynomial",
            f"{_SPECIALS}; the sign of a zero is not kept" if name == "sin" else _SPECIALS,
        )
        for name, write, turns in (("sin", _sin_short, "x/pi"), ("cos", _cos_short, "x/pi - 1/2"))
    ),
)
