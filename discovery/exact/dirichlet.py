"""Dirichlet L-series of the real primitive characters, which belong to the fundamental discriminants."""

from __future__ import annotations

from typing import Any

from flint import arb, ctx, fmpz

from discovery.errors import LimitExceeded

_MAX_WORK_INTEGER = 10**10
_MAX_WORK_REAL = 10**9


def is_fundamental_discriminant(number: int) -> bool:
    """Return whether a number is 1 or the discriminant of a quadratic field.

    References
    ----------
    H. Cohen, A Course in Computational Algebraic Number Theory, definition 5.1.2.
    """
    if number % 4 == 1:
        return _is_squarefree(abs(number))
    return number % 16 in (8, 12) and _is_squarefree(abs(number) // 4)


def _is_squarefree(number: int) -> bool:
    return all(number % (p * p) for p in range(2, int(number**0.5) + 1))


def kronecker_symbol(top: int, bottom: int) -> int:
    """Return the Kronecker symbol (top/bottom) for bottom >= 1.

    References
    ----------
    H. Cohen, A Course in Computational Algebraic Number Theory, definition 1.4.8.
    """
    twos = (bottom & -bottom).bit_length() - 1
    if twos and top % 2 == 0:
        return 0
    sign = -1 if twos % 2 and top % 8 in (3, 5) else 1
    return sign * int(fmpz(top).jacobi(bottom >> twos)) if bottom >> twos > 1 else sign


def character_values(discriminant: int) -> list[int]:
    """Return chi(0), ..., chi(q-1) of the Kronecker character of a fundamental discriminant, q its absolute value."""
    modulus = abs(discriminant)
    return [1] if modulus == 1 else [0, *(kronecker_symbol(discriminant, n) for n in range(1, modulus))]


def exact_integer(number: Any) -> int:
    """Return a ball or mpmath number that is an integer as an int."""
    if not isinstance(number, arb):
        return int(number)
    mantissa, exponent = number.man_exp()
    return int(mantissa) << int(exponent)


def l_series_ball(discriminant: arb, s: arb) -> arb:
    """Return a ball around L(chi_d, s): from Hurwitz zeta values, digamma values at s = 1, reflected below 0.

    Parameters
    ----------
    discriminant : arb
        Fundamental discriminant d, not 1 if s is 1; the result is not a number if it is not exact.
    s : arb
        Argument.

    Raises
    ------
    LimitExceeded
        The sum over the residues would take too long at the working precision.

    References
    ----------
    DLMF 25.15.3 and, for the reflection, 25.15.5 with the Gauss sum of a real character. At s = 1 the poles of the
    Hurwitz zeta values cancel, and their constant terms are -psi(n/q): E. Whittaker and G. Watson, A Course of Modern
    Analysis, section 13.21.
    """
    if not discriminant.is_integer():
        return arb.nan()
    d = exact_integer(discriminant)
    modulus = abs(d)
    work = modulus * ctx.prec**2
    limit = _MAX_WORK_INTEGER if s.is_integer() else _MAX_WORK_REAL
    if work > limit:
        raise LimitExceeded(
            f"L({d},s) at {ctx.prec} bits would take too long; use a smaller discriminant or less precision",
            limit=f"{limit} operations",
            used=f"{work} operations",
        )
    if modulus == 1:
        return s.zeta()
    if s < 0:
        odd = 1 if d < 0 else 0
        factor = (modulus / arb.pi()) ** (arb(1) / 2 - s) * ((1 - s + odd) / 2).gamma() * ((s + odd) / 2).rgamma()
        return factor * l_series_ball(discriminant, 1 - s)
    residues = [(n, chi) for n, chi in enumerate(character_values(d)) if chi]
    if s == 1:
        return -sum((chi * (arb(n) / modulus).digamma() for n, chi in residues), arb(0)) / modulus
    return sum((chi * s.zeta(arb(n) / modulus) for n, chi in residues), arb(0)) * arb(modulus) ** -s


def l_series_real(context: Any, discriminant: Any, s: Any) -> Any:
    """Return L(chi_d, s) as an mpmath number of the context given; the formulas of `l_series_ball`, not certified."""
    values = character_values(int(discriminant))
    if s < 0:
        # mpmath's own dirichlet needs a sum of as many terms for every residue here.
        odd = 1 if discriminant < 0 else 0
        factor = (len(values) / context.pi) ** (context.mpf(1) / 2 - s) * context.gamma((1 - s + odd) / 2)
        return factor * context.rgamma((s + odd) / 2) * l_series_real(context, discriminant, 1 - s)
    if s == 1:
        # mpmath's own dirichlet takes a numerical limit here, which eats all memory for larger moduli.
        terms = (chi * context.digamma(context.mpf(n) / len(values)) for n, chi in enumerate(values) if chi)
        return -context.fsum(terms) / len(values)
    return context.dirichlet(s, values)
