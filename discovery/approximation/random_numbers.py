"""Random numbers whose state is an array: a search stops and goes on where it was, the same on every machine."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

State: TypeAlias = NDArray[np.uint64]

_INCREMENT = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


@njit(cache=True, nogil=True)
def scrambled(word: np.uint64) -> np.uint64:
    """Return a word with its bits well mixed: the output function of SplitMix64.

    References
    ----------
    Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
    """
    word = (word ^ (word >> np.uint64(30))) * _FIRST
    word = (word ^ (word >> np.uint64(27))) * _SECOND
    return word ^ (word >> np.uint64(31))


@njit(cache=True, nogil=True)
def uniform(state: State) -> float:
    """Return the next number, uniform on [0, 1); `state` is one uint64."""
    state[0] += _INCREMENT
    return (scrambled(state[0]) >> np.uint64(11)) * 2.0**-53


@njit(cache=True, nogil=True)
def below(state: State, count: int) -> int:
    """Return the next number, one of 0, ..., count - 1."""
    return int(uniform(state) * count)


@njit(cache=True, nogil=True)
def power_of_two(exponent: float) -> float:
    """Return 2**exponent, exact for integers and linear between: no library function, whose last bits may differ."""
    whole = math.floor(exponent)
    return math.ldexp(1.0 + (exponent - whole), int(whole))


@njit(cache=True, nogil=True)
def random_constant(state: State, lowest: float, highest: float) -> float:
    """Return a number of either sign whose absolute value is spread evenly between two powers of two."""
    value = power_of_two(lowest + (highest - lowest) * uniform(state))
    return -value if uniform(state) < 0.5 else value


@njit(cache=True, nogil=True)
def random_factor(state: State) -> float:
    """Return a positive factor; its logarithm has a mean near 0, standard deviation 1, nearly a normal shape."""
    spread = uniform(state) + uniform(state) + uniform(state) + uniform(state) - 2.0
    # The sum of four uniform numbers has variance 1/3; 1/ln 2 turns to base 2.
    return power_of_two(spread * 2.4988)
