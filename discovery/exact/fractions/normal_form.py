"""Normal form of an interlaced sequence: shortest periods, then the shortest start."""

from __future__ import annotations

from fractions import Fraction

from discovery.exact.polynomial import Coefficients, evaluate, shift


def normal_form(
    signs: tuple[int, ...], start: tuple[int, ...], letters: tuple[Coefficients, ...]
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[Coefficients, ...]]:
    """Return the one shortest description of the sequences b_n and a_n.

    Parameters
    ----------
    signs : tuple of int
        One period of b.
    start : tuple of int
        a_0 ... a_{s-1}.
    letters : tuple of Coefficients
        The polynomials that interlace from a_s on.

    Returns
    -------
    tuple
        (signs, start, letters) of the same sequences: both periods as short as possible, then the start.

    Notes
    -----
    The periods of an interlaced sequence are the multiples of the least one, so dividing out primes finds it.
    """
    for prime in _prime_factors(len(signs)):
        while len(signs) % prime == 0 and signs == signs[: len(signs) // prime] * prime:
            signs = signs[: len(signs) // prime]
    letters = tuple(_trimmed(letter) for letter in letters)
    for prime in _prime_factors(len(letters)):
        while len(letters) % prime == 0 and (shorter := _divided(letters, prime)) is not None:
            letters = shorter
    while start:
        before = shift(letters[-1], -1)  # the last letter one period earlier, at k = 0
        if evaluate(before, 0) != start[-1]:
            break
        start, letters = start[:-1], (_trimmed(before), *letters[:-1])
    return signs, start, letters


def _divided(letters: tuple[Coefficients, ...], factor: int) -> tuple[Coefficients, ...] | None:
    """Return the letters with a period `factor` times shorter, or None if the sequence has no such period."""
    period = len(letters) // factor
    # A letter q of the shorter period gives the letters q(factor*k + i); i = 0 determines q.
    for j in range(period):
        shorter = _stretched(letters[j], Fraction(1, factor))
        for i in range(1, factor):
            if _stretched(shift(shorter, i), Fraction(factor)) != letters[j + i * period]:
                return None
    return tuple(_stretched(letters[j], Fraction(1, factor)) for j in range(period))


def _stretched(letter: Coefficients, factor: Fraction) -> Coefficients:
    """Return the coefficients of p(factor * k)."""
    return tuple(coefficient * factor**power for power, coefficient in enumerate(letter))


def _trimmed(letter: Coefficients) -> Coefficients:
    """Return the coefficients without zeros at the high end; the zero polynomial is empty."""
    length = max((power for power, coefficient in enumerate(letter) if coefficient), default=-1) + 1
    return letter[:length]


def _prime_factors(number: int) -> list[int]:
    factors, divisor = [], 2
    while divisor * divisor <= number:
        if number % divisor == 0:
            factors.append(divisor)
            while number % divisor == 0:
                number //= divisor
        divisor += 1
    return factors + ([number] if number > 1 else [])
