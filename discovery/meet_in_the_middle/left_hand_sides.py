"""The table of left-hand sides: quotients of integer combinations of 1 and the monomials, up to sign and reciprocal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from flint import arb
from numba import njit
from numpy.typing import NDArray

from discovery.errors import ParameterError
from discovery.exact.identification.integer_relation import nearest_integer
from discovery.exact.precision import working_precision
from discovery.meet_in_the_middle.double_double import quotient

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

BITS = 256
MAX_ENTRIES = 8_000_000
"""Entries of a table; each stands for four left-hand sides."""
BYTES_PER_ENTRY = 100
"""Most memory while a table is built, which is sorted once."""
SAME = 2.0**-95
"""Two entries that are nearer have one value: of a form that cancels, or of dependent targets."""
BITMAP_CELLS = 32
"""Cells of the bitmap by entry: so few values without a near entry pass it."""
MAX_BITMAP_BITS = 26
MARGIN = 2.0**-36
"""What lies so near to an entry passes the bitmap."""


@dataclass(frozen=True, eq=False)
class Table:
    """Left-hand sides u in (0, 1): each stands for u, -u, 1/u and -1/u.

    Parameters
    ----------
    forms : ndarray of int64, shape (forms, monomials + 1)
        Coefficients of 1 and the monomials.
    high, low : ndarray of float64, shape (entries,)
        u = high + low to about 30 digits, ascending.
    codes : ndarray of int64, shape (entries,)
        (form above) * len(forms) + (form below) of every entry.
    bitmap : ndarray of uint64
        Bit k is set if an entry lies near the k-th of so many equal parts of [0, 1].
    starts : ndarray of int32, shape (groups + 1,)
        The first entry of every one of so many equal parts of [0, 1].
    """

    forms: Integers
    high: Floats
    low: Floats
    codes: Integers
    bitmap: NDArray[np.uint64]
    starts: NDArray[np.int32]

    @property
    def arrays(self) -> tuple[Any, ...]:
        """What the kernels read."""
        return self.bitmap, self.starts, self.high, self.low

    @property
    def left_hand_sides(self) -> int:
        """Return how many numbers the entries stand for."""
        return 4 * len(self.high)

    def quotient(self, entry: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the coefficients of 1 and the monomials above and below of an entry."""
        above, below = divmod(int(self.codes[entry]), len(self.forms))
        return tuple(self.forms[above].tolist()), tuple(self.forms[below].tolist())


def entry_bound(terms: int, limit: int) -> int:
    """Return how many entries a table has at most: pairs of forms with `terms` coefficients in [-limit, limit]."""
    forms: int = ((2 * limit + 1) ** terms - 1) // 2
    return forms * (forms - 1) // 2


def check_size(terms: int, limit: int) -> None:
    """Refuse a table that would not fit into memory.

    Raises
    ------
    ParameterError
        The message names the largest limit that fits.
    """
    count = entry_bound(terms, limit)
    if count <= MAX_ENTRIES:
        return
    fitting = limit
    while fitting and entry_bound(terms, fitting) > MAX_ENTRIES:
        fitting = fitting // 2 if entry_bound(terms, fitting // 2) > MAX_ENTRIES else fitting - 1
    hint = f"Use a limit of at most {fitting}" if fitting else "Use a smaller degree or fewer targets"
    raise ParameterError(
        f"coefficients up to {limit} make a table of {4 * count:.2g} left-hand sides, which takes "
        f"{count * BYTES_PER_ENTRY / 2**30:.3g} GiB to build; at most {MAX_ENTRIES * BYTES_PER_ENTRY / 2**30:.2g} GiB "
        "are used",
        field="limit",
        hint=hint,
    )


