"""Proofs that a signed continued fraction has the value it claims, as objects that are checked again from scratch."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from discovery.errors import InputError, ProofRefused
from discovery.exact.fractions.letter_blocks import LetterBlocks, PolynomialMatrix
from discovery.exact.fractions.semiregular import LetterBound, letter_bounds
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.fractions.signed_fields import integer_to_json
from discovery.exact.fractions.tail_enclosure import Enclosure, enclose_tails
from discovery.exact.matrices import Matrix, determinant, multiply, primitive
from discovery.exact.proofs.base_fractions import BaseFraction, base_for

SCHEMA = 1
TYPE = "matrix_certificate"
MAX_POSITION = 20_000
MAX_BLOCK = 1024
_INTEGER = re.compile(r"-?[0-9]{1,2000}")


@dataclass(frozen=True)
class MatrixCertificate:
    """Data of the proof that a signed continued fraction with letter matrices L_n has the value G z.

    Parameters
    ----------
    base : str
        The base number z, an expression of the catalog in canonical text.
    base_fraction : SignedContinuedFraction
        Its continued fraction, with letter matrices S_m; assumed.
    reference : str
        Where the base fraction is proved.
    G, M : Matrix
        Integer matrices of non-zero determinant, rows first.
    n0, delta_n, m0, delta_m : int
        Block J is L_{n0 + J delta_n} ... L_{n0 + (J+1) delta_n - 1} of the claim, and likewise S with m0, delta_m.
    lam : int
        lambda = +1 or -1.

    Notes
    -----
    With T(J), S(J) the blocks and z_m the m-th tail of the base fraction, the conditions are

    (1) L_0 ... L_{n0-1} M is proportional to G S_0 ... S_{m0-1};
    (2) T(J) M = lambda M S(J) for all J >= 0;
    (3) 1 <= M z_{m0 + J delta_m} < infinity for all J >= 0;
    (4) a_n >= 1 and a_n + b_n >= 1 for n >= 1, and a_n + b_n >= 2 infinitely often.

    They imply the claim: by (2) and (1) the value is the image under L_0 ... L_{n-1} of a number in [1, infinity]
    for infinitely many n, and by (4) those images of [1, infinity] are nested and shrink to a point.

    References
    ----------
    G. N. Raney, On continued fractions and finite automata, Math. Ann. 206 (1973) 265-283.
    """

    base: str
    base_fraction: SignedContinuedFraction
    reference: str
    G: Matrix
    M: Matrix
    n0: int
    delta_n: int
    m0: int
    delta_m: int
    lam: int

    def to_json(self) -> dict[str, Any]:
        """Return the certificate as a JSON object; integers beyond 2**53 are strings."""
        return {
            "type": TYPE,
            "schema": SCHEMA,
            "base": self.base,
            "base_fraction": self.base_fraction.to_json(),
            "reference": self.reference,
            "G": _matrix_to_json(self.G),
            "M": _matrix_to_json(self.M),
            "n0": self.n0,
            "delta_n": self.delta_n,
            "m0": self.m0,
            "delta_m": self.delta_m,
            "lambda": self.lam,
        }

    @classmethod
    def from_json(cls, obj: Mapping[str, Any]) -> MatrixCertificate:
        """Return the certificate of a JSON object. Its form is checked, not its truth: see `check`.

        Raises
        ------
        InputError
            A key is missing or malformed; ``field`` and the message name it.
        """
        if obj.get("type") != TYPE or obj.get("schema") != SCHEMA:
            raise InputError(
                f"this object is not a proof this version reads; it needs type {TYPE!r} and schema {SCHEMA}",
                field="type",
            )
        texts = {key: obj.get(key) for key in ("base", "reference")}
        for key, text in texts.items():
            if not isinstance(text, str):
                raise InputError(f"{key} must be a text", field=key)
        fraction = obj.get("base_fraction")
        if not isinstance(fraction, Mapping):
            raise InputError("base_fraction must be a signed continued fraction", field="base_fraction")
        return cls(
            base=str(texts["base"]),
            base_fraction=SignedContinuedFraction.from_json(fraction),
            reference=str(texts["reference"]),
            G=_matrix_from_json(obj, "G"),
            M=_matrix_from_json(obj, "M"),
            n0=_position(obj, "n0", 0, MAX_POSITION),
            delta_n=_position(obj, "delta_n", 1, MAX_BLOCK),
            m0=_position(obj, "m0", 0, MAX_POSITION),
            delta_m=_position(obj, "delta_m", 1, MAX_BLOCK),
            lam=_position(obj, "lambda", -1, 1),
        )


@dataclass(frozen=True)
class CheckedProof:
    """What `check` worked out; everything a printed proof shows.

    Parameters
    ----------
    fraction : SignedContinuedFraction
        The claim that is proved.
    certificate : MatrixCertificate
        Its certificate.
    base : BaseFraction
        The entry of the catalog that is assumed.
    start_product, base_start_product : Matrix
        L_0 ... L_{n0-1} and S_0 ... S_{m0-1}.
    ratio : tuple of int
        (u, v), without common factor: u L_0 ... L_{n0-1} M = v G S_0 ... S_{m0-1}.
    block, base_block : tuple of Polynomial
        T(J) and S(J), entries rows first.
    enclosure : Enclosure
        Proof of (3).
    letters : tuple of LetterBound
        Proof of (4) for the claim.
    """

    fraction: SignedContinuedFraction
    certificate: MatrixCertificate
    base: BaseFraction
    start_product: Matrix
    base_start_product: Matrix
    ratio: tuple[int, int]
    block: PolynomialMatrix
    base_block: PolynomialMatrix
    enclosure: Enclosure
    letters: tuple[LetterBound, ...]


def check(fraction: SignedContinuedFraction, certificate: MatrixCertificate) -> CheckedProof:
    """Return the checked proof that a signed continued fraction has the value it claims.

    Parameters
    ----------
    fraction : SignedContinuedFraction
        The claim.
    certificate : MatrixCertificate
        Data from any source; nothing in it is trusted.

    Returns
    -------
    CheckedProof
        Every condition was verified exactly, for all n and all J. Assumed is the continued fraction of the base
        number alone, which is that of the catalog.

    Raises
    ------
    ProofRefused
        The certificate does not prove the claim; ``condition`` names what fails.
    """
    base = _check_base(fraction, certificate)
    letters = letter_bounds(fraction)
    letter_bounds(base.fraction)
    target, source = LetterBlocks(fraction), LetterBlocks(base.fraction)
    _check_positions("n", target, certificate.n0, certificate.delta_n)
    _check_positions("m", source, certificate.m0, certificate.delta_m)
    if determinant(certificate.M) == 0:
        raise ProofRefused("M", "the determinant of M is zero")
    start_product = target.product(0, certificate.n0)
    base_start_product = source.product(0, certificate.m0)
    ratio = _ratio(multiply(start_product, certificate.M), multiply(certificate.G, base_start_product))
    block = target.block(certificate.n0, certificate.n0 + certificate.delta_n, certificate.delta_n)
    base_block = source.block(certificate.m0, certificate.m0 + certificate.delta_m, certificate.delta_m)
    _check_blocks(block, base_block, certificate)
    return CheckedProof(
        fraction,
        certificate,
        base,
        start_product,
        base_start_product,
        ratio,
        block,
        base_block,
        enclose_tails(source, certificate.M, certificate.m0, certificate.delta_m),
        letters,
    )


def _check_base(fraction: SignedContinuedFraction, certificate: MatrixCertificate) -> BaseFraction:
    recognized = base_for(fraction.value)
    if recognized is None:
        raise ProofRefused("base", "the value is not recognized as an image of a number of the catalog")
    base, image = recognized
    if certificate.base != base.text:
        raise ProofRefused("base", f"the value is an image of {base.text}, not of {certificate.base[:60]!r}")
    if certificate.base_fraction != base.fraction:
        raise ProofRefused("base", f"the continued fraction given for {base.text} is not that of the catalog")
    if certificate.reference != base.reference:
        raise ProofRefused("base", f"the reference given for {base.text} is not that of the catalog")
    if determinant(certificate.G) == 0 or primitive(certificate.G) != image:
        raise ProofRefused("G", f"the value is the image of {base.text} under {image}, not under {certificate.G}")
    return base


def _check_positions(name: str, blocks: LetterBlocks, position: int, length: int) -> None:
    if not blocks.begin <= position <= MAX_POSITION:
        raise ProofRefused(f"{name}0", f"{name}0 must lie in [{blocks.begin}, {MAX_POSITION}]; got {position}")
    if not 1 <= length <= MAX_BLOCK or length % blocks.period:
        raise ProofRefused(
            f"delta_{name}", f"delta_{name} must be a multiple of {blocks.period} up to {MAX_BLOCK}; got {length}"
        )


def _ratio(left: Matrix, right: Matrix) -> tuple[int, int]:
    """Return coprime (u, v) with u * left = v * right for two matrices of non-zero determinant."""
    if primitive(left) != primitive(right):
        raise ProofRefused("(1)", "L_0 ... L_{n0-1} M is not proportional to G S_0 ... S_{m0-1}")
    index = next(i for i in range(4) if left[i])
    sign = 1 if (left[index] > 0) == (right[index] > 0) else -1
    contents = [abs(matrix[index]) // abs(primitive(matrix)[index]) for matrix in (left, right)]
    return contents[1], sign * contents[0]


def _check_blocks(block: PolynomialMatrix, base_block: PolynomialMatrix, certificate: MatrixCertificate) -> None:
    if certificate.lam not in (-1, 1):
        raise ProofRefused("lambda", f"lambda must be 1 or -1; got {certificate.lam}")
    p, q, r, s = certificate.M
    a, b, c, d = block
    e, f, g, h = (entry * certificate.lam for entry in base_block)
    if not (
        p * a + r * b == p * e + q * g
        and q * a + s * b == p * f + q * h
        and p * c + r * d == r * e + s * g
        and q * c + s * d == r * f + s * h
    ):
        raise ProofRefused("(2)", "T(J) M and lambda M S(J) are not the same matrix of polynomials")


def _matrix_to_json(matrix: Matrix) -> list[list[int | str]]:
    p, q, r, s = map(integer_to_json, matrix)
    return [[p, q], [r, s]]


def _matrix_from_json(obj: Mapping[str, Any], key: str) -> Matrix:
    rows = obj.get(key)
    if not (isinstance(rows, list | tuple) and len(rows) == 2):
        raise InputError(f"{key} must be a matrix of two rows", field=key)
    if not all(isinstance(row, list | tuple) and len(row) == 2 for row in rows):
        raise InputError(f"{key} must have two rows of two integers", field=key)
    p, q, r, s = (_entry(entry, key) for row in rows for entry in row)
    return p, q, r, s


def _entry(raw: Any, key: str) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int | str) or not _INTEGER.fullmatch(str(raw)):
        raise InputError(f"an entry of {key} is no integer of at most 2000 digits: {str(raw)[:40]!r}", field=key)
    return int(raw)


def _position(obj: Mapping[str, Any], key: str, minimum: int, maximum: int) -> int:
    number = obj.get(key)
    if isinstance(number, bool) or not isinstance(number, int) or not minimum <= number <= maximum:
        raise InputError(f"{key} must be an int in [{minimum}, {maximum}]; got {str(number)[:40]}", field=key)
    return number
