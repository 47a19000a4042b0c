"""Kernels for 1/sqrt(x): a first value from the bits, a polynomial correction, and a Newton step with its remainder."""

from __future__ import annotations

import math
from collections.abc import Sequence

from flint import arb

from discovery.approximation.float32.reduction import Core, Reduction
from discovery.exact.programs.program import Program
from discovery.exact.programs.typed_code import CodeWriter

_FIRST_BITS = 0x5F375A86
_SMALLEST_NORMAL = 2.0**-126
_INFINITY_BITS = 0x7F800000


def _first(write: CodeWriter, x: str, core: Program) -> tuple[str, str, str]:
    """Return a positive normal number n, 1/sqrt(n) after one correction, and the factor that leads back to x."""
    small = write("if_less", x, _SMALLEST_NORMAL, write("*", x, 2.0**24), x)
    factor = write("if_less", x, _SMALLEST_NORMAL, 2.0**12, 1.0)
    guess = write("number", write("subtract", _FIRST_BITS, write("right", write("bits", small), 1)))
    error = write("fma", write("negate", write("*", small, guess)), guess, 1.0)
    return small, write("fma", write("*", guess, error), write.program(core, error), guess), factor


def _with_specials(write: CodeWriter, x: str, value: str) -> str:
    infinity = write("number", write("or", write("bits", x), _INFINITY_BITS))
    at_zero = write("if_equal", x, 0.0, infinity, math.nan)
    inside = write("if_less", 0.0, x, value, at_zero)
    at_infinity = write("if_equal", x, math.inf, 0.0, x)
    return write("if_less", x, math.inf, inside, at_infinity)


def _rsqrt(write: CodeWriter, x: str, cores: Sequence[Program]) -> str:
    number, value, factor = _first(write, x, cores[0])
    product = write("*", number, value)
    lost = write("fma", number, value, write("negate", product))
    error = write("fma", write("negate", product), value, 1.0)
    error = write("fma", write("negate", lost), value, error)
    refined = write("fma", write("*", value, 0.5), error, value)
    return _with_specials(write, x, write("*", refined, factor))


def _rsqrt_once(write: CodeWriter, x: str, cores: Sequence[Program]) -> str:
    _, value, factor = _first(write, x, cores[0])
    return _with_specials(write, x, write("*", value, factor))


def _core(e: arb) -> arb:
    return ((1 - e).rsqrt() - 1) / e


_ONCE = Core("(1/sqrt(1-x) - 1)/x", "-0.0702", "0.0702", _core, lambda e: abs(e) * (1 - e).sqrt())
_SPECIALS = "rsqrt(+-0) = +-inf, rsqrt(inf) = 0, NaN for negative numbers and NaN; subnormal arguments are scaled first"
REDUCTIONS = (
    Reduction(
        "rsqrt",
        "rsqrt",
        (_ONCE,),
        _rsqrt,
        ("-inf", "inf"),
        (("0x1p-2", "0x1p+0"),),
        "first value by integer subtraction from the bits, polynomial correction, Newton step with remainder",
        _SPECIALS,
    ),
    Reduction(
        "rsqrt-once",
        "rsqrt",
        (_ONCE,),
        _rsqrt_once,
        ("-inf", "inf"),
        (("0x1p-2", "0x1p+0"),),
        "first value by integer subtraction from the bits, polynomial correction",
        _SPECIALS,
    ),
)
