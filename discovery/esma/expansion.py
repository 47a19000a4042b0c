"""Regular continued fractions of |P/Q| in fixed point: 32-bit limbs in int64, Euclid by Lehmer's steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from flint import arb
from numba import njit
from numpy.typing import NDArray

from discovery.errors import ParameterError, PrecisionLost
from discovery.esma.monomials import constant_ball, monomial_balls, monomial_count
from discovery.exact.identification.identification import TypedNumber
from discovery.exact.precision import working_precision

Integers = NDArray[np.int64]

LIMB_BITS = 32
MASK = 2**LIMB_BITS - 1
COFACTOR_LIMIT = 2**31 - 1
# A power of two in a quotient beyond this cannot be held in an int64 beside the rest of the quotient.
LARGEST_SHIFT = 61


def fixed_point_monomials(constants: Sequence[TypedNumber], degree: int, fractional_limbs: int, limit: int) -> Integers:
    """Return the monomials of total degree at most `degree` in the constants, in fixed point.

    Parameters
    ----------
    constants : sequence of TypedNumber
        The constants c, or c1 and c2; real.
    degree : int
        Largest total degree.
    fractional_limbs : int
        Number F of 32-bit limbs after the binary point.
    limit : int
        Largest absolute value of the coefficients these monomials will be combined with.

    Returns
    -------
    ndarray of int64, shape (terms, F + 1)
        Little-endian limbs of the absolute values in the order of `discovery.esma.monomials.exponents`, absolute error
        at most one unit of 2^(-32 F). The limbs of a negative one are all taken with a minus sign: the combining kernel
        is linear in them.

    Raises
    ------
    ParameterError
        If `limit` times the sum of the monomials does not fit into the one limb before the point.
    PrecisionLost
        If a constant is a decimal with too few digits for so many limbs.
    """
    bits = LIMB_BITS * fractional_limbs
    # The guard limbs keep the error of a monomial below 2^32 far below half a unit.
    balls = [constant_ball(constant, bits + 2 * LIMB_BITS) for constant in constants]
    terms = monomial_count(len(constants), degree)
    with working_precision(bits + 4 * LIMB_BITS):
        monomials = monomial_balls(balls, terms)
        largest = limit * sum((abs(monomial) for monomial in monomials), arb(0))
        if not largest < 2**LIMB_BITS:
            names = "|c| + ... + |c|^degree" if len(constants) == 1 else "all |c1|^i |c2|^j"
            raise ParameterError(
                f"limit * (1 + {names}) must be below 2^32; got {float(largest):.3g}",
                field="limit",
                hint="Use a smaller limit or degree, or the constant 1/c, which gives the same left-hand sides",
            )
        limbs = np.zeros((terms, fractional_limbs + 1), np.int64)
        for row, ball in zip(limbs, monomials, strict=True):
            if not ball.rad() * 2 ** (bits + 1) <= 1:
                raise PrecisionLost(f"a decimal is not known to {bits} binary places")
            mantissa, exponent = ball.mid().man_exp()
            fixed = _round_shifted(int(mantissa), int(exponent) + bits)
            sign = -1 if fixed < 0 else 1
            for position in range(fractional_limbs + 1):
                row[position] = sign * (abs(fixed) >> (LIMB_BITS * position) & MASK)
    return limbs


def _round_shifted(mantissa: int, shift: int) -> int:
    """Return mantissa * 2^shift rounded to an integer, error at most one half."""
    if shift >= 0:
        return mantissa << shift
    return (mantissa + (1 << (-shift - 1))) >> -shift


@njit(cache=True, nogil=True)
def combine(coefficients: Integers, monomials: Integers, out: Integers) -> None:
    """Write the limbs of |sum of coefficients[i] monomials[i]| into `out`, shape (F + 1,)."""
    out[:] = 0
    for i in range(coefficients.size):
        coefficient = coefficients[i]
        if coefficient != 0:
            # Without carries: the loop is vectorized.
            for position in range(out.size):
                out[position] += coefficient * monomials[i, position]
    carry = 0
    for position in range(out.size):
        total = out[position] + carry
        out[position] = total & MASK
        carry = total >> LIMB_BITS
    if carry < 0:
        carry = 1
        for position in range(out.size):
            total = (out[position] ^ MASK) + carry
            out[position] = total & MASK
            carry = total >> LIMB_BITS


@njit(cache=True, nogil=True)
def regular_quotients(row: Integers, monomials: Integers, x: Integers, y: Integers, quotients: Integers) -> int:
    """Write partial quotients of the regular continued fraction of |P/Q|, all of them certain, and count them.

    Parameters
    ----------
    row : ndarray of int64, shape (2 terms,)
        P, then Q.
    monomials : ndarray of int64, shape (terms, F + 1)
        From `fixed_point_monomials`.
    x, y : ndarray of int64, shape (F + 1,)
        Work space.
    quotients : ndarray of int64, shape (capacity,)
        Receives the quotients; the first is 0 if |P| < |Q|.

    Returns
    -------
    int
        Number of quotients, at most capacity - 2; 0 or few if P/Q is rational, or P or Q vanishes.

    Notes
    -----
    P and Q carry an error of at most e = terms limit units. With m limbs to start with, a remainder
    that still has more than t = ceil(m/2) + 1 limbs has cofactors below 2^(32 (m - t)) <= 2^(32 (m/2 - 1)), hence an
    error below 2 e 2^(32 (m/2 - 1)), far below its own size. A quotient is the true one as soon as the next
    remainder r and the difference y - r are larger than their errors; y - r is at least r, or the remainder after
    it. So all quotients but the last two before the remainder falls to t limbs are certain. For the same reason
    limbs at the low end are dropped on the way: what lies k limbs above t needs 2 k + 3.

    Thread-safe, deterministic.
    """
    terms = monomials.shape[0]
    combine(row[:terms], monomials, x)
    combine(row[terms:], monomials, y)
    size = monomials.shape[1]
    while size > 1 and x[size - 1] == 0 and y[size - 1] == 0:
        size -= 1
    return max(_euclid(x, y, size, (size + 1) // 2 + 1, quotients) - 2, 0)


@njit(cache=True, nogil=True)
def _euclid(x: Integers, y: Integers, size: int, smallest: int, quotients: Integers) -> int:
    """Write the quotients of x/y while y has more than `smallest` >= 2 limbs; return their number. Destroys x and y."""
    count = 0
    if _is_less(x, y, size):
        quotients[0] = 0
        count = 1
        _swap(x, y, size)
    while count < quotients.size:
        while size > 1 and x[size - 1] == 0:
            size -= 1
        # Limbs that can no longer change a quotient.
        spare = max(0, 2 * smallest - size - 3)
        x, y, size, smallest = x[spare:], y[spare:], size - spare, smallest - spare
        length = size
        while length > 0 and y[length - 1] == 0:
            length -= 1
        if length <= smallest:
            break
        steps = _lehmer_steps(x, y, size, quotients, count)
        if steps > 0:
            count += steps
            continue
        quotient = _divide(x, y, size, length)
        if quotient < 0:
            break
        quotients[count] = quotient
        count += 1
        _swap(x, y, size)
    return count


@njit(cache=True, nogil=True)
def _is_less(x: Integers, y: Integers, size: int) -> bool:
    for position in range(size - 1, -1, -1):
        if x[position] != y[position]:
            return bool(x[position] < y[position])
    return False


@njit(cache=True, nogil=True)
def _swap(x: Integers, y: Integers, size: int) -> None:
    for position in range(size):
        x[position], y[position] = y[position], x[position]


@njit(cache=True, nogil=True)
def _bit_length(limb: int) -> int:
    length = 0
    for step in (16, 8, 4, 2, 1):
        if limb >> step:
            limb >>= step
            length += step
    return length + (1 if limb else 0)


@njit(cache=True, nogil=True)
def _head(x: Integers, size: int, shift: int) -> int:
    """Return the top 62 bits of a number of `size` >= 3 limbs, of which `shift` < 32 leading bits are dropped."""
    head: int = x[size - 1] << (LIMB_BITS - 2 + shift)
    head += (x[size - 2] << shift) >> 2
    head += x[size - 3] >> (LIMB_BITS + 2 - shift)
    return head


@njit(cache=True, nogil=True)
def _lehmer_steps(x: Integers, y: Integers, size: int, quotients: Integers, count: int) -> int:
    """Do as many steps of Euclid as the heads of x and y decide; write the quotients from `count` on.

    Notes
    -----
    Collins' exact-quotient condition with cofactors v, v' and remainders y, r of the heads: the quotient is that of
    the full numbers if r >= v' and y - r >= v + v'. Cofactors stay below 2^31, so that products with limbs fit.
    """
    shift = LIMB_BITS - _bit_length(x[size - 1])
    high = _head(x, size, shift)
    low = _head(y, size, shift)
    u, v, next_u, next_v = 1, 0, 0, 1
    steps = 0
    while low > 0 and count + steps < quotients.size:
        # Unsigned: no sign correction of the quotient.
        quotient: Any = np.int64(np.uint64(high) // np.uint64(low))
        if quotient > COFACTOR_LIMIT:
            break
        rest = high - quotient * low
        new_v = v + quotient * next_v
        if new_v > COFACTOR_LIMIT or rest < new_v or low - rest < next_v + new_v:
            break
        quotients[count + steps] = quotient
        steps += 1
        high, low = low, rest
        u, next_u = next_u, u + quotient * next_u
        v, next_v = next_v, new_v
    if steps > 0:
        _apply(x, y, size, (u, v, next_u, next_v), -(steps % 2))
    return steps


@njit(cache=True, nogil=True)
def _apply(x: Integers, y: Integers, size: int, cofactors: tuple[int, int, int, int], sign: int) -> None:
    """Replace (x, y) by (u x - v y, next_v y - next_u x), or their negatives for `sign` -1 in place of 0."""
    # Factors of 32 bits known as such: the first loop is vectorized. The second one carries.
    u, v, next_u, next_v = cofactors[0] & MASK, cofactors[1] & MASK, cofactors[2] & MASK, cofactors[3] & MASK
    for position in range(size):
        a, b = x[position] & MASK, y[position] & MASK
        x[position] = ((u * a - v * b) ^ sign) - sign
        y[position] = ((next_v * b - next_u * a) ^ sign) - sign
    carry_x, carry_y = 0, 0
    for position in range(size):
        total = x[position] + carry_x
        x[position] = total & MASK
        carry_x = total >> LIMB_BITS
        total = y[position] + carry_y
        y[position] = total & MASK
        carry_y = total >> LIMB_BITS


@njit(cache=True, nogil=True)
def _divide(x: Integers, y: Integers, size: int, length: int) -> int:
    """Replace x by x mod y and return the quotient, by shift and subtract; -1 if the quotient may pass 2^62.

    Needed for quotients >= 2^31 and where the heads do not decide, both rare.
    """
    bits_y = LIMB_BITS * (length - 1) + _bit_length(y[length - 1])
    quotient = 0
    while True:
        top = size
        while top > 0 and x[top - 1] == 0:
            top -= 1
        bits_x = 0 if top == 0 else LIMB_BITS * (top - 1) + _bit_length(x[top - 1])
        shift = bits_x - bits_y
        if shift < 0 or (shift == 0 and _is_less(x, y, size)):
            return quotient
        if shift > LARGEST_SHIFT:
            return -1
        # One place less than the difference of lengths: what is subtracted is certainly not larger than x.
        shift = max(shift - 1, 0)
        _subtract_shifted(x, y, size, shift)
        quotient += 1 << shift


@njit(cache=True, nogil=True)
def _subtract_shifted(x: Integers, y: Integers, size: int, shift: int) -> None:
    """Replace x by x - y 2^shift, which is not negative."""
    limbs, bits = shift // LIMB_BITS, shift % LIMB_BITS
    borrow, spill = 0, 0
    for position in range(limbs, size):
        shifted = (y[position - limbs] << bits) + spill
        spill = shifted >> LIMB_BITS
        total = x[position] - (shifted & MASK) + borrow
        x[position] = total & MASK
        borrow = total >> LIMB_BITS
