"""Proof that all letters of a signed continued fraction keep its tails at 1 or above, and that it converges."""

from __future__ import annotations

import math
from dataclasses import dataclass

from flint import fmpq_poly

from discovery.errors import ProofRefused
from discovery.exact.fractions.letter_blocks import polynomial_of, shift_proving_sign
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction


@dataclass(frozen=True)
class LetterBound:
    """Why a_n >= `bound` for all n = offset + step * i, i >= 0: the coefficients in i of a_n - bound after a shift.

    Parameters
    ----------
    offset, step : int
        The indices n meant.
    bound : int
        1, or 2 if a sign -1 follows one of these letters.
    shift : int
        All coefficients of a_n - bound, as a polynomial in i - shift, are >= 0; i < shift was checked by values.
    """

    offset: int
    step: int
    bound: int
    shift: int


def letter_bounds(fraction: SignedContinuedFraction) -> tuple[LetterBound, ...]:
    """Return a proof of a_n >= 1 and a_n + b_n >= 1 for all n >= 1, with a_n + b_n >= 2 infinitely often.

    Parameters
    ----------
    fraction : SignedContinuedFraction
        Its periods of letters and signs need no common multiple.

    Returns
    -------
    tuple of LetterBound
        One for each class of indices from the end of the start on; a_0 is free.

    Raises
    ------
    ProofRefused
        A letter violates it, or it cannot be proved.
    """
    begin = len(fraction.start)
    for n in range(1, begin):
        if fraction.start[n] < _bound(fraction.sign(n)):
            raise _refusal(n, fraction.start[n], fraction.sign(n))
    count, signs = len(fraction.letters), len(fraction.signs)
    shared = math.gcd(count, signs)
    growing = False
    bounds: list[LetterBound] = []
    for j, coefficients in enumerate(fraction.letters):
        first = begin + j
        met = fraction.signs[first % shared :: shared]
        growing = growing or any(coefficients[1:]) or coefficients[0] + max(met) >= 2
        if first and coefficients[0] >= _bound(min(met)) and all(c.numerator >= 0 for c in coefficients):
            bounds.append(LetterBound(first, count, _bound(min(met)), 0))
            continue
        letter = polynomial_of(coefficients)
        whole = _prove(fraction, letter, first, count, min(met))
        if whole is not None:
            bounds.append(whole)
            continue
        # The smallest letters may stand before a sign +1 only: look at each sign by itself.
        turns = signs // shared
        for i in range(turns):
            n = first + i * count
            part = _prove(fraction, letter(fmpq_poly([i, turns])), n, count * turns, fraction.sign(n))
            if part is None:
                raise _refusal_for_all(n, count * turns, fraction.sign(n))
            bounds.append(part)
    if not growing:
        raise ProofRefused(
            "(4)", "the fraction ends in 2 - 1/(2 - 1/(2 - ...)), so a_n + b_n >= 2 holds only finitely often"
        )
    return tuple(bounds)


def _bound(sign: int) -> int:
    return 1 if sign > 0 else 2


def _prove(
    fraction: SignedContinuedFraction, letter: fmpq_poly, offset: int, step: int, sign: int
) -> LetterBound | None:
    if offset == 0:  # a_0 is free
        letter, offset = letter(fmpq_poly([1, 1])), step
    bound = _bound(sign)
    shift = shift_proving_sign(letter - bound, 1, strict=False)
    return None if shift is None else LetterBound(offset, step, bound, shift)


def _refusal(n: int, value: int, sign: int) -> ProofRefused:
    return ProofRefused("(4)", f"a_{n} = {value} with b_{n} = {sign} is below the bound {_bound(sign)}")


def _refusal_for_all(offset: int, step: int, sign: int) -> ProofRefused:
    return ProofRefused(
        "(4)",
        f"a_n >= {_bound(sign)} could not be proved for all n = {offset}, {offset + step}, {offset + 2 * step}, ...",
    )
