"""Kernel for GELU, x Phi(x) with the normal distribution function: the tail in binary64, rounded once at the end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from flint import arb

from discovery.approximation.float32.exponential import scaled, split_power
from discovery.approximation.float32.reduction import Core, Reduction, both_signs
from discovery.exact.programs.program import Program
from discovery.exact.programs.typed_code import DOUBLE, CodeWriter

END = 14.5
"""Below -`END` the value rounds to -0, above it is x."""
_MAGIC = 1.5 * 2.0**52
_LOG2_E_HALVED = math.log2(math.e) / 2
_LOG2_E_HALVED_SINGLE = float.fromhex("-0x1.715476p-1")
_CENTER = 3.0
_ONE_BITS = 0x3FF0000000000000
_MAGNITUDE = 0x7FFFFFFF


def _gelu(write: CodeWriter, x: str, cores: Sequence[Program]) -> str:
    size = write("number", write("and", write("bits", x), _MAGNITUDE))
    wide = write("widen", x)
    z = write("widen", write("min", END, size))
    inverse = write("/", 1.0, write("+", z, _CENTER))
    scaled_tail = write.program(cores[0], write("*", write("-", z, _CENTER), inverse))
    power = write("*", write("*", z, z), write.constant(DOUBLE, -_LOG2_E_HALVED))
    rounded = write("+", power, _MAGIC)
    rest = write("-", power, write("-", rounded, _MAGIC))
    power_of_two = write("number", write("add", write("left", write("bits", rounded), 52), _ONE_BITS))
    tail = write("*", write("*", scaled_tail, write.program(cores[1], rest)), power_of_two)
    product = write("*", wide, tail)
    # A zero is not above 0: it keeps its sign in the product.
    value = write("narrow", write("if_less", 0.0, wide, write("-", wide, product), product))
    held = write("if_less", x, -END, -0.0, value)
    return write("if_less", END, x, x, held)


def _gelu_short(write: CodeWriter, x: str, cores: Sequence[Program]) -> str:
    size = write("number", write("and", write("bits", x), _MAGNITUDE))
    z = write("min", END, size)
    ratio = write("/", write("-", z, _CENTER), write("+", z, _CENTER))
    power = write("*", write("*", z, z), _LOG2_E_HALVED_SINGLE)
    rounded, rest = split_power(write, power)
    tail = write("*", write.program(cores[0], ratio), write.program(cores[1], rest))
    product = scaled(write, write("*", x, tail), rounded)
    value = write("if_less", 0.0, x, write("-", x, product), product)
    held = write("if_less", x, -END, -0.0, value)
    return write("if_less", END, x, x, held)


def _tail_core(v: arb) -> arb:
    z = _CENTER * (1 + v) / (1 - v)
    return (z * z / 2).exp() * (z / arb(2).sqrt()).erfc() / 2


def _center_text() -> str:
    return f"({_CENTER:.0f}*(1+x)/(1-x))"


TAIL_CORE = Core(
    f"exp({_center_text()}^2/2)*erfc({_center_text()}/sqrt(2))/2",
    "-1",
    str(Fraction(END - _CENTER) / Fraction(END + _CENTER)),
    _tail_core,
    lambda v: 1 / _tail_core(v),
    wide=True,
)
POWER_CORE = Core("2^x", "-1/2", "1/2", lambda r: arb(2) ** r, lambda r: arb(2) ** -r, wide=True)
_PRINCIPAL = both_signs("0x1p-1", "0x1p+4")
_SPECIALS = "gelu(+-0) = +-0, gelu(inf) = inf, gelu(-inf) = -0, NaN gives NaN"
REDUCTIONS = (
    Reduction(
        "gelu",
        "gelu",
        (TAIL_CORE, POWER_CORE),
        _gelu,
        ("-inf", "inf"),
        _PRINCIPAL,
        "x Phi(x), Phi(-z) = exp(-z^2/2) q((z - 3)/(z + 3)) in binary64, rounded once",
        f"{_SPECIALS}; underflow goes through subnormal numbers",
    ),
    Reduction(
        "gelu-short",
        "gelu",
        (replace(TAIL_CORE, wide=False), replace(POWER_CORE, wide=False)),
        _gelu_short,
        ("-inf", "inf"),
        _PRINCIPAL,
        "x Phi(x), Phi(-z) = exp(-z^2/2) q((z - 3)/(z + 3)), every step rounded to binary32",
        _SPECIALS,
    ),
)
