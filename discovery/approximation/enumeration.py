"""All structures of so many lines, each once: signs left open, lines that are not needed left out."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

from discovery.approximation.interpreter import (
    ADD,
    ADDC,
    CDIV,
    DIV,
    LEFT,
    MAX_LINES,
    MUL,
    MULC,
    OPERATION,
    RIGHT,
    UNARY,
    Integers,
)
from discovery.approximation.structure import KEY_COUNTS, KEY_WORDS, Words, is_redundant, structure_key, uses_variable
from discovery.errors import InputError

STRUCTURES = (4, 22, 208, 2_718, 46_968, 1_018_673)
"""Numbers of structures with 1, 2, ... lines."""
LONGEST = len(STRUCTURES)

Codes: TypeAlias = NDArray[np.int8]


def structures(lines: int) -> Codes:
    """Return every structure with so many lines.

    Parameters
    ----------
    lines : int
        1 to 6; 5 take a second, 6 half a minute and 50 MB.

    Returns
    -------
    ndarray of int8, shape (structures, 3, lines)
        Operations and operands. ``csub`` and ``sub`` are sign variants of ``addc`` and ``add`` and do not occur; a fit
        draws the signs.

    Raises
    ------
    InputError
        `lines` is outside its range.
    """
    if not 1 <= lines <= LONGEST:
        raise InputError(f"lines must be an int in [1, {LONGEST}]; got {lines}", field="lines")
    found = np.zeros((STRUCTURES[lines - 1], 3, lines), np.int8)
    table = np.zeros(1 << (found.shape[0] * 3).bit_length(), np.uint64)
    code, chosen = np.zeros((3, MAX_LINES), np.int64), np.full(lines, -1)
    space = (code, chosen, np.zeros(KEY_WORDS, np.uint64), np.zeros(KEY_COUNTS, np.int64))
    count = _enumerate(*_choices(lines), table, found, space)
    assert count == len(found)
    return found


def _choices(lines: int) -> tuple[Integers, Integers]:
    """Return what each line may be, shape (lines, choices, 3), and how many choices each has."""
    rows: list[list[tuple[int, int, int]]] = []
    for line in range(lines):
        values = range(line + 1)
        row = [(operation, a, 0) for operation in (ADDC, MULC, CDIV) for a in values]
        row += [(ADD, a, b) for a in values for b in values if a < b]
        row += [(MUL, a, b) for a in values for b in values if a <= b]
        row += [(DIV, a, b) for a in values for b in values if a != b]
        rows.append(row)
    sizes = np.array([len(row) for row in rows], np.int64)
    choices = np.zeros((lines, int(sizes.max()), 3), np.int64)
    for line, row in enumerate(rows):
        choices[line, : len(row)] = row
    return choices, sizes


@njit(cache=True, nogil=True)
def _enumerate(
    choices: Integers, sizes: Integers, table: Words, found: Codes, space: tuple[Integers, Integers, Words, Integers]
) -> int:
    """Write the structures; return how many there are. The table of keys has a power of two of places."""
    code, chosen, words, counts = space
    lines = sizes.shape[0]
    number, i = 0, 0
    while i >= 0:
        chosen[i] += 1
        if chosen[i] == sizes[i]:
            chosen[i] = -1
            i -= 1
            continue
        for part in range(3):
            code[part, i] = choices[i, chosen[i], part]
        if is_redundant(code, i) or _is_out_of_order(code, i) or _unused(code, i + 1) > lines - i:
            continue
        if i < lines - 1:
            i += 1
            continue
        if not uses_variable(code, lines):
            continue
        key = structure_key(code, lines, words, counts)
        if key == 0 or not _is_new(table, key):
            continue
        if number < found.shape[0]:
            for part in range(3):
                for j in range(lines):
                    found[number, part, j] = code[part, j]
        number += 1
    return number


@njit(cache=True, nogil=True)
def _is_out_of_order(code: Integers, i: int) -> bool:
    """Return whether a line could stand before the one above it and should, or repeats it."""
    if i == 0 or code[LEFT, i] == i or (code[OPERATION, i] >= UNARY and code[RIGHT, i] == i):
        return False
    for part in (OPERATION, LEFT, RIGHT):
        if code[part, i] != code[part, i - 1]:
            return bool(code[part, i] < code[part, i - 1])
    return bool(code[OPERATION, i] >= UNARY)


@njit(cache=True, nogil=True)
def _unused(code: Integers, count: int) -> int:
    """Return how many of the first lines no other one uses; each further line can use up one more than it adds."""
    unused = 0
    for value in range(1, count + 1):
        used = False
        for j in range(value, count):
            if code[LEFT, j] == value or (code[OPERATION, j] >= UNARY and code[RIGHT, j] == value):
                used = True
        unused += not used
    return unused


@njit(cache=True, nogil=True)
def _is_new(table: Words, key: np.uint64) -> bool:
    """Return whether a key is not in the table yet, and put it there."""
    mask = np.uint64(table.shape[0] - 1)
    place = key & mask
    while table[place] != 0:
        if table[place] == key:
            return False
        place = (place + np.uint64(1)) & mask
    table[place] = key
    return True
