"""The bit sieve: one AND decides 64 values of a parameter, first of the rows, then within the rows that are left."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from discovery.factorial_reduction.congruence import CongruenceTables, passes
from discovery.factorial_reduction.good_primes import discriminant_vanishes
from discovery.factorial_reduction.layout import Grid
from discovery.factorial_reduction.sieve_tables import ALWAYS_GOOD, GOOD_WITHOUT_DISCRIMINANT, ONE, ZERO, SieveTables

Integers = NDArray[np.int64]

# The positions of single bits, by the top six bits of their product with a de Bruijn sequence.
_DE_BRUIJN = 0x03F79D71B4CB0A89
_POSITIONS = np.zeros(64, np.int64)
for _bit in range(64):
    _POSITIONS[((_DE_BRUIJN << _bit) & 0xFFFFFFFFFFFFFFFF) >> 58] = _bit
_SEQUENCE = np.uint64(_DE_BRUIJN)


@njit(cache=True, nogil=True, error_model="numpy")
def sieve_keys(
    keys: tuple[int, int], grid: Grid, sieve: SieveTables, tables: CongruenceTables, found: Integers
) -> tuple[int, int]:
    """Decide every pair of a range of keys.

    Parameters
    ----------
    keys : tuple of int
        The first key, and the one after the last.
    grid, sieve, tables
        Of one window of a layout.
    found : ndarray of int64, shape (capacity, 3)
        Takes (key, row index, bit index) of the pairs that pass the test modulo l^d, in ascending order.

    Returns
    -------
    tuple of int
        Number of pairs that pass, which may be more than there is room for, and of those that the sieve left.

    Notes
    -----
    Skips nothing: a slot whose prime is not good lets everything pass. Exact, deterministic; writes `found` alone.
    """
    first, last = keys
    count, survivors = 0, 0
    slots = sieve.moduli.size
    multipliers = grid.multipliers.size
    x, y = np.empty(grid.lows.size, np.int64), np.empty(grid.lows.size, np.int64)
    outer_block = np.zeros(slots, np.int64)
    live, bits, step = np.empty(slots, np.int64), np.empty(slots, np.int64), np.empty(slots, np.int64)
    place, words = np.empty(slots, np.int64), sieve.bits_words
    slope = 0
    for key in range(first, last):
        index = key % multipliers
        if index == 0 or key == first:
            slope = _enter(key // multipliers, grid, sieve, x, outer_block)
        c = int(grid.multipliers[index])
        allowed = GOOD_WITHOUT_DISCRIMINANT if discriminant_vanishes(slope, c * tables.leading) else ALWAYS_GOOD
        for s in range(slots):
            block = outer_block[s] + sieve.multiplier_residues[s, index]
            good = sieve.good[sieve.good_start[s] + block]
            if good != 0 and good <= allowed:
                live[s] = sieve.live_start[s] + block * sieve.live_words
                bits[s] = sieve.bits_start[s] + block * sieve.rows_modulo[s] * sieve.bits_words
                step[s] = sieve.bits_words
            else:
                live[s], bits[s], step[s] = 0, 0, 0
        for w in range(sieve.live_words):
            rows = sieve.live[live[0] + w]
            for s in range(1, slots):
                rows &= sieve.live[live[s] + w]
            while rows != ZERO:
                low = rows & (~rows + ONE)
                rows ^= low
                row = 64 * w + _POSITIONS[low * _SEQUENCE >> np.uint64(58)]
                for s in range(slots):
                    place[s] = bits[s] + step[s] * sieve.row_residues[s, row]
                w0, w1 = sieve.bits[place[0] : place[0] + words], sieve.bits[place[1] : place[1] + words]
                w2, w3 = sieve.bits[place[2] : place[2] + words], sieve.bits[place[3] : place[3] + words]
                some = ZERO
                for v in range(words):
                    some |= w0[v] & w1[v] & w2[v] & w3[v]
                if some == ZERO:
                    continue
                for v in range(words):
                    left = w0[v]
                    for s in range(1, slots):
                        left &= sieve.bits[place[s] + v]
                    while left != ZERO:
                        low = left & (~left + ONE)
                        left ^= low
                        bit = 64 * v + _POSITIONS[low * _SEQUENCE >> np.uint64(58)]
                        survivors += 1
                        x[0], x[1] = grid.lows[0] + bit, grid.lows[1] + row
                        if passes(x, slope, c, tables, y):
                            if count < found.shape[0]:
                                found[count, 0], found[count, 1], found[count, 2] = key, row, bit
                            count += 1
    return count, survivors


@njit(cache=True, nogil=True, error_model="numpy")
def _enter(outer: int, grid: Grid, sieve: SieveTables, x: Integers, outer_block: Integers) -> int:
    """Set the outer parameters and the block of every slot for c = 0; return the coefficient of a at n^d."""
    slope = 0
    for j in range(grid.lows.size - 1, 1, -1):
        x[j] = grid.lows[j] + outer % grid.sizes[j]
        outer //= grid.sizes[j]
        slope += int(x[j] * grid.leading[j])
    for s in range(sieve.moduli.size):
        block = np.int64(0)
        for j in range(2, grid.lows.size):
            block = block * sieve.moduli[s] + x[j] % sieve.moduli[s]
        outer_block[s] = block * sieve.moduli[s]
    return slope
