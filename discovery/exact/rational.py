"""Exact rational arithmetic with a size that is checked before the work is done."""

from __future__ import annotations

from fractions import Fraction

from discovery.errors import LimitExceeded


def bit_size(value: Fraction) -> int:
    """Return the number of bits of the larger of numerator and denominator."""
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def combine(operator: str, left: Fraction, right: Fraction, max_bits: int) -> Fraction | None:
    """Return ``left operator right`` as an exact rational.

    Parameters
    ----------
    operator : str
        One of ``+ - * / ^``.
    left, right : Fraction
        The operands; `right` is not zero for ``/``, and `left` is not zero for ``^`` with a negative exponent.
    max_bits : int
        Largest size allowed of numerator and denominator, bits.

    Returns
    -------
    Fraction or None
        ``None`` if the result is not rational: a power whose exponent is not an integer.

    Raises
    ------
    LimitExceeded
        The result would have more than about `max_bits` bits; it is not computed.
    """
    if operator == "^":
        return _power(left, right, max_bits)
    _check_bits(bit_size(left) + bit_size(right), max_bits)
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    return left * right if operator == "*" else left / right


def _power(base: Fraction, exponent: Fraction, max_bits: int) -> Fraction | None:
    if exponent.denominator != 1:
        return None
    if abs(base) not in (0, 1):
        _check_bits(bit_size(base) * abs(exponent.numerator), max_bits)
    return base**exponent.numerator


def _check_bits(bits: int, max_bits: int) -> None:
    if bits > max_bits:
        raise LimitExceeded(
            f"an exact rational number of more than {max_bits} bits is not computed; use smaller numbers",
            limit=f"{max_bits} bits",
            used=f"{bits} bits",
        )
