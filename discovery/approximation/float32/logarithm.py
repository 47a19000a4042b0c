"""Kernels for log and log2: the exponent, and a polynomial on a mantissa around 1."""

from __future__ import annotations

import math
from collections.abc import Sequence

from flint import arb

from discovery.approximation.float32.exponential import LN2_HIGH, LN2_LOW
from discovery.approximation.float32.reduction import Core, Reduction
from discovery.exact.programs.program import Program
from discovery.exact.programs.typed_code import CodeWriter

_SQRT_HALF_BITS = 0x3F3504F3
_EXPONENT_MASK = 0xFF800000
_SMALLEST_NORMAL = 2.0**-126
LOG2_E_HIGH, LOG2_E_LOW = float.fromhex("0x1.715476p+0"), float.fromhex("0x1.4ae0cp-26")
"""log2(e) in two pieces."""
_LOWER, _UPPER = "sqrt(1/2) - 1", "sqrt(2) - 1"


def _split(write: CodeWriter, x: str) -> tuple[str, str]:
    """Return k and f with x = 2^k (1 + f), 1 + f in [sqrt(1/2), sqrt(2)), for positive finite x; f is exact."""
    normal = write("if_less", x, _SMALLEST_NORMAL, write("*", x, 2.0**23), x)
    shift = write("if_less", x, _SMALLEST_NORMAL, -23.0, 0.0)
    bits = write("bits", normal)
    distance = write("subtract", bits, _SQRT_HALF_BITS)
    exponent = write("+", write("convert", write("right", distance, 23)), shift)
    mantissa = write("number", write("subtract", bits, write("and", distance, _EXPONENT_MASK)))
    return exponent, write("-", mantissa, 1.0)


def _with_specials(write: CodeWriter, x: str, value: str) -> str:
    at_zero = write("if_equal", x, 0.0, -math.inf, math.nan)
    return write("if_less", x, math.inf, write("if_less", 0.0, x, value, at_zero), x)


def _log(write: CodeWriter, x: str, cores: Sequence[Program]) -> str:
    exponent, rest = _split(write, x)
    square = write("*", rest, rest)
    low = write("fma", square, write.program(cores[0], rest), write("*", exponent, LN2_LOW))
    return _with_specials(write, x, write("fma", exponent, LN2_HIGH, write("+", rest, low)))


def _log2(write: CodeWriter, x: str, cores: Sequence[Program]) -> str:
    exponent, rest = _split(write, x)
    square = write("*", rest, rest)
    low = write("fma", rest, LOG2_E_LOW, write("*", square, write.program(cores[0], rest)))
    return _with_specials(write, x, write("+", write("fma", rest, LOG2_E_HIGH, low), exponent))


def _log_core(f: arb) -> arb:
    return ((1 + f).log() - f) / (f * f)


def _log_weight(f: arb) -> arb:
    return f * f / abs((1 + f).log())


def _log2_core(f: arb) -> arb:
    return _log_core(f) / arb(2).log()


def _log2_weight(f: arb) -> arb:
    return _log_weight(f) * arb(2).log()


_SPECIALS = (
    "value(+-0) = -inf, value(inf) = inf, NaN for negative numbers and NaN; subnormal arguments are scaled first"
)
REDUCTIONS = (
    Reduction(
        "log",
        "log",
        (Core("(log(1+x) - x)/x^2", _LOWER, _UPPER, _log_core, _log_weight),),
        _log,
        ("-inf", "inf"),
        (("0x1p-1", "0x1p+1"),),
        "x = 2^k (1 + f), log(1 + f) = f + f^2 q(f), k ln 2 added in two pieces",
        _SPECIALS.replace("value", "log"),
    ),
    Reduction(
        "log2",
        "log2",
        (Core("(log2(1+x) - x/log(2))/x^2", _LOWER, _UPPER, _log2_core, _log2_weight),),
        _log2,
        ("-inf", "inf"),
        (("0x1p-1", "0x1p+1"),),
        "x = 2^k (1 + f), log2(1 + f) = f log2(e) + f^2 q(f) with log2(e) in two pieces, k added",
        _SPECIALS.replace("value", "log2"),
    ),
)
