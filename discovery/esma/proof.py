"""Search for the matrix that ties the tails of a signed continued fraction to those of a classical one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from discovery.errors import ProofRefused
from discovery.exact.fractions.letter_blocks import LetterBlocks
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.matrices import Matrix, multiply, primitive
from discovery.exact.proofs.base_fractions import base_for
from discovery.exact.proofs.matrix_certificate import MAX_BLOCK, MatrixCertificate, check

MAX_BLOCKS = 24
MAX_LETTERS = 20_000
MAX_ATTEMPTS = 4

Recurrence = tuple[Matrix, int, int, int, int]


def find_proof(fraction: SignedContinuedFraction) -> MatrixCertificate | None:
    """Return a checked certificate that a signed continued fraction has the value it claims.

    Parameters
    ----------
    fraction : SignedContinuedFraction
        The claim.

    Returns
    -------
    MatrixCertificate or None
        ``None`` if the value is no image of a number of the catalog, if the claim is false, or if no proof was found
        within `MAX_BLOCKS` common periods of letters and signs.

    Notes
    -----
    With L and S the letter matrices of the claim and of the base fraction, the integer matrices
    (L_0 ... L_{n-1})^-1 G S_0 ... S_{m-1} have constant determinant, up to sign, and those of small entries recur if
    the claim is true. A recurrence with equal phases is a candidate for the certificate, which is then checked.
    """
    recognized = base_for(fraction.value)
    if recognized is None:
        return None
    base, image = recognized
    target, source = LetterBlocks(fraction), LetterBlocks(base.fraction)
    if max(target.period, source.period) > MAX_BLOCK:
        return None
    for matrix, n0, delta_n, m0, delta_m in islice(_recurrences(target, source, image), MAX_ATTEMPTS):
        certificate = MatrixCertificate(
            base=base.text,
            base_fraction=base.fraction,
            reference=base.reference,
            G=image,
            M=matrix,
            n0=n0,
            delta_n=delta_n,
            m0=m0,
            delta_m=delta_m,
            lam=_sign(target, source, matrix, (n0, n0 + delta_n), (m0, m0 + delta_m)),
        )
        try:
            check(fraction, certificate)
        except ProofRefused:
            continue
        return certificate
    return None


def _recurrences(target: LetterBlocks, source: LetterBlocks, image: Matrix) -> Iterator[Recurrence]:
    """Yield (M, n0, delta_n, m0, delta_m) for every recurrence of a matrix with its phases."""
    current, m = image, 0
    seen: dict[tuple[Matrix, int], tuple[int, int]] = {}
    window = 2 * source.period + 2
    largest_letter = 1
    for n in range(min(MAX_LETTERS, target.begin + MAX_BLOCKS * target.period)):
        if n >= target.begin and (n - target.begin) % target.period == 0:
            # The balance of the two sides is not sharp: look at some base positions ahead as well.
            ahead = current
            for position in range(m, m + window):
                if position >= source.begin:
                    key = (primitive(ahead), (position - source.begin) % source.period)
                    first = seen.get(key)
                    if first is not None and position > first[1]:
                        yield key[0], first[0], n - first[0], first[1], position - first[1]
                    if first is None or position > first[1]:
                        seen[key] = (n, position)
                ahead = _times_letter(ahead, source, position)
        a, b = target.fraction.partial_denominator(n), target.fraction.sign(n)
        p, q, r, s = current
        # The inverse of [[a, b], [1, 0]] is [[0, 1], [b, -a b]], b = +-1.
        current = (r, s, b * (p - a * r), b * (q - a * s))
        largest_letter = max(largest_letter, abs(a))
        size = _size(current)
        while _size(following := _times_letter(current, source, m)) <= size:
            current, m, size = following, m + 1, _size(following)
        # The matrices of a true claim stay of the size of G and the letters; those of a false one grow.
        if size > (16 * _size(image) * largest_letter) ** 4:
            return


def _times_letter(matrix: Matrix, source: LetterBlocks, position: int) -> Matrix:
    return multiply(matrix, (source.fraction.partial_denominator(position), source.fraction.sign(position), 1, 0))


def _size(matrix: Matrix) -> int:
    return max(map(abs, matrix))


def _sign(
    target: LetterBlocks, source: LetterBlocks, matrix: Matrix, span: tuple[int, int], base_span: tuple[int, int]
) -> int:
    """Return lambda, the sign in T(0) M = lambda M S(0), for matrices known to be equal up to sign."""
    return 1 if multiply(target.product(*span), matrix) == multiply(matrix, source.product(*base_span)) else -1
