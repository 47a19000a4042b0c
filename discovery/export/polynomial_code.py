"""Polynomial continued fractions as short programs that compute both sides, for the systems that people use."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from discovery.exact import polynomial
from discovery.exact.expression import to_text
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.export.languages import MATHEMATICA, PARI
from discovery.export.snippet_parts import (
    MATHEMATICA_LINES,
    PYTHON,
    PYTHON_FLINT,
    SAGE_MATH,
    pari_lines,
    polynomial_text,
    result_lines,
    working_bits,
)

MOST_TERMS = 20_000
"""Terms of the program for a fraction that converges too slowly for the digits asked for."""

_PYTHON = '''\
# {claim}
# where a(n) = {a_text}, b(n) = {b_text}{remark}
{header}
digits = {digits}
{precision}


def a(n):
    """Partial denominator a(n)."""
    return {a}


def b(n):
    """Partial numerator b(n)."""
    return {b}


p_old, p, q_old, q = 1, a(0), 0, {scale}1
for n in range(1, {depth}):
    p_old, p = p, a(n)*p + b(n)*p_old
    q_old, q = q, a(n)*q + b(n)*q_old
{result}
'''

_PARI = """\
\\\\ {claim}
\\\\ where a(n) = {a_text}, b(n) = {b_text}{remark}
default(realprecision, {working});
a(n) = {a};
b(n) = {b};
p_old = 1; p = a(0); q_old = 0; q = {scale}1;
for(n = 1, {last}, [p_old, p] = [p, a(n)*p + b(n)*p_old]; [q_old, q] = [q, a(n)*q + b(n)*q_old]);
fraction = p/q*1.;
{result}
"""


_MATHEMATICA = """\
(* {claim} *)
(* where a(n) = {a_text}, b(n) = {b_text}{remark} *)
digits = {digits};
a[n_] := {a};
b[n_] := {b};
{{pOld, p, qOld, q}} = {{1, a[0], 0, {scale}1}};
Do[{{pOld, p}} = {{p, a[n]*p + b[n]*pOld}}; {{qOld, q}} = {{q, a[n]*q + b[n]*qOld}}, {{n, 1, {last}}}];
{result}
"""


def python_code(formula: PolynomialContinuedFraction, digits: int = 50) -> str:
    """Return a Python program that needs mpmath only and prints a convergent and its difference from the value.

    Parameters
    ----------
    formula : PolynomialContinuedFraction
    digits : int
        Decimal digits, in [1, 100000].

    Raises
    ------
    InputError
        `digits` out of range.
    """
    return _PYTHON.format(**PYTHON.fields(formula.value), **_fields(formula, digits, "**", "//"))


def flint_code(formula: PolynomialContinuedFraction, digits: int = 50) -> str:
    """Return the same program as `python_code` for python-flint: its balls bound what is printed."""
    return _PYTHON.format(**PYTHON_FLINT.fields(formula.value), **_fields(formula, digits, "**", "//"))


def sage_code(formula: PolynomialContinuedFraction, digits: int = 50) -> str:
    """Return the same program as `python_code` for Sage."""
    return _PYTHON.format(**SAGE_MATH.fields(formula.value), **_fields(formula, digits, "**", "//"))


def pari_code(formula: PolynomialContinuedFraction, digits: int = 50) -> str:
    """Return the same program as `python_code` for PARI/GP 2.15 or newer; every statement on one line."""
    fields = _fields(formula, digits, "^", "/")
    return _PARI.format(
        working=digits + 15,
        last=fields["depth"] - 1,
        result=result_lines(formula.value, PARI, *pari_lines(digits)),
        **fields,
    )


def mathematica_code(formula: PolynomialContinuedFraction, digits: int = 50) -> str:
    """Return the same program as `python_code` for Mathematica."""
    fields = _fields(formula, digits, "^", "/")
    return _MATHEMATICA.format(
        last=fields["depth"] - 1, result=result_lines(formula.value, MATHEMATICA, *MATHEMATICA_LINES), **fields
    )


def _fields(formula: PolynomialContinuedFraction, digits: int, power: str, division: str) -> dict[str, Any]:
    bits = working_bits(digits)
    rate = formula.bits_per_term()
    depth = MOST_TERMS if rate is None else min(MOST_TERMS, int(bits / rate) + 10)
    slow = rate is None or depth == MOST_TERMS
    left = "x" if formula.value is None else to_text(formula.value)
    # Integers, so that the recurrence is exact in every system: its convergents are those of the fraction times c.
    scale = formula.scale
    above, below = (tuple(map(Fraction, part)) for part in formula.integer_coefficients())
    remark = f"; it converges slowly: the difference after {MOST_TERMS} terms is not small" if slow else ""
    if scale != 1:
        remark += f"; computed with {scale}*a(n) and {scale**2}*b(n), which are integers"
    return {
        "claim": f"{left} = a(0) + b(1)/(a(1) + b(2)/(a(2) + ...))",
        "a_text": polynomial.to_text(formula.a, "n"),
        "b_text": polynomial.to_text(formula.b, "n"),
        "remark": remark,
        "digits": digits,
        "depth": depth,
        "a": polynomial_text(above, "n", power, division),
        "b": polynomial_text(below, "n", power, division),
        "scale": "" if scale == 1 else f"{scale}*",
    }
