"""Tables of the bit sieve: for every residue of the parameters, which values of two of them can pass, as bitmaps."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from discovery.factorial_reduction.layout import Grid, Layout

Integers = NDArray[np.int64]
Floats = NDArray[np.float32]
Words = NDArray[np.uint64]
Flags = NDArray[np.uint8]

MODULI = (29, 23, 19, 17, 13, 11, 7, 5)
SQUARES = (49, 31, 29, 25, 23, 19, 17, 13, 11)
FEW = (13, 11, 7, 5)
"""Moduli where three outer parameters would make the tables of larger ones too long."""
MAX_OUTER = 3

ALWAYS_GOOD, GOOD_WITHOUT_DISCRIMINANT = 1, 2
ZERO, ONE, ALL = np.uint64(0), np.uint64(1), np.uint64(0xFFFFFFFFFFFFFFFF)


class SieveTables(NamedTuple):
    """Bitmaps by slot (modulus m), block (residues of the outer parameters, then of c) and residue of the row.

    Parameters
    ----------
    moduli, rows_modulo : ndarray of int64, shape (slots,)
        m, and the number of residues of the row parameter: m, or 1 if there is none.
    multiplier_residues : ndarray of int64, shape (slots, multipliers)
        c modulo m.
    row_residues : ndarray of int64, shape (slots, row values)
        Row parameter modulo m.
    good, good_start : ndarray of uint8 and of int64, shape (slots,)
        By block: 0 if the prime is not good, 1 if it is, 2 if it is where A^2 + 4 B = 0 exactly and only there.
    live, live_start, live_words : ndarray of uint64, of int64, and int
        Bit j of the words of a block: some value of the bit parameter passes with row parameter number j.
    bits, bits_start, bits_words : ndarray of uint64, of int64, and int
        Bit j of the words of a block and row residue: bit parameter number j passes. Both begin with the words where
        everything passes, for slots whose prime is not good.
    """

    moduli: Integers
    rows_modulo: Integers
    multiplier_residues: Integers
    row_residues: Integers
    good: Flags
    good_start: Integers
    live: Words
    live_start: Integers
    live_words: int
    bits: Words
    bits_start: Integers
    bits_words: int


def slots(layout: Layout) -> tuple[int, ...]:
    """Return the moduli of the sieve, each a prime or the square of one.

    Notes
    -----
    Squares only where b has a single root: from several, the residue modulo l^d depends on the root, modulo l it does
    not. They must stay below 64, so that a set of residues is one machine word.
    """
    if layout.outer == 1 and len(layout.roots) == 1 and layout.degree > 1:
        return SQUARES
    return FEW if layout.outer == MAX_OUTER else MODULI


def sieve_tables(layout: Layout, grid: Grid, threads: int = 1) -> SieveTables:
    """Return the tables of one window of a layout, slots in the order of `slots`, each slot made by one thread.

    Notes
    -----
    (u a, u^2 b) has the residues of (a, b) times units, so that the recurrence is run for one value of the first outer
    parameter out of each class under units: 1, 0 and, modulo a square, l. The other bitmaps are permutations.
    """
    moduli = slots(layout)
    outer = layout.outer
    has_rows = bool(layout.basis[1])
    live_words, bits_words = -(-int(grid.sizes[1]) // 64), -(-int(grid.sizes[0]) // 64)
    rows_modulo = [m if has_rows else 1 for m in moduli]
    blocks = [m ** (outer + 1) for m in moduli]
    good_start = np.concatenate([[0], np.cumsum(blocks)])
    live_start = np.concatenate([[0], np.cumsum(blocks)]) * live_words + live_words
    bits_start = np.concatenate([[0], np.cumsum([x * r for x, r in zip(blocks, rows_modulo, strict=True)])])
    bits_start = bits_start * bits_words + bits_words
    good = np.empty(good_start[-1], np.uint8)
    live, bits = np.empty(live_start[-1], np.uint64), np.empty(bits_start[-1], np.uint64)
    _fill_periodic(ALL, 64, 0, int(grid.sizes[1]), live[:live_words])
    _fill_periodic(ALL, 64, 0, int(grid.sizes[0]), bits[:bits_words])

    def fill(s: int) -> None:
        modulus = moduli[s]
        prime = math.isqrt(modulus) if modulus in (25, 49) else modulus
        root = layout.roots[0]
        base = np.zeros(0, np.uint64)
        if layout.group.primitive[-1] % prime:
            point = root.numerator * pow(root.denominator, -1, modulus)
            polynomials = (*layout.basis, layout.group.primitive)
            values = np.array([[_value(p, point + i) % modulus for i in range(prime)] for p in polynomials])
            classes = np.array([1, prime, 0] if modulus != prime else [1, 0], np.int64)
            base = np.empty(len(classes) * modulus**outer * rows_modulo[s], np.uint64)
            _base_masks(modulus, rows_modulo[s], values.astype(np.float32), classes, base)
        _expand(
            (prime, modulus, rows_modulo[s], layout.group.primitive[-1] % prime),
            grid,
            base,
            good[good_start[s] : good_start[s + 1]],
            (live[live_start[s] : live_start[s + 1]], bits[bits_start[s] : bits_start[s + 1]]),
        )

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(fill, range(len(moduli))))
    column = np.array(moduli, np.int64)[:, None]
    rows = (grid.lows[1] + np.arange(grid.sizes[1])) % np.array(rows_modulo, np.int64)[:, None]
    return SieveTables(
        column[:, 0].copy(),
        np.array(rows_modulo, np.int64),
        grid.multipliers % column,
        rows,
        good,
        good_start[:-1].copy(),
        live,
        live_start[:-1].copy(),
        live_words,
        bits,
        bits_start[:-1].copy(),
        bits_words,
    )


def _value(coefficients: tuple[int, ...], point: int) -> int:
    value = 0
    for c in reversed(coefficients):
        value = value * point + c
    return value


@njit(cache=True, nogil=True, error_model="numpy")
def _base_masks(modulus: int, rows: int, values: Floats, classes: Integers, masks: Words) -> None:
    """Write the residues t of the bit parameter with p_{l-1} = 0 mod m as bit t of masks[class, others, c, row].

    Notes
    -----
    Single precision is exact: every number is an integer of size at most m^2 <= 2401.
    """
    count, prime = values.shape[0] - 1, values.shape[1]
    others = modulus ** (count - 3)
    lanes = rows * modulus
    m, inverse = np.float32(modulus), np.float32(1.0 / modulus)
    plane = np.empty((prime, lanes), np.float32)
    for i in range(prime):
        for row in range(rows):
            for t in range(modulus):
                x = np.float32(t) * values[0, i] + np.float32(row) * values[1, i]
                plane[i, row * modulus + t] = x - np.rint(x * inverse) * m
    offset = np.empty(prime, np.float32)
    before, now = np.empty(lanes, np.float32), np.empty(lanes, np.float32)
    place = 0
    for g in range(classes.size):
        for other in range(others):
            for i in range(prime):
                x = np.float32(classes[g]) * values[2, i]
                digits = other
                for j in range(count - 1, 2, -1):
                    x += np.float32(digits % modulus) * values[j, i]
                    digits //= modulus
                offset[i] = x - np.rint(x * inverse) * m
            for c in range(modulus):
                for lane in range(lanes):
                    before[lane] = np.float32(1.0)
                    x = plane[0, lane] + offset[0]
                    now[lane] = x - np.rint(x * inverse) * m
                for i in range(1, prime):
                    b = np.float32(c) * values[count, i]
                    b -= np.rint(b * inverse) * m
                    for lane in range(lanes):
                        x = (plane[i, lane] + offset[i]) * now[lane] + b * before[lane]
                        before[lane] = now[lane]
                        now[lane] = x - np.rint(x * inverse) * m
                for row in range(rows):
                    mask = ZERO
                    for t in range(modulus):
                        if now[row * modulus + t] == np.float32(0.0):
                            mask |= ONE << np.uint64(t)
                    masks[place] = mask
                    place += 1


@njit(cache=True, nogil=True, error_model="numpy")
def _expand(
    slot: tuple[int, int, int, int],
    grid: Grid,
    base: Words,
    good: Flags,
    words: tuple[Words, Words],
) -> None:
    """Write the flags and words of every block of a slot (l, m, residues of the row, lc(s) mod l)."""
    prime, modulus, rows, leading = slot
    live, bits = words
    live_words, bits_words = -(-grid.sizes[1] // 64), -(-grid.sizes[0] // 64)
    outer = grid.lows.size - 2
    others = modulus ** (outer - 1)
    for block in range(modulus ** (outer + 1)):
        c, first, rest = block % modulus, block // (modulus * others), block // modulus % others
        slope = first * (grid.leading[2] % prime)
        digits = rest
        for j in range(outer + 1, 2, -1):
            slope += digits % modulus * (grid.leading[j] % prime)
            digits //= modulus
        square = c * leading % prime
        if square == 0:
            good[block] = 0
            continue
        good[block] = ALWAYS_GOOD if (slope * slope + 4 * square) % prime else GOOD_WITHOUT_DISCRIMINANT
        # first = u * (representative of its class), u a unit
        number, unit = np.int64(0), first
        if first == 0:
            number, unit = base.size // (rows * modulus * others) - 1, np.int64(1)
        elif first % prime == 0:
            number, unit = np.int64(1), first // prime
        inverse = _inverse(unit, modulus)
        other, digits, weight = np.int64(0), rest, np.int64(1)
        for _ in range(outer - 1):
            other += digits % modulus * inverse % modulus * weight
            digits //= modulus
            weight *= modulus
        place = ((number * others + other) * modulus + c * inverse % modulus * inverse % modulus) * rows
        some = ZERO
        for row in range(rows):
            mask = base[place + row * inverse % modulus] if rows > 1 else base[place]
            permuted = ZERO
            for t in range(modulus):
                if mask >> np.uint64(t) & ONE:
                    permuted |= ONE << np.uint64(unit * t % modulus)
            if permuted:
                some |= ONE << np.uint64(row)
            start = (block * rows + row) * bits_words
            _fill_periodic(permuted, modulus, grid.lows[0], grid.sizes[0], bits[start : start + bits_words])
        start = block * live_words
        _fill_periodic(some, rows, grid.lows[1], grid.sizes[1], live[start : start + live_words])


@njit(cache=True, nogil=True, error_model="numpy")
def _inverse(unit: int, modulus: int) -> int:
    """Return the inverse of a unit."""
    inverse = 1
    while unit * inverse % modulus != 1:
        inverse += 1
    return inverse


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_periodic(mask: np.uint64, period: int, low: int, size: int, words: Words) -> None:
    """Write bit (low + j) mod period of `mask` as bit j of the words, for 0 <= j < size; the other bits are zero."""
    whole = ALL >> np.uint64(64 - period)
    for w in range(words.size):
        turn = np.uint64((low + 64 * w) % period)
        word = mask >> turn
        if turn:
            word |= mask << (np.uint64(period) - turn)
        word &= whole
        width = period
        while width < 64:
            word |= word << np.uint64(width)
            width *= 2
        if size - 64 * w < 64:
            word &= ALL >> np.uint64(64 - (size - 64 * w))
        words[w] = word
