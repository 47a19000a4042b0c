"""Signed continued fractions as short programs that compute both sides, for the systems that people use."""

from __future__ import annotations

from discovery.exact.expression import to_text
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
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

_PYTHON = '''\
# {claim}
# where {where}
{header}
digits = {digits}
{precision}
start = [{start}]
letters = [
{letters}
]
signs = [{signs}]


def a(n):
    """Partial denominator a_n."""
    if n < len(start):
        return start[n]
    k, j = divmod(n - len(start), len(letters))
    return letters[j](k)


def b(n):
    """Sign b_n; it follows a_n."""
    return signs[n % len(signs)]


p_old, p, q_old, q = 1, a(0), 0, 1
for n in range(1, {depth}):
    p_old, p = p, a(n)*p + b(n - 1)*p_old
    q_old, q = q, a(n)*q + b(n - 1)*q_old
{result}
'''

_PARI = """\
\\\\ {claim}
\\\\ where {where}
default(realprecision, {working});
start = [{start}];
letters = [{letters}];
signs = [{signs}];
a(n) = if(n < #start, start[n + 1], letters[(n - #start) % #letters + 1]((n - #start) \\ #letters));
b(n) = signs[n % #signs + 1];
p_old = 1; p = a(0); q_old = 0; q = 1;
for(n = 1, {last}, [p_old, p] = [p, a(n)*p + b(n - 1)*p_old]; [q_old, q] = [q, a(n)*q + b(n - 1)*q_old]);
fraction = p/q*1.;
{result}
"""


_MATHEMATICA = """\
(* {claim} *)
(* where {where} *)
digits = {digits};
start = {{{start}}};
letters = {{{letters}}};
signs = {{{signs}}};
a[n_] := If[n < Length[start], start[[n + 1]], \
letters[[Mod[n - Length[start], Length[letters]] + 1]][Quotient[n - Length[start], Length[letters]]]];
b[n_] := signs[[Mod[n, Length[signs]] + 1]];
{{pOld, p, qOld, q}} = {{1, a[0], 0, 1}};
Do[{{pOld, p}} = {{p, a[n]*p + b[n - 1]*pOld}}; {{qOld, q}} = {{q, a[n]*q + b[n - 1]*qOld}}, {{n, 1, {last}}}];
{result}
"""


def python_code(formula: SignedContinuedFraction, digits: int = 50) -> str:
    """Return a Python program that needs mpmath only and prints the fraction and its difference from the value.

    Parameters
    ----------
    formula : SignedContinuedFraction
    digits : int
        Decimal digits, in [1, 100000].

    Raises
    ------
    InputError
        `digits` out of range.
    NotConvergent, LimitExceeded
        The fraction cannot be evaluated.
    """
    return _PYTHON.format(**PYTHON.fields(formula.value), **_python_fields(formula, digits))


def flint_code(formula: SignedContinuedFraction, digits: int = 50) -> str:
    """Return the same program as `python_code` for python-flint: its balls bound what is printed."""
    return _PYTHON.format(**PYTHON_FLINT.fields(formula.value), **_python_fields(formula, digits))


def sage_code(formula: SignedContinuedFraction, digits: int = 50) -> str:
    """Return the same program as `python_code` for Sage."""
    return _PYTHON.format(**SAGE_MATH.fields(formula.value), **_python_fields(formula, digits))


def pari_code(formula: SignedContinuedFraction, digits: int = 50) -> str:
    """Return the same program as `python_code` for PARI/GP 2.15 or newer; every statement on one line."""
    depth = formula.enclosure(working_bits(digits))[1]
    return _PARI.format(
        claim=f"{to_text(formula.value)} = a_0 + b_0/(a_1 + b_1/(a_2 + ...))",
        where=_where(formula),
        working=digits + 15,
        last=depth - 1,
        start=", ".join(map(str, formula.start)),
        letters=", ".join(f"k -> {polynomial_text(letter, 'k', '^', '/')}" for letter in formula.letters),
        signs=", ".join(map(str, formula.signs)),
        result=result_lines(formula.value, PARI, *pari_lines(digits)),
    )


def mathematica_code(formula: SignedContinuedFraction, digits: int = 50) -> str:
    """Return the same program as `python_code` for Mathematica."""
    fields = _python_fields(formula, digits)
    letters = ", ".join(f"Function[k, {polynomial_text(letter, 'k', '^', '/')}]" for letter in formula.letters)
    return _MATHEMATICA.format(
        last=formula.enclosure(working_bits(digits))[1] - 1,
        result=result_lines(formula.value, MATHEMATICA, *MATHEMATICA_LINES),
        **{**fields, "letters": letters},
    )


def _python_fields(formula: SignedContinuedFraction, digits: int) -> dict[str, object]:
    return {
        "claim": f"{to_text(formula.value)} = a_0 + b_0/(a_1 + b_1/(a_2 + ...))",
        "where": _where(formula),
        "digits": digits,
        "depth": formula.enclosure(working_bits(digits))[1],
        "start": ", ".join(map(str, formula.start)),
        "letters": "\n".join(
            f"    lambda k: {polynomial_text(letter, 'k', '**', '//')}," for letter in formula.letters
        ),
        "signs": ", ".join(map(str, formula.signs)),
    }


def _where(formula: SignedContinuedFraction) -> str:
    count, period = len(formula.start), len(formula.letters)
    begin = f"the first {count} a_n are in start; then " if count else ""
    return f"{begin}a_n = letters[j](k) for n - {count} = {period}*k + j, and b_n = signs[n mod {len(formula.signs)}]"
