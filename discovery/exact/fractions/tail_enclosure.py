"""Proof that an integer matrix maps all tails of a continued fraction at the blocks' starts into [1, infinity)."""

from __future__ import annotations

from dataclasses import dataclass

from discovery.errors import ProofRefused
from discovery.exact.fractions.letter_blocks import LetterBlocks, Polynomial, shift_proving_sign
from discovery.exact.matrices import Matrix

MAX_DEPTH = 8


@dataclass(frozen=True)
class Bound:
    """One end e of the enclosure of the base tails, and M e = 1 + excess/denominator.

    Parameters
    ----------
    numerator, divisor : Polynomial
        e = numerator/divisor, polynomials in J.
    denominator, excess : Polynomial
        With M = (p, q, r, s): r numerator + s divisor, and what p numerator + q divisor exceeds it by.
    shifts : tuple of int
        For divisor, denominator, excess: the shift of J after which all coefficients have one sign.
    """

    numerator: Polynomial
    divisor: Polynomial
    denominator: Polynomial
    excess: Polynomial
    shifts: tuple[int, int, int]


@dataclass(frozen=True)
class Enclosure:
    """Proof of 1 <= M z_{m + J step} < infinity for all J >= 0.

    Parameters
    ----------
    depth : int
        The tails are enclosed by their first `depth` letters.
    sign : int
        Sign of the denominators of both ends, for all J.
    bounds : tuple of Bound
        The ends: images of infinity and of 1 under the product of those letters.
    """

    depth: int
    sign: int
    bounds: tuple[Bound, Bound]


def enclose_tails(source: LetterBlocks, matrix: Matrix, position: int, step: int) -> Enclosure:
    """Return a proof that M z_{position + J step} is finite and at least 1 for all J >= 0.

    Parameters
    ----------
    source : LetterBlocks
        Letters of a fraction that satisfies a_m >= 1, a_m + b_m >= 1 for m >= 1 and converges; its tails are z_m.
    matrix : Matrix
        M, of non-zero determinant.
    position, step : int
        At least the length of the start; a multiple of both periods.

    Raises
    ------
    ProofRefused
        It could not be proved from the first `MAX_DEPTH` letters of the tails.

    Notes
    -----
    z_m is the image under R, the product of its first `depth` letters, of a later tail, which lies in [1, infinity].
    So it lies between R(infinity) and R(1) if both have positive divisors, and its image under M between theirs if
    both have denominators of one sign.
    """
    for depth in range(1, MAX_DEPTH + 1):
        p, p_other, q, q_other = source.block(position, position + depth, step)
        for sign in (1, -1):
            first = _bound(p, q, matrix, sign)
            second = first and _bound(p + p_other, q + q_other, matrix, sign)
            if first and second:
                return Enclosure(depth, sign, (first, second))
    raise ProofRefused("(3)", f"M z_m >= 1 could not be proved from the first {MAX_DEPTH} letters of the base tails")


def _bound(numerator: Polynomial, divisor: Polynomial, matrix: Matrix, sign: int) -> Bound | None:
    p, q, r, s = matrix
    denominator = r * numerator + s * divisor
    excess = (p - r) * numerator + (q - s) * divisor
    shifts = (
        shift_proving_sign(divisor, 1, strict=True),
        shift_proving_sign(denominator, sign, strict=True),
        shift_proving_sign(excess, sign, strict=False),
    )
    if shifts[0] is None or shifts[1] is None or shifts[2] is None:
        return None
    return Bound(numerator, divisor, denominator, excess, (shifts[0], shifts[1], shifts[2]))
