"""Kernels for exp2 and exp: an integer power of two, and a polynomial on the rest."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb

from discovery.approximation.float32.reduction import Core, Reduction, both_signs
from discovery.exact.programs.program import Program
from discovery.exact.programs.typed_code import CodeWriter

MAGIC = 12582912.0
"""1.5 * 2^23: a sum with it is rounded to an integer, which stands in the low bits of the sum."""
LOG2_E = float.fromhex("0x1.715476p+0")
LN2_HIGH, LN2_LOW = float.fromhex("0x1.62e4p-1"), float.fromhex("0x1.7f7d1cp-20")
"""ln 2 in two pieces; the first has nine trailing zeros, so its products with exponents are exact."""

_ONE_BITS = 0x3F800000
_LOWEST, _HIGHEST = -125.0, 127.0


def split_power(write: CodeWriter, x: str) -> tuple[str, str]:
    """Return m and r with x = k + r, |r| <= 1/2, m = `MAGIC` + k."""
    rounded = write("+", x, MAGIC)
    return rounded, write("-", x, write("-", rounded, MAGIC))


def split_exponential(write: CodeWriter, x: str) -> tuple[str, str]:
    """Return m and r with x = k ln 2 + r, |r| at most about ln 2 / 2, m = `MAGIC` + k."""
    rounded = write("fma", x, LOG2_E, MAGIC)
    k = write("-", rounded, MAGIC)
    return rounded, write("fma", k, -LN2_LOW, write("fma", k, -LN2_HIGH, x))


def power_of_two(write: CodeWriter, shifted: str) -> str:
    """Return 2^k for the bits of `MAGIC` + k, -126 <= k <= 127."""
    return write("number", write("add", write("left", shifted, 23), _ONE_BITS))


def scaled(write: CodeWriter, value: str, rounded: str) -> str:
    """Return value * 2^k, rounded once, for value in [1/2, 2) and any k: by two powers, the first keeps it normal."""
    first = write("max", _LOWEST + MAGIC, write("min", _HIGHEST + MAGIC, rounded))
    bits = write("bits", first)
    rest = write("subtract", write("bits", rounded), bits)
    return write("*", write("*", value, power_of_two(write, bits)), power_of_two(write, rest))


def clamped(write: CodeWriter, x: str, lower: float, upper: float) -> str:
    """Return x held between two bounds; NaN stays."""
    return write("max", lower, write("min", upper, x))


def _exp2(write: CodeWriter, x: str, cores: Sequence[Program]) -> str:
    rounded, rest = split_power(write, clamped(write, x, -160.0, 160.0))
    return scaled(write, write.program(cores[0], rest), rounded)


def _exp(write: CodeWriter, x: str, cores: Sequence[Program]) -> str:
    rounded, rest = split_exponential(write, clamped(write, x, -110.0, 100.0))
    return scaled(write, write.program(cores[0], rest), rounded)


def _into_exponent(write: CodeWriter, value: str, rounded: str) -> str:
    return write("number", write("add", write("bits", value), write("left", write("bits", rounded), 23)))


def _exp2_normal(write: CodeWriter, x: str, cores: Sequence[Program]) -> str:
    rounded, rest = split_power(write, x)
    return _into_exponent(write, write.program(cores[0], rest), rounded)


def _exp_normal(write: CodeWriter, x: str, cores: Sequence[Program]) -> str:
    rounded, rest = split_exponential(write, x)
    return _into_exponent(write, write.program(cores[0], rest), rounded)


EXP2_CORE = Core("2^x", "-1/2", "1/2", lambda r: (r * arb(2).log()).exp(), lambda r: arb(2) ** -r, ("0x1p+0",))
EXP_CORE = Core("exp(x)", "-0.3467", "0.3467", lambda r: r.exp(), lambda r: (-r).exp(), ("0x1p+0", "0x1p+0"), 2)

_ALL = ("-inf", "inf")
_COMPLETE = (
    "overflow gives inf, underflow goes through subnormal numbers to 0, both rounded once; exp(inf) = inf, "
    "exp(-inf) = 0, NaN gives NaN"
)
REDUCTIONS = (
    Reduction(
        "exp2",
        "exp2",
        (EXP2_CORE,),
        _exp2,
        _ALL,
        both_signs("0x1p-2", "0x1p+0"),
        "k = rint(x), polynomial in x - k (exact), two multiplications by powers of two",
        _COMPLETE.replace("exp(", "exp2("),
    ),
    Reduction(
        "exp2-normal",
        "exp2",
        (EXP2_CORE,),
        _exp2_normal,
        ("-0x1.f8p+6", "0x1.fffffep+6"),
        both_signs("0x1p-2", "0x1p+0"),
        "k = rint(x), polynomial in x - k (exact), k added to the exponent bits",
        "none: outside the domain, where the result is no normal number, and for NaN the value means nothing",
    ),
    Reduction(
        "exp",
        "exp",
        (EXP_CORE,),
        _exp,
        _ALL,
        both_signs("0x1p-2", "0x1p+1"),
        "k = rint(x log2 e), polynomial in x - k ln 2 (two pieces), two multiplications by powers of two",
        _COMPLETE,
    ),
    Reduction(
        "exp-normal",
        "exp",
        (EXP_CORE,),
        _exp_normal,
        ("-0x1.5d589ep+6", "0x1.62e42ep+6"),
        both_signs("0x1p-2", "0x1p+1"),
        "k = rint(x log2 e), polynomial in x - k ln 2 (two pieces), k added to the exponent bits",
        "none: outside the domain, where the result is no normal number, and for NaN the value means nothing",
    ),
)
