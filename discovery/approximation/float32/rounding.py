"""Rounding of a binary32 number to binary16 or bfloat16, as operations of typed code."""

from __future__ import annotations

from discovery.exact.programs.typed_code import CodeWriter

_SIGN, _MAGNITUDE = 0x80000000, 0x7FFFFFFF


def round_result(write: CodeWriter, value: str, number_format: str) -> str:
    """Return a binary32 number rounded to a format, to nearest even, overflow to infinity; NaN stays."""
    if number_format == "bfloat16":
        return _finite_only(write, value, _dropped(write, write("bits", value), 16))
    if number_format == "float16":
        return _float16(write, value)
    return value


def _dropped(write: CodeWriter, bits: str, count: int) -> str:
    """Return the number whose bits are rounded so that the last `count` are zero; a carry goes into the exponent."""
    last = write("and", write("right", bits, count), 1)
    sum_bits = write("add", write("add", bits, last), (1 << (count - 1)) - 1)
    return write("number", write("and", sum_bits, 0xFFFFFFFF ^ ((1 << count) - 1)))


def _finite_only(write: CodeWriter, value: str, rounded: str) -> str:
    """Return `rounded`, or `value` itself where that is NaN: a carry would change its bits."""
    return write("if_equal", value, value, rounded, value)


def _float16(write: CodeWriter, value: str) -> str:
    bits = write("bits", value)
    size = write("number", write("and", bits, _MAGNITUDE))
    normal = _dropped(write, write("and", bits, _MAGNITUDE), 13)
    # The last place of 1/2 is 2^-24, the quantum of binary16.
    subnormal = write("-", write("+", size, 0.5), 0.5)
    rounded = write("if_less", size, 2.0**-14, subnormal, normal)
    rounded = write("if_less", size, 65520.0, rounded, float("inf"))
    signed = write("number", write("or", write("bits", rounded), write("and", bits, _SIGN)))
    return _finite_only(write, value, signed)
