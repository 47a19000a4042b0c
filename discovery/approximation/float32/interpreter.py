"""Typed code one operation at a time in plain Python: the oracle for what is compiled and exported.

Binary32 results are rounded from exact rational numbers, so nothing is shared with the arithmetic of the processor.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from fractions import Fraction

from discovery.exact.float32.formats import BINARY32, exact_value, round_exact
from discovery.exact.programs.program_structure import VARIABLE
from discovery.exact.programs.typed_code import DOUBLE, FLOATS, SINGLE, WORD, TypedCode

_WORD, _LONG = 2**32 - 1, 2**64 - 1


def interpret(code: TypedCode, x_bits: int) -> int:
    """Return the bits of the value of a code at a number given by its bits.

    Parameters
    ----------
    code : TypedCode
    x_bits : int
        Bits of a binary32 number, NaN and infinities too.

    Returns
    -------
    int
        Bits of the value; every NaN is 0x7fc00000.
    """
    values: dict[str, float | int] = {f"c{i}": item.value for i, item in enumerate(code.constants)}
    values[VARIABLE] = _number(SINGLE, x_bits)
    last = VARIABLE
    for index, line in enumerate(code.lines):
        operands = [values[operand] for operand in line.operands]
        last = f"v{index}"
        values[last] = _apply(line.operator, operands, code.kind(line.operands[0]), line.kind)
    return _bits(SINGLE, float(values[last]))


def _apply(operator: str, operands: list[float | int], source: str, result: str) -> float | int:
    if operator in _ROUNDED:
        return _rounded(operator, [float(value) for value in operands], result)
    if operator in _INTEGER:
        mask = _WORD if result == WORD else _LONG
        number, other = (int(value) for value in operands)
        return _INTEGER[operator](_signed(number, result) if operator == "right" else number, other) & mask
    first = operands[0]
    if operator in ("min", "max"):
        return first if (first < operands[1] if operator == "min" else first > operands[1]) else operands[1]
    if operator in ("if_less", "if_equal"):
        left, right = (value if source in FLOATS else _signed(int(value), source) for value in operands[:2])
        return operands[2] if (left < right if operator == "if_less" else left == right) else operands[3]
    return _UNARY[operator](first, source, result)


def _rounded(operator: str, operands: list[float], kind: str) -> float:
    """Return a result of arithmetic, by the host's binary64 where IEEE 754 defines it, else rounded from the exact."""
    if kind == DOUBLE:
        return _special(operator, operands)
    if not all(map(math.isfinite, operands)) or (operator == "/" and operands[1] == 0):
        return _special(operator, operands)
    if operator == "sqrt":
        return _square_root(operands[0])
    a, *rest = map(Fraction, operands)
    exact = _EXACT[operator](a, *rest)
    # An exact zero has the sign that binary64 gives it: no product of binary32 numbers underflows there.
    negative = math.copysign(1.0, _special(operator, operands)) < 0 if exact == 0 else exact < 0
    return float(_number(SINGLE, round_exact(BINARY32, exact, negative_zero=negative)))


def _special(operator: str, operands: list[float]) -> float:
    a, *rest = operands
    if operator == "sqrt":
        return math.sqrt(a) if a >= 0 else (a if a == 0 else math.nan)
    b = rest[0]
    if operator == "/" and b == 0:
        return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1.0, b)
    if operator == "fma":
        return a * b + rest[1]
    return {"+": a + b, "-": a - b, "*": a * b, "/": a / b if b else math.nan}[operator]


def _square_root(value: float) -> float:
    if value < 0:
        return math.nan
    if value == 0:
        return value
    exact = Fraction(value)
    # A square root in 80 bits is on the same side of every tie: a tie would be a square with 50 bits.
    scale = 1 << 400
    root = Fraction(math.isqrt(int(exact * scale * scale)), scale)
    root += 0 if root * root == exact else Fraction(1, 2 * scale)
    return float(_number(SINGLE, round_exact(BINARY32, root)))


def _signed(value: int, kind: str) -> int:
    width = 32 if kind == WORD else 64
    return value - (1 << width) if value >> (width - 1) else value


def _bits(kind: str, value: float) -> int:
    if math.isnan(value):
        return 0x7FC00000 if kind == SINGLE else 0x7FF8000000000000
    return int.from_bytes(struct.pack("<f" if kind == SINGLE else "<d", value), "little")


def _number(kind: str, bits: int) -> float:
    if kind == SINGLE:
        magnitude = bits & 0x7FFFFFFF
        if magnitude < BINARY32.infinity_bits:
            return math.copysign(float(exact_value(BINARY32, magnitude)), -1.0 if bits >> 31 else 1.0)
        if magnitude > BINARY32.infinity_bits:
            return math.nan
        return -math.inf if bits >> 31 else math.inf
    return float(struct.unpack("<d", bits.to_bytes(8, "little"))[0])


def _narrowed(value: float) -> float:
    if not math.isfinite(value):
        return value
    negative = math.copysign(1.0, value) < 0
    return float(_number(SINGLE, round_exact(BINARY32, Fraction(value), negative_zero=negative)))


_ROUNDED = frozenset(("+", "-", "*", "/", "fma", "sqrt"))
_EXACT: dict[str, Callable[..., Fraction]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "fma": lambda a, b, c: a * b + c,
}
_INTEGER: dict[str, Callable[[int, int], int]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
    "xor": lambda a, b: a ^ b,
    "left": lambda a, b: a << b,
    "right": lambda a, b: a >> b,
}
_UNARY: dict[str, Callable[[float | int, str, str], float | int]] = {
    "abs": lambda a, source, result: math.fabs(a),
    "negate": lambda a, source, result: -float(a),
    "bits": lambda a, source, result: _bits(source, float(a)),
    "number": lambda a, source, result: _number(result, int(a)),
    "widen": lambda a, source, result: a,
    "narrow": lambda a, source, result: _narrowed(float(a)),
    "convert": lambda a, source, result: _narrowed(float(_signed(int(a), source))),
}
