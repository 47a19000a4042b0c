"""The block kernel: one b at a time against a block of a, modulo one prime power, in exact single precision."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from discovery.errors import ParameterError
from discovery.factorial_reduction.congruence import CongruenceTables, passes
from discovery.factorial_reduction.good_primes import PRIMES, is_good
from discovery.factorial_reduction.layout import Grid, Layout

Integers = NDArray[np.int64]
Floats = NDArray[np.float32]

LANES = 2048
"""Polynomials a in a block; their residues stay in the cache while b runs."""
NEAR = 64
"""Residues that are looked at together."""
FEW_LANES = 16
"""Blocks that are shorter go to the scalar test."""
MARGIN = 1 / 32
"""Part by which m^2/2 stays below 2^24, where single precision stops to be exact."""
SCALAR_STEPS = 900
"""What the scalar test of a pair costs, in steps of the block kernel."""


class BlockTables(NamedTuple):
    """First primes of the block kernel in the order in which they are tried.

    Parameters
    ----------
    primes, moduli : ndarray of int64, shape (primes,)
        l and m, a power of l.
    values : ndarray of float32, shape (primes, 61, k + 1)
        A_0(r+i), ..., A_{k-1}(r+i), s(r+i) modulo m in [-m/2, m/2], r the first root.
    """

    primes: Integers
    moduli: Integers
    values: Floats


def is_exact(modulus: int) -> bool:
    """Return whether the recurrence modulo `modulus` is exact in single precision.

    Notes
    -----
    With residues in [-m/2, m/2] the sum of two products is at most m^2/2 in size. A quotient that is rounded to the
    neighboring integer leaves a residue a little above m/2, which the margin covers, and cannot hide a zero.
    """
    return modulus * modulus * (1 + MARGIN) < 2**25


def block_tables(layout: Layout) -> BlockTables:
    """Return the first primes and the residues of a layout.

    Notes
    -----
    Powers l^d where b has a single root, else l itself: modulo l^d the residue depends on the root. Tried in the order
    of what they cost: l steps, and the scalar test for one pair in m.
    """
    power = layout.degree if len(layout.roots) == 1 else 1
    usable = [prime for prime in PRIMES if is_exact(prime**power) and layout.group.primitive[-1] % prime]
    usable.sort(key=lambda prime: prime + SCALAR_STEPS / prime**power)
    return tables_of(layout, usable, power)


def tables_of(layout: Layout, primes: list[int], power: int) -> BlockTables:
    """Return the tables for some first primes, none of which divides lc(s), and moduli l^power.

    Raises
    ------
    ParameterError
        Single precision is not exact for one of the moduli.
    """
    for prime in primes:
        if not is_exact(prime**power):
            raise ParameterError(f"the modulus {prime}^{power} is too large for single precision")
    exact = layout.tables()
    # Those tables are modulo l^d, a multiple of m.
    places = [PRIMES.index(prime) for prime in primes]
    moduli = np.array([prime**power for prime in primes], np.int64)
    values = exact.values[0, places] % moduli[:, None, None]
    values -= np.where(values > moduli[:, None, None] // 2, moduli[:, None, None], 0)
    return BlockTables(np.array(primes, np.int64), moduli, values.astype(np.float32))


@njit(cache=True, nogil=True, error_model="numpy")
def block_keys(
    keys: tuple[int, int], grid: Grid, block: BlockTables, tables: CongruenceTables, found: Integers
) -> tuple[int, int]:
    """Decide every pair of a range of keys.

    Parameters
    ----------
    keys : tuple of int
        The first key, and the one after the last.
    grid, block, tables
        Of one window of a layout; without first primes every pair gets the scalar test.
    found : ndarray of int64, shape (capacity, 3)
        Takes (key, row index, bit index) of the pairs that pass the test modulo l^d, in a fixed order.

    Returns
    -------
    tuple of int
        Number of pairs that pass, which may be more than there is room for, and of those that got the scalar test.

    Notes
    -----
    Skips nothing: where no first prime is good, or the block is short, every pair gets the scalar test. Exact,
    deterministic; writes `found` alone.
    """
    first, last = keys
    multipliers, bits = grid.multipliers.size, grid.sizes[0]
    lanes = bits * grid.sizes[1]
    x, y = np.empty(grid.lows.size, np.int64), np.empty(grid.lows.size, np.int64)
    plane = np.empty((block.values.shape[1], LANES), np.float32)
    state = np.empty((2, LANES), np.float32)
    now = state[1]
    choice = np.empty(multipliers, np.int64)
    count, survivors = 0, 0
    key = first
    while key < last:
        outer = key // multipliers
        start, stop = key - outer * multipliers, min(last - outer * multipliers, multipliers)
        key += stop - start
        slope, rest = 0, outer
        for j in range(grid.lows.size - 1, 1, -1):
            x[j] = grid.lows[j] + rest % grid.sizes[j]
            rest //= grid.sizes[j]
            slope += int(x[j] * grid.leading[j])
        for index in range(start, stop):
            choice[index] = -1
            if lanes >= FEW_LANES:
                choice[index] = _first_prime(slope, int(grid.multipliers[index]) * tables.leading, block)
        for lane in range(0, lanes, LANES):
            width = min(LANES, lanes - lane)
            for p in range(-1, block.primes.size):
                prepared = False
                for index in range(start, stop):
                    if choice[index] != p:
                        continue
                    if p >= 0:
                        if not prepared:
                            _fill_plane((lane, width, p), x, grid, block, plane)
                            prepared = True
                        _run((width, p), int(grid.multipliers[index]), block, plane, state)
                    for near in range(0, width, NEAR):
                        far = min(near + NEAR, width)
                        # Zeros are rare: most of the time one look at many lanes is enough.
                        if p >= 0 and not _has_zero(now[near:far]):
                            continue
                        for k in range(near, far):
                            if p >= 0 and now[k] != np.float32(0.0):
                                continue
                            survivors += 1
                            row, bit = (lane + k) // bits, (lane + k) % bits
                            x[0], x[1] = grid.lows[0] + bit, grid.lows[1] + row
                            if passes(x, slope, int(grid.multipliers[index]), tables, y):
                                if count < found.shape[0]:
                                    found[count, 0] = outer * multipliers + index
                                    found[count, 1], found[count, 2] = row, bit
                                count += 1
    return count, survivors


@njit(cache=True, nogil=True, error_model="numpy")
def _has_zero(residues: Floats) -> bool:
    zeros = np.int32(0)
    for k in range(residues.size):
        zeros |= np.int32(residues[k] == np.float32(0.0))
    return bool(zeros)


@njit(cache=True, nogil=True, error_model="numpy")
def _first_prime(slope: int, square: int, block: BlockTables) -> int:
    """Return the number of the first good prime, or -1."""
    for p in range(block.primes.size):
        if is_good(block.primes[p], slope, square):
            return p
    return -1


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_plane(part: tuple[int, int, int], x: Integers, grid: Grid, block: BlockTables, plane: Floats) -> None:
    """Write the residues of a(r+i); `part` is the first lane, their number, and the number of the prime.

    A lane is (row index) * (bit values) + (bit index).
    """
    lane, width, p = part
    bits, modulus = grid.sizes[0], block.moduli[p]
    m, inverse = np.float32(modulus), np.float32(1.0 / modulus)
    for i in range(block.primes[p]):
        values = block.values[p, i]
        outer = np.int64(0)
        for j in range(2, x.size):
            outer += x[j] % modulus * np.int64(values[j])
        k = 0
        while k < width:
            row, bit = (lane + k) // bits, (lane + k) % bits
            end = min(width, k + bits - bit)
            fixed = (outer + (grid.lows[1] + row) % modulus * np.int64(values[1])) % modulus
            residue = (grid.lows[0] + bit) % modulus
            for place in range(k, end):
                # Both factors are residues; centered, so that the product stays below m^2 / 4.
                centered = np.float32(residue - modulus if 2 * residue > modulus else residue)
                t = centered * values[0] + np.float32(fixed)
                plane[i, place] = t - np.rint(t * inverse) * m
                residue += 1
                if residue == modulus:
                    residue = np.int64(0)
            k = end


@njit(cache=True, nogil=True, error_model="numpy")
def _run(part: tuple[int, int], c: int, block: BlockTables, plane: Floats, state: Floats) -> None:
    """Write p_{l-1} modulo m for every lane to state[1]; `part` is the number of lanes, and that of the prime."""
    width, p = part
    before, now = state[0], state[1]
    modulus = block.moduli[p]
    m, inverse = np.float32(modulus), np.float32(1.0 / modulus)
    last = block.values.shape[2] - 1
    for k in range(width):
        before[k] = np.float32(1.0)
        now[k] = plane[0, k]
    for i in range(1, block.primes[p]):
        residue = (c % modulus) * np.int64(block.values[p, i, last]) % modulus
        b = np.float32(residue - modulus if 2 * residue > modulus else residue)
        row = plane[i]
        for k in range(width):
            t = row[k] * now[k] + b * before[k]
            before[k] = now[k]
            now[k] = t - np.rint(t * inverse) * m