def build_table(monomials: Sequence[arb], limit: int) -> Table:
    """Return the table of the quotients of integer combinations of 1 and some numbers.

    Parameters
    ----------
    monomials : sequence of arb
        Balls of the numbers, linearly independent over the rationals together with 1; 128 bits or more.
    limit : int
        The coefficients lie in [-limit, limit].

    Returns
    -------
    Table
        Quotients of two forms that are not proportional, all coefficients together without common factor; of several
        with one value the one with the smallest coefficients.

    Raises
    ------
    ParameterError
        The table would be too large.
    """
    check_size(len(monomials) + 1, limit)
    forms = _forms(len(monomials) + 1, limit)
    high, low = _values(forms, monomials)
    order = np.argsort(np.abs(high), kind="stable")
    forms, high, low = forms[order], high[order], low[order]
    negative = high < 0
    forms[negative], high[negative], low[negative] = -forms[negative], -high[negative], -low[negative]
    contents = np.gcd.reduce(forms, axis=1)
    directions = _directions(forms // contents[:, None], limit)
    room = entry_bound(forms.shape[1], limit)
    u, u_low, codes = np.empty(room), np.empty(room), np.empty(room, np.int64)
    count = _fill((high, low), contents, directions, (u, u_low), codes)
    order = np.argsort(u[:count])
    u, u_low, codes = u[:count][order], u_low[:count][order], codes[:count][order]
    weights = np.abs(forms).sum(axis=1)
    count = _without_equal(u, u_low, codes, weights)
    u, u_low, codes = u[:count].copy(), u_low[:count].copy(), codes[:count].copy()
    groups = 1 << max(4, (count - 1).bit_length())
    starts = np.searchsorted(u, np.arange(groups + 1) / groups).astype(np.int32)
    starts[groups] = count
    bits = min(MAX_BITMAP_BITS, max(10, (count * BITMAP_CELLS - 1).bit_length()))
    bitmap = np.zeros((1 << bits) // 64, np.uint64)
    _mark(u, bitmap)
    return Table(forms, u, u_low, codes, bitmap, starts)


def _directions(forms: Integers, limit: int) -> Integers:
    """Return a number for every form that is the same for opposite ones."""
    weights = (2 * limit + 1) ** np.arange(forms.shape[1], dtype=np.int64)
    found: Integers = np.abs(forms @ weights)
    return found


@lru_cache(maxsize=2)
def _forms(terms: int, limit: int) -> Integers:
    """Return all vectors but zero with entries in [-limit, limit], one of every pair of opposite ones."""
    axis = np.arange(-limit, limit + 1, dtype=np.int64)
    grid = np.stack(np.meshgrid(*[axis] * terms, indexing="ij"), axis=-1).reshape(-1, terms)
    return grid[len(grid) // 2 + 1 :]


def _values(forms: Integers, monomials: Sequence[arb]) -> tuple[Floats, Floats]:
    """Return the values of forms as sums of two doubles."""
    high, low = np.empty(len(forms)), np.empty(len(forms))
    with working_precision(2 * BITS):
        scale = [1 << BITS, *(int(nearest_integer(ball * arb(2) ** BITS)) for ball in monomials)]
    for k, row in enumerate(forms.tolist()):
        value = sum(c * unit for c, unit in zip(row, scale, strict=True))
        first = float(value)
        high[k] = math.ldexp(first, -BITS)
        low[k] = math.ldexp(float(value - int(first)), -BITS)
    return high, low


@njit(cache=True, nogil=True, error_model="numpy")
def _fill(values, contents, directions, quotients, codes):  # type: ignore[no-untyped-def]
    """Write the quotients of forms with ascending positive values, and return how many there are."""
    high, low = values
    u, u_low = quotients
    count = 0
    for j in range(high.size):
        for i in range(j):
            if directions[i] == directions[j]:
                continue
            if contents[j] > 1 and _gcd(contents[i], contents[j]) > 1:
                continue
            u[count], u_low[count] = quotient(high[i], low[i], high[j], low[j])
            codes[count] = i * high.size + j
            count += 1
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def _gcd(a, b):  # type: ignore[no-untyped-def]
    while b:
        a, b = b, a % b
    return a


@njit(cache=True, nogil=True, error_model="numpy")
def _without_equal(u, u_low, codes, weights):  # type: ignore[no-untyped-def]
    """Keep of neighbors with one value the one with the smallest coefficients, and return how many are left."""
    count = 0
    forms = weights.size
    for k in range(u.size):
        if count and abs((u[k] - u[count - 1]) + (u_low[k] - u_low[count - 1])) < SAME:
            here, there = codes[k], codes[count - 1]
            mine = weights[here // forms] + weights[here % forms]
            theirs = weights[there // forms] + weights[there % forms]
            if mine < theirs or (mine == theirs and here < there):
                codes[count - 1] = here
            continue
        u[count], u_low[count], codes[count] = u[k], u_low[k], codes[k]
        count += 1
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def _mark(u, bitmap):  # type: ignore[no-untyped-def]
    """Set the bits of the cells that the values lie in, and of a neighbor that is within the tolerance."""
    cells = bitmap.size * 64
    for value in u:
        for side in (-MARGIN, MARGIN):
            cell = min(max(int((value + side) * cells), 0), cells - 1)
            bitmap[cell >> 6] |= np.uint64(1) << np.uint64(cell & 63)
